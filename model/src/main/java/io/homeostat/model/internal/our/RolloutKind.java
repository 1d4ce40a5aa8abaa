package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.internal.shape.Shape.Member;
import java.time.ZoneId;
import java.util.List;

/** How a workload gets from one version to the next. */
public final class RolloutKind {

    private static final Shape WEIGHT = Shape.whole(1, 100);
    private static final Shape OTHERWISE = Shape.choice("promote", "pause", "fail");

    private static final Shape TIME = new Shape.Text(
            "a time of day such as '09:00'",
            text -> text.matches("([01][0-9]|2[0-3]):[0-5][0-9]"),
            "^([01][0-9]|2[0-3]):[0-5][0-9]$");
    private static final Shape URL = new Shape.Text(
            "a URL that begins with http:// or https://", text -> text.matches("https?://\\S+"), "^https?://\\S+$");
    static final Shape ZONE = new Shape.Text(
            "a time zone such as 'Europe/Berlin' or 'UTC'",
            text -> ZoneId.getAvailableZoneIds().contains(text),
            null);

    static final Fields WINDOW = Fields.of(
            "Window",
            optional(
                            "days",
                            new Shape.Elements(Shape.choice("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
                            "On which days.")
                    .orElse("[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]"),
            required("from", TIME, "From this time on."),
            required("to", TIME, "Until this time; on the next day when it is not after `from`."),
            optional("zone", ZONE, "Where.").orElse("\"UTC\""));

    private static final Member IN_WINDOW = optional("window", WINDOW, "The step ends in these hours only.");
    private static final Member OBJECTIVES = optional(
            "objectives",
            new Shape.Elements(OurKinds.NAME),
            "Names of SLOs: the step does not end while one of them burns too fast or has no budget left.");
    private static final Member WEBHOOK = optional(
            "webhook", URL, "The step ends once a POST to it, with the rollout as JSON, is answered with 2xx.");

    private static final Member WHEN = optional(
            "when",
            ProbeShapes.CONDITION,
            "A CEL condition over the signals that has to hold, such as `slo['checkout'].remaining > 0.2`.");
    private static final Member EXPERIMENT = optional(
            "experiment",
            OurKinds.NAME,
            "Name of an Experiment that is run when the step is otherwise over, and has to hold. If it breaks, the new"
                    + " version is taken back.");

    private static final Member CHECKS = optional(
            "checks",
            new Shape.Elements(Fields.of(
                    "Check",
                    required("name", Shape.TEXT, "As verdicts name it."),
                    ProbeShapes.HTTP,
                    ProbeShapes.PROCESS,
                    ProbeShapes.CEL,
                    ProbeShapes.PROMETHEUS,
                    optional("every", OurKinds.DURATION, "How often it is looked at.")
                            .orElse("\"10s\""),
                    optional(
                                    "failures",
                                    Shape.whole(0, 1_000_000),
                                    "So many looks may fail in the whole rollout; with one more the new version is taken"
                                            + " back.")
                            .orElse("2"))),
            "What else is looked at as soon as the new version is there, each with `http`, `process`, `cel` or `prometheus`."
                    + " No step ends before each of them holds.");

    private static final Fields BLUE_GREEN = Fields.of(
            "BlueGreen",
            optional(
                            "preview",
                            OurKinds.DURATION,
                            "How long all new instances have to be ready, beside the old ones and without traffic,"
                                    + " before the traffic is switched.")
                    .orElse("\"0s\""),
            optional("approval", Shape.FLAG, "The switch waits for `homeostat rollout promote`.")
                    .orElse("false"),
            IN_WINDOW,
            OBJECTIVES,
            WHEN,
            EXPERIMENT,
            WEBHOOK,
            CHECKS,
            optional(
                            "keep",
                            OurKinds.DURATION,
                            "How long the old instances stay after the switch, so that the way back is one switch too.")
                    .orElse("\"5m\""));

    private static final Fields STEP = Fields.of(
            "Step",
            required(
                    "weight",
                    Shape.whole(0, 100),
                    "Percent of the traffic for the new version. With 0 it is started and gets none: symptoms, `checks` and"
                            + " what else the step asks for decide alone."),
            optional(
                    "instances",
                    WEIGHT,
                    "Instances of the new version, as percent of the replicas, rounded up; the weight when absent, or one"
                            + " instance where that is 0."),
            optional("hold", OurKinds.DURATION, "How long the step lasts.").orElse("\"5m\""),
            optional("approval", Shape.FLAG, "The step lasts until `homeostat rollout promote`.")
                    .orElse("false"),
            IN_WINDOW,
            OBJECTIVES,
            WHEN,
            EXPERIMENT,
            WEBHOOK);

    private static final Fields RAMP = Fields.of(
            "Ramp",
            optional("from", WEIGHT, "Percent of the traffic in the first step.")
                    .orElse("5"),
            optional("to", WEIGHT, "Percent of the traffic in the last one.").orElse("50"),
            optional("by", WEIGHT, "How many percent more each step has.").orElse("5"),
            optional("every", OurKinds.DURATION, "How long each step lasts.").orElse("\"1m\""));

    private static final Fields ERRORS = Fields.of(
            "Errors",
            optional("margin", Shape.DECIMAL, "Worse means shown to fail more than this many times as often.")
                    .orElse("1"),
            optional("tolerance", Shape.DECIMAL, "Good enough means shown to fail less than this many times as often.")
                    .orElse("1.5"),
            optional("acceptable", Shape.DECIMAL, "Good enough, too, is failing on less than this share of requests.")
                    .orElse("0.001"));

    private static final Fields LATENCY = Fields.of(
            "Latency",
            optional("quantile", Shape.DECIMAL, "Which one is compared, between 0 and 1.")
                    .orElse("0.99"),
            optional("margin", Shape.DECIMAL, "Worse means shown to be more than this many times the old one.")
                    .orElse("1.1"),
            optional("tolerance", Shape.DECIMAL, "Good enough means shown to be less than this many times the old one.")
                    .orElse("1.5"),
            optional(
                            "acceptable",
                            OurKinds.DURATION,
                            "Latencies that are higher by less than this are no worse, whatever their ratio.")
                    .orElse("\"2ms\""),
            optional(
                            "warmup",
                            OurKinds.DURATION,
                            "Latencies of so long after the new version's first request say nothing.")
                    .orElse("\"30s\""));

    private static final Fields JUDGE = Fields.of(
            "Judge",
            optional(
                            "alpha",
                            Shape.DECIMAL,
                            "The chance that a version that is no worse is ever called worse, however often it is"
                                    + " looked at.")
                    .orElse("0.01"),
            optional("errors", ERRORS, "How failed requests and crashes are compared."),
            optional("latency", LATENCY, "How latencies are compared."),
            optional(
                            "fewest",
                            Shape.whole(1, 1_000_000_000),
                            "Requests to the new version before it can be good enough.")
                    .orElse("100"),
            optional(
                            "burst",
                            OurKinds.DURATION,
                            "Errors within it weigh as one, since one client may have made them all, and so do slow requests, since one stall may.")
                    .orElse("\"250ms\""),
            optional("early", Shape.FLAG, "A step that is shown to be good enough ends before its time.")
                    .orElse("true"),
            optional("extend", OurKinds.DURATION, "How much longer a step lasts of which nothing could be shown.")
                    .orElse("\"0s\""),
            optional("inconclusive", OTHERWISE, "What happens when nothing could be shown then, either.")
                    .orElse("\"promote\""),
            optional("noData", OTHERWISE, "What happens when there was nothing to compare.")
                    .orElse("\"promote\""));

    private static final Fields MATCH = Fields.of(
            "Match",
            optional("header", Shape.TEXT, "Name of a header, in any case."),
            optional("cookie", Shape.TEXT, "Name of a cookie, instead of a header."),
            required("value", Shape.TEXT, "The value that it has to have."));

    private static final Fields AFFINITY = Fields.exactlyOneOf(
            "Affinity",
            optional("header", Shape.TEXT, "Name of a header."),
            optional("cookie", Shape.TEXT, "Name of a cookie."));

    private static final Fields AB_TEST = Fields.of(
            "AbTest",
            required(
                    "match",
                    new Shape.Elements(MATCH),
                    "Requests that go to the new version; all others go to the old one."),
            optional("instances", WEIGHT, "Instances of the new version, as percent of the replicas, rounded up.")
                    .orElse("100"),
            optional("hold", OurKinds.DURATION, "How long the test lasts.").orElse("\"5m\""),
            optional("approval", Shape.FLAG, "The test lasts until `homeostat rollout promote`.")
                    .orElse("false"),
            IN_WINDOW,
            OBJECTIVES,
            WHEN,
            EXPERIMENT,
            WEBHOOK,
            optional("judge", JUDGE, "How the new version is compared with the old one."),
            CHECKS,
            optional("keep", OurKinds.DURATION, "How long the old instances stay once the new version has all traffic.")
                    .orElse("\"0s\""));

    private static final Fields CANARY = Fields.of(
            "Canary",
            optional("steps", new Shape.Elements(STEP), "One after the other; then the new version gets everything."),
            optional("ramp", RAMP, "Instead of steps: many small ones."),
            optional(
                            "baseline",
                            Shape.FLAG,
                            "Compare with new instances of the old version, as many and as young, with as much"
                                    + " traffic.")
                    .orElse("false"),
            optional(
                    "affinity",
                    AFFINITY,
                    "Requests with the same value of this header or cookie stay with one version and one instance."),
            optional("judge", JUDGE, "How the new version is compared with the old one."),
            CHECKS,
            optional("keep", OurKinds.DURATION, "How long the old instances stay once the new version has all traffic.")
                    .orElse("\"0s\""));

    private static final Fields MIRROR = Fields.of(
            "Mirror",
            optional("percent", WEIGHT, "Of which share of the requests the new version gets a copy.")
                    .orElse("100"),
            optional("instances", WEIGHT, "Instances of the new version, as percent of the replicas, rounded up.")
                    .orElse("100"),
            optional("hold", OurKinds.DURATION, "How long it lasts.").orElse("\"5m\""),
            optional("approval", Shape.FLAG, "It lasts until `homeostat rollout promote`.")
                    .orElse("false"),
            IN_WINDOW,
            OBJECTIVES,
            WHEN,
            EXPERIMENT,
            WEBHOOK,
            optional("judge", JUDGE, "How the new version is compared with the old one."),
            CHECKS,
            optional("keep", OurKinds.DURATION, "How long the old instances stay once the new version has all traffic.")
                    .orElse("\"0s\""));

    private static final Fields FEATURE_FLAG = Fields.of(
            "FeatureFlag",
            required("configMap", OurKinds.NAME, "The ConfigMap, in the namespace of the workload."),
            required("key", Shape.TEXT, "Which of its values."),
            optional("steps", new Shape.Elements(STEP), "One after the other; then everybody has the new value."),
            optional("ramp", RAMP, "Instead of steps: many small ones."),
            optional(
                    "affinity",
                    AFFINITY,
                    "Requests with the same value of this header or cookie stay with one version and one instance."),
            optional("judge", JUDGE, "How instances with the new value are compared with the others."),
            CHECKS,
            optional("keep", OurKinds.DURATION, "How long instances with the old value stay once all traffic is gone.")
                    .orElse("\"0s\""));

    private static final Fields WORKLOAD = Fields.of(
            "Workload",
            optional("kind", Shape.choice("Deployment", "StatefulSet"), "Its kind.")
                    .orElse("\"Deployment\""),
            required("name", OurKinds.NAME, "Its name."),
            optional("namespace", OurKinds.NAME, "Its namespace.").orElse("\"default\""));

    public static final Fields ROLLOUT = OurKinds.kind(
            "Rollout",
            "How a workload gets from one version to the next.",
            Fields.of(
                    "RolloutSpec",
                    optional(
                            "workload",
                            WORKLOAD,
                            "The workload, which stays as it is: any change of its template, or of a ConfigMap or"
                                    + " Secret in its environment, goes this way. Either this or `workloads`."),
                    optional(
                            "workloads",
                            new Shape.Elements(WORKLOAD),
                            "Several of one application that move together: the same stage, one verdict."),
                    optional(
                                    "rollbackWindow",
                                    Shape.whole(0, 9),
                                    "A commit that goes back to what was good, so many good revisions ago at most, goes at"
                                            + " once: it was judged then.")
                            .orElse("0"),
                    optional(
                            "canary",
                            CANARY,
                            "A few instances and a part of the traffic first, compared with the rest, then more."),
                    optional(
                            "abTest",
                            AB_TEST,
                            "Some users get the new version, told by a header or cookie, and then everybody."),
                    optional(
                            "mirror",
                            MIRROR,
                            "The new version gets copies of requests, whose answers nobody gets, and then everything."),
                    optional(
                            "featureFlag",
                            FEATURE_FLAG,
                            "As a canary, but only for changes of one value of a ConfigMap; all others go at once."),
                    optional(
                            "blueGreen",
                            BLUE_GREEN,
                            "All new instances beside the old ones, then all traffic at once.")));

    public static final List<Fields> ALL = List.of(ROLLOUT);

    private RolloutKind() {}
}
