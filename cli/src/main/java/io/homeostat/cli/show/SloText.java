package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code homeostat slo} and {@code homeostat budget}: objectives, their alerts and their error budgets. */
public final class SloText {

    private static final int WIDTH = 20;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private SloText() {}

    public static List<String> lines(Node.Mapping answer, Paint paint) {
        Table table = Table.of(paint, "SLO", "SERVICE", "STATE", "GOOD", "TARGET", "BUDGET LEFT", "BURN", "ALERTS");
        for (Node.Mapping slo : slos(answer)) {
            Node.Mapping budget = slo.mapping("budget");
            table.row(
                    paint.strong(slo.text("name", "")),
                    slo.text("service", ""),
                    state(slo.text("state", ""), paint),
                    percent(budget, "indicator", 3),
                    percent(budget, "target", 3),
                    percent(budget, "remaining", 1),
                    times(slo),
                    firing(slo, paint));
        }
        return withFailures(answer, table, paint);
    }

    public static List<String> budgets(Node.Mapping answer, Paint paint) {
        Table table = Table.of(paint, "SLO", "WINDOW", "ALLOWED", "SPENT", "LEFT", "", "BURN", "SPENT IN");
        for (Node.Mapping slo : slos(answer)) {
            Node.Mapping budget = slo.mapping("budget");
            table.row(
                    paint.strong(slo.text("name", "")),
                    Brief.duration(Duration.ofSeconds(slo.mapping("window").integer("seconds", 0))),
                    amount(slo, "allowed"),
                    amount(slo, "spent"),
                    percent(budget, "remaining", 1),
                    bar(budget, paint),
                    times(slo),
                    spentIn(slo, paint));
        }
        return withFailures(answer, table, paint);
    }

    public static List<String> detail(Node.Mapping answer, Paint paint, Instant now) {
        List<String> lines = new ArrayList<>(lines(answer, paint));
        for (Node.Mapping slo : slos(answer)) {
            lines.add("");
            Node.Mapping window = slo.mapping("window");
            lines.add(paint.dim("window      ") + Brief.date(window.text("from", "")) + " to "
                    + Brief.date(window.text("to", "")) + paint.dim(", " + slo.text("method", "")));
            for (Node.Mapping part : Nodes.mappings(slo.sequence("objectives"))) {
                lines.add(paint.dim("objective   ") + part.text("title", "") + ": "
                        + percent(part.mapping("budget"), "indicator", 3) + " of "
                        + percent(part.mapping("budget"), "target", 3)
                        + paint.dim(" (" + part.text("indicator", "") + ")")
                        + (part.text("noData", "").isEmpty()
                                ? ""
                                : paint.busy(" no data: " + part.text("noData", ""))));
            }
            for (Node.Mapping alert : Nodes.mappings(slo.sequence("alerts"))) {
                String state = alert.text("state", "");
                String shown =
                        state.equals("firing") ? paint.bad(state) : state.equals("pending") ? paint.busy(state) : state;
                lines.add(paint.dim("alert       ") + alert.text("name", "") + " " + shown + paint.dim(" (")
                        + alert.text("severity", "") + paint.dim(") burns ") + number(alert, "burnRate", 2)
                        + paint.dim(" of ") + number(alert, "threshold", 2)
                        + paint.dim(said(" since ", Brief.ago(alert.text("since", ""), now))));
            }
        }
        Node.Mapping record = answer.mapping("record");
        int failures = record.integer("failures", 0);
        if (failures > 0) {
            lines.add(paint.dim("record      ")
                    + failures
                    + (failures == 1 ? " failure" : " failures")
                    + seconds(record, "mttdSeconds", ", seen after ")
                    + seconds(record, "mttrSeconds", ", mended after ")
                    + seconds(record, "mtbfSeconds", ", one every ")
                    + paint.dim(" (means)"));
        }
        return lines;
    }

    private static String seconds(Node.Mapping record, String key, String before) {
        int seconds = record.integer(key, -1);
        return seconds < 0 ? "" : before + Brief.duration(Duration.ofSeconds(seconds));
    }

    /** Nothing is spent, and nothing fires. */
    public static boolean isWell(Node.Mapping answer) {
        return !isAnySpent(answer)
                && slos(answer).stream().noneMatch(slo -> slo.text("state", "").equals("burning"));
    }

    public static boolean isAnySpent(Node.Mapping answer) {
        return slos(answer).stream().anyMatch(slo -> slo.text("state", "").equals("spent"));
    }

    private static List<Node.Mapping> slos(Node.Mapping answer) {
        return Nodes.mappings(answer.sequence("slos"));
    }

    private static List<String> withFailures(Node.Mapping answer, Table table, Paint paint) {
        List<String> lines = new ArrayList<>(
                table.isEmpty() ? List.of("No objectives yet; docs/slo.md shows how to declare one.") : table.lines());
        for (Node.Mapping slo : slos(answer)) {
            for (Node.Mapping part : Nodes.mappings(slo.sequence("objectives"))) {
                String why = part.text("noData", "");
                if (!why.isEmpty()) {
                    lines.add("  " + paint.strong(part.text("id", "")) + " " + paint.busy("no data: ") + why);
                }
            }
        }
        if (!answer.text("error", "").isEmpty()) {
            lines.add(paint.bad(answer.text("error", "")));
        }
        return lines;
    }

    private static String state(String state, Paint paint) {
        return switch (state) {
            case "kept" -> paint.good(state);
            case "spent", "burning" -> paint.bad(state);
            default -> paint.busy(state);
        };
    }

    private static String firing(Node.Mapping slo, Paint paint) {
        return Nodes.mappings(slo.sequence("alerts")).stream()
                .filter(alert -> alert.text("state", "").equals("firing"))
                .map(alert -> paint.bad(alert.text("name", "")))
                .collect(Collectors.joining(", "));
    }

    private static String times(Node.Mapping slo) {
        String rate = number(slo, "burnRate", 2);
        return rate.isEmpty() ? "–" : rate + "×";
    }

    /** Events as they are; slices of time with their unit. */
    private static String amount(Node.Mapping slo, String key) {
        String number = number(slo.mapping("budget"), key, 2);
        boolean events = slo.text("method", "").equals("Occurrences");
        return number.isEmpty() || slo.sequence("objectives").size() > 1 ? "" : number + (events ? "" : " slices");
    }

    private static String spentIn(Node.Mapping slo, Paint paint) {
        int seconds = slo.integer("exhaustedInSeconds", -1);
        if (seconds < 0) {
            return "";
        }
        return seconds == 0 ? paint.bad("spent") : paint.busy(Brief.duration(Duration.ofSeconds(seconds)));
    }

    private static String bar(Node.Mapping budget, Paint paint) {
        if (!(budget.get("remaining") instanceof Node.Numeric left)) {
            return "";
        }
        int full = Math.clamp(Math.round(left.value().doubleValue() * WIDTH), 0, WIDTH);
        String bar = "█".repeat(full) + "·".repeat(WIDTH - full);
        return full > WIDTH / 4 ? paint.good(bar) : paint.bad(bar);
    }

    private static String percent(Node.Mapping of, String key, int digits) {
        return of.get(key) instanceof Node.Numeric share ? plain(share.value().multiply(HUNDRED), digits) + " %" : "–";
    }

    private static String number(Node.Mapping of, String key, int digits) {
        return of.get(key) instanceof Node.Numeric number ? plain(number.value(), digits) : "";
    }

    private static String plain(BigDecimal value, int digits) {
        BigDecimal rounded = value.setScale(digits, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    private static String said(String before, String text) {
        return text.isEmpty() ? "" : before + text;
    }
}
