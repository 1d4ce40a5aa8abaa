package io.homeostat.signal;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Entry;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Slo;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Every event that the signals write into the journal: its type, its sentence, its data. */
public final class SignalFacts {

    public static final String ALERT_PENDING = "alert.pending";
    public static final String ALERT_FIRING = "alert.firing";
    public static final String ALERT_RESOLVED = "alert.resolved";
    public static final String BUDGET_EXHAUSTED = "budget.exhausted";
    public static final String BUDGET_RESTORED = "budget.restored";
    public static final String INDICATOR_LOST = "indicator.lost";
    public static final String INDICATOR_BACK = "indicator.back";
    public static final String ACCEPTED = "objectives.accepted";
    public static final String INVALID = "objectives.invalid";
    public static final String NOTIFICATION_FAILED = "notification.failed";

    private SignalFacts() {}

    static Entry alert(Alert alert, Slo slo, AlertState before, AlertState now, String application, String why) {
        String type = switch (now.phase()) {
            case PENDING -> ALERT_PENDING;
            case FIRING -> ALERT_FIRING;
            case INACTIVE -> ALERT_RESOLVED;
        };
        String sentence = switch (now.phase()) {
            case PENDING -> slo.name() + ": " + alert.name() + " is pending: " + why;
            case FIRING -> slo.name() + ": " + alert.name() + " (" + alert.severity() + ") fires: " + why;
            case INACTIVE ->
                slo.name() + ": " + alert.name()
                        + (before.phase() == AlertState.Phase.FIRING ? " is resolved" : " is no longer pending");
        };
        return new Entry(
                type,
                application,
                "",
                sentence,
                Node.Mapping.EMPTY
                        .with("slo", slo.name())
                        .with("service", slo.service())
                        .with("alert", alert.id())
                        .with("name", alert.name())
                        .with("severity", alert.severity())
                        .with(
                                "fired",
                                Node.Bool.of(before.phase() == AlertState.Phase.FIRING || type.equals(ALERT_FIRING)))
                        .with("pendingSince", now.pendingSince().toString())
                        .with("tellEnd", Node.Bool.of(alert.tellEnd()))
                        .with("recipients", texts(alert.recipients()))
                        .with("why", why));
    }

    static Entry exhausted(Slo slo, Budget budget, String application) {
        return budget(
                BUDGET_EXHAUSTED,
                slo,
                budget,
                application,
                "the error budget of " + slo.name() + " is spent: " + percent(budget.indicator()) + " good, "
                        + percent(budget.target()) + " promised");
    }

    static Entry restored(Slo slo, Budget budget, String application) {
        return budget(
                BUDGET_RESTORED,
                slo,
                budget,
                application,
                "the error budget of " + slo.name() + " is back: " + percent(budget.remaining()) + " of it is left");
    }

    private static Entry budget(String type, Slo slo, Budget budget, String application, String message) {
        return new Entry(
                type,
                application,
                "",
                message,
                Node.Mapping.EMPTY
                        .with("slo", slo.name())
                        .with("service", slo.service())
                        .with("remaining", number(budget.remaining()))
                        .with("indicator", number(budget.indicator()))
                        .with("target", number(budget.target())));
    }

    static Entry lost(String indicator, List<String> slos, String reason) {
        return indicator(INDICATOR_LOST, indicator, slos, "no data for " + String.join(", ", slos) + ": " + reason);
    }

    static Entry back(String indicator, List<String> slos) {
        return indicator(INDICATOR_BACK, indicator, slos, "there are data for " + String.join(", ", slos) + " again");
    }

    private static Entry indicator(String type, String indicator, List<String> slos, String message) {
        return new Entry(
                type,
                "",
                "",
                message,
                Node.Mapping.EMPTY.with("indicator", indicator).with("slos", texts(slos)));
    }

    static Entry accepted(String revision, int slos) {
        return new Entry(
                ACCEPTED,
                "",
                "",
                slos + (slos == 1 ? " objective is" : " objectives are") + " in force as of " + brief(revision),
                Node.Mapping.EMPTY.with("revision", revision).with("slos", slos));
    }

    static Entry invalid(String revision, List<Problem> problems) {
        return new Entry(
                INVALID,
                "",
                "",
                "objectives of " + brief(revision) + " are not taken over, the last good ones stay: "
                        + problems.getFirst()
                        + (problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)"),
                Node.Mapping.EMPTY
                        .with("revision", revision)
                        .with(
                                "problems",
                                texts(problems.stream().map(Problem::toString).toList())));
    }

    /** A notifier gave up on a message. */
    public static Entry notificationFailed(String notifier, String what, String reason) {
        return new Entry(
                NOTIFICATION_FAILED,
                "",
                "",
                "nobody was told through " + notifier + ": " + reason + " (" + what + ")",
                Node.Mapping.EMPTY.with("notifier", notifier).with("reason", reason));
    }

    private static String brief(String revision) {
        return Facts.brief(revision);
    }

    /** Six digits after the point are more than anybody can measure. */
    public static Node number(double value) {
        return Double.isNaN(value)
                ? new Node.Null(Position.NONE)
                : new Node.Numeric(
                        BigDecimal.valueOf(value)
                                .setScale(6, RoundingMode.HALF_EVEN)
                                .stripTrailingZeros(),
                        Position.NONE);
    }

    /** {@code 99.95 %}. */
    public static String percent(double share) {
        if (Double.isNaN(share)) {
            return "–";
        }
        String text = String.format(Locale.ROOT, "%.3f", share * 100);
        return text.replaceAll("\\.?0+$", "") + " %";
    }

    /** When an alert began, as an event has it. */
    static Instant instant(String text, Instant otherwise) {
        try {
            return Instant.parse(text);
        } catch (java.time.DateTimeException other) {
            return otherwise;
        }
    }

    private static Node texts(List<String> texts) {
        return new Node.Sequence(
                texts.stream().map(text -> (Node) Node.Text.of(text)).toList(), Position.NONE);
    }
}
