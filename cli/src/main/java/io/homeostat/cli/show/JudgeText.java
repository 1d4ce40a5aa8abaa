package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code homeostat judge}: the verdict, the numbers behind it, and the evidence over time. */
public final class JudgeText {

    private static final String LEVELS = "▁▂▃▄▅▆▇█";

    private JudgeText() {}

    public static List<String> lines(Node.Mapping view, Paint paint) {
        List<String> lines = new ArrayList<>();
        String verdict = view.text("verdict", "");
        String word = switch (verdict) {
            case "pass" -> paint.good(verdict);
            case "fail" -> paint.bad(verdict);
            default -> paint.busy(verdict);
        };
        boolean decided = verdict.equals("pass") || verdict.equals("fail");
        double since = number(view.get("seconds"));
        lines.add(paint.strong(word) + ": " + view.text("reason", "")
                + (Double.isNaN(since) || !decided ? "" : paint.dim(" (after " + duration(since) + ")")));
        lines.add("");
        findings(view, paint).forEach(line -> lines.add("  " + line));
        String chart = chart(Nodes.mappings(view.sequence("looks")), view);
        if (!chart.isEmpty()) {
            lines.add("");
            lines.add("  evidence against the canary  " + chart);
        }
        Node.Mapping outlook = view.mapping("outlook");
        if (!outlook.isEmpty()) {
            lines.add("");
            lines.add(String.format(
                    Locale.ROOT,
                    "  At this rate, %.1f times the traffic so far would show it to be %s.",
                    number(outlook.get("timesTheTraffic")),
                    outlook.text("wouldShow", "")));
        } else if (verdict.equals("inconclusive")) {
            lines.add("");
            lines.add("  More traffic of this kind would not decide it.");
        }
        return lines;
    }

    /** One line for each metric. */
    static List<String> findings(Node.Mapping view, Paint paint) {
        Table table = Table.of(
                paint,
                "METRIC",
                view.text("baseline", "baseline").toUpperCase(Locale.ROOT),
                view.text("canary", "canary").toUpperCase(Locale.ROOT),
                "RATIO",
                "BETWEEN",
                "E-VALUE",
                "DECISION");
        for (Node.Mapping finding : Nodes.mappings(view.sequence("findings"))) {
            row(table, finding, view, paint);
        }
        return table.lines();
    }

    private static void row(Table table, Node.Mapping finding, Node.Mapping view, Paint paint) {
        String metric = finding.text("metric", "");
        double lower = number(finding.mapping("interval").get("lower"));
        double upper = number(finding.mapping("interval").get("upper"));
        double ratio = number(finding.get("ratio"));
        boolean gap = metric.equals("latency");
        boolean shares = !view.sequence("arms").isEmpty();
        String decision = finding.text("decision", "");
        table.row(
                paint.strong(metric),
                arm(metric, finding.mapping("baseline"), shares),
                arm(metric, finding.mapping("canary"), shares),
                Double.isNaN(ratio) ? "–" : gap ? percent(ratio) + " later" : digits(ratio) + "×",
                gap ? "" : digits(lower) + " and " + (Double.isNaN(upper) ? "∞" : digits(upper)),
                eValue(number(finding.get("lnE"))) + " of " + digits(1 / number(finding.get("alpha"))),
                decision.equals("worse") ? paint.bad(decision) : decision);
    }

    /** {@code 12 of 3400}, or {@code 120 ms (3400)}. */
    private static String arm(String metric, Node.Mapping arm, boolean shares) {
        double seen = number(arm.get("seen"));
        double value = number(arm.get("value"));
        if (metric.equals("errors") || metric.equals("crashes")) {
            return digits(value) + (shares ? " at share " : " of ") + digits(seen);
        }
        return (value < 1 ? digits(value * 1000) + " ms" : digits(value) + " s") + " (" + digits(seen) + ")";
    }

    /** The logarithm of the e-value over time, from nothing to what decides. */
    private static String chart(List<Node.Mapping> looks, Node.Mapping view) {
        if (looks.size() < 2) {
            return "";
        }
        double alpha = Nodes.mappings(view.sequence("findings")).stream()
                .mapToDouble(finding -> number(finding.get("alpha")))
                .max()
                .orElse(1);
        StringBuilder chart = new StringBuilder();
        for (Node.Mapping look : looks) {
            double part = number(look.get("lnE")) / -Math.log(alpha);
            int level = (int) Math.clamp(Math.floor(part * (LEVELS.length() - 1)), 0, LEVELS.length() - 1);
            chart.append(LEVELS.charAt(level));
        }
        return chart + "  █ decides";
    }

    private static String eValue(double log) {
        return log > 20 ? String.format(Locale.ROOT, "1e%.0f", log / Math.log(10)) : digits(Math.exp(log));
    }

    private static String percent(double share) {
        return digits(share * 100) + " %";
    }

    private static String duration(double seconds) {
        return Brief.duration(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** Three digits that matter, whole numbers as they are. */
    private static String digits(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e12) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        int decimals = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%,." + Math.clamp(decimals, 0, 6) + "f", value);
    }

    static double number(@Nullable Node node) {
        return node instanceof Node.Numeric numeric ? numeric.value().doubleValue() : Double.NaN;
    }
}
