package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Fields;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from objectives: what a spent budget holds, and who is told. */
public final class ReliabilityKinds {

    private static final Shape URL = new Shape.Text("an http or https URL", ReliabilityKinds::isUrl, "^https?://.+");
    static final Shape TIME = new Shape.Text(
            "a moment such as '2026-12-24T18:00:00Z'", text -> moment(text) != null, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+");
    private static final Shape WORDS = new Elements(Shape.TEXT);

    private static final Fields SECRET = Fields.of(
            "SecretKey",
            required("name", OurKinds.NAME, "Name of a Secret of the same environment."),
            required("key", Shape.TEXT, "Which of its keys."));

    public static final Fields POLICY = OurKinds.kind(
            "Policy",
            "What follows when the error budget of an objective is spent.",
            Fields.of(
                    "PolicySpec",
                    required(
                            "onBudgetExhausted",
                            Fields.of(
                                    "OnBudgetExhausted",
                                    optional("slos", WORDS, "The SLOs whose budgets count; `*` stands for all.")
                                            .orElse("[\"*\"]"),
                                    optional(
                                                    "applications",
                                                    WORDS,
                                                    "The applications that are held; `*` stands for all.")
                                            .orElse("[\"*\"]"),
                                    optional(
                                                    "remainingPercent",
                                                    Shape.DECIMAL,
                                                    "Changes are held when no more than this share of the budget remains.")
                                            .orElse("0"),
                                    optional(
                                                    "allow",
                                                    new Elements(Shape.choice("fix", "rollback", "security")),
                                                    "Marks that let a commit through all the same: it begins with `fix:`,"
                                                            + " `security:`, `revert:` or `Revert \"`, or has a line"
                                                            + " `Change-Type: fix`. What homeostat itself takes back or"
                                                            + " repairs is never held.")
                                            .orElse("[\"fix\", \"rollback\", \"security\"]"),
                                    optional(
                                            "exceptions",
                                            new Elements(Fields.of(
                                                    "Exception",
                                                    required("owner", Shape.TEXT, "Who answers for it."),
                                                    required("reason", Shape.TEXT, "Why."),
                                                    required("until", TIME, "When it ends by itself."),
                                                    optional("applications", WORDS, "Which applications it is for.")
                                                            .orElse("[\"*\"]"))),
                                            "Changes that go all the same, for a while, on somebody's word.")),
                            "Changes that are not allowed are held until the budget is back.")));

    public static final Fields NOTIFIER = OurKinds.kind(
            "Notifier",
            "Where people are told what happens.",
            Fields.of(
                    "NotifierSpec",
                    optional("slack", hook("Slack"), "An incoming webhook of Slack."),
                    optional("teams", hook("Teams"), "A workflow webhook of Microsoft Teams; gets an Adaptive Card."),
                    optional(
                            "webhook",
                            Fields.of(
                                    "Webhook",
                                    optional("url", URL, "Where events are posted as JSON."),
                                    optional("urlFrom", SECRET, "The same from a Secret."),
                                    optional(
                                            "signWith",
                                            SECRET,
                                            "Key of an HMAC-SHA-256 over the body, sent as `X-Signature: sha256=…`.")),
                            "Any HTTP endpoint."),
                    optional("stdout", Fields.of("Stdout"), "The agent's standard output, one JSON object a line."),
                    optional("events", WORDS, "Beginnings of the types of events that are told.")
                            .orElse("[\"alert.\", \"budget.\"]"),
                    optional("severities", WORDS, "Of alerts, only those of these severities.")
                            .orElse("[\"*\"]"),
                    optional("repeatAfter", OurKinds.DURATION, "The same is not told again within this time.")
                            .orElse("\"5m\""),
                    optional("perMinute", Shape.whole(1, 600), "At most so many messages a minute; more are summed up.")
                            .orElse("20")));

    public static final List<Fields> ALL = List.of(POLICY, NOTIFIER);

    private ReliabilityKinds() {}

    private static Fields hook(String name) {
        return Fields.of(name, required("urlFrom", SECRET, "Its URL, which is a secret."));
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return List.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null;
        } catch (IllegalArgumentException wrong) {
            return false;
        }
    }

    /** @return null when the text is no moment */
    public static @Nullable Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException wrong) {
            return null;
        }
    }
}
