package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.internal.shape.Shape.Member;

/** Ways to look at a running system, whoever wants to. */
final class ProbeShapes {

    private static final Shape TEXT = new Shape.Text("text", text -> !text.isBlank(), null);
    private static final Shape URL =
            new Shape.Text("an http or https URL", text -> text.startsWith("http"), "^https?://.+");

    static final Shape CONDITION = new Shape.Text("an expression", text -> !text.isBlank(), null);

    static final Member HTTP = optional(
            "http",
            Fields.of(
                    "HttpCheck",
                    required(
                            "url",
                            URL,
                            "What is fetched. A host that is the name of a Service of the environment stands for"
                                    + " its address."),
                    optional("status", TEXT, "Accepted status codes or classes, separated by `|`.")
                            .orElse("\"2xx\""),
                    optional("contains", Shape.TEXT, "What the body must contain."),
                    optional("within", OurKinds.DURATION, "How fast.").orElse("\"1s\"")),
            "A URL answers as it should.");

    static final Member PROCESS = optional(
            "process",
            Fields.of(
                    "ProcessCheck",
                    required("command", new Elements(TEXT), "Program and arguments."),
                    optional("within", OurKinds.DURATION, "How fast.").orElse("\"5s\"")),
            "A program ends with 0.");

    static final Member CEL = optional("cel", CONDITION, "A condition over the signals holds.");

    static final Member PROMETHEUS = optional(
            "prometheus",
            Fields.of(
                    "PrometheusCheck",
                    required(
                            "query",
                            TEXT,
                            "PromQL that gives one number. `{{stable}}` and `{{canary}}` stand for the names of the two"
                                    + " versions."),
                    optional("source", OurKinds.NAME, "A DataSource that says where it is, and with which token."),
                    optional("url", URL, "Where it is, when no DataSource says it."),
                    optional("min", Shape.DECIMAL, "The number is this or more."),
                    optional("max", Shape.DECIMAL, "The number is this or less.")),
            "What Prometheus answers is within bounds.");

    private ProbeShapes() {}
}
