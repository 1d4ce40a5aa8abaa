package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code homeostat perimeter}: what holds, what breaks, and what must be withstood. */
public final class PerimeterText {

    private PerimeterText() {}

    /** @param history what was found before, too */
    public static List<String> lines(Node.Mapping answer, boolean history, Paint paint, Instant now) {
        Table table = Table.of(
                paint, "EXPERIMENT", "FAULT", "HOLDS", "BREAKS", "REQUIRED", "BROKE", "HYSTERESIS", "TRIALS", "");
        for (Node.Mapping each : Nodes.mappings(answer.sequence("perimeters"))) {
            row(table, each, paint, now);
            List<Node.Mapping> before = Nodes.mappings(each.sequence("history"));
            for (Node.Mapping earlier :
                    history && before.size() > 1 ? before.subList(1, before.size()) : List.<Node.Mapping>of()) {
                row(table, earlier, paint, now);
            }
        }
        if (table.isEmpty()) {
            return List.of("No perimeter was searched for yet; docs/chaos.md shows how.");
        }
        List<String> lines = new ArrayList<>(table.lines());
        for (Node.Mapping each : Nodes.mappings(answer.sequence("perimeters"))) {
            if (each.flag("shrunk", false)) {
                lines.add(paint.bad("shrunk: ") + each.text("experiment", "")
                        + " broke at less than what held when it was searched for before");
            }
        }
        return lines;
    }

    private static void row(Table table, Node.Mapping each, Paint paint, Instant now) {
        String unit = each.text("unit", "");
        String status = each.text("status", "");
        boolean low = isBelowRequired(each);
        String breaks = each.get("breaks") == null ? "" : amount(each, "breaks", unit);
        table.row(
                paint.strong(each.text("experiment", "")),
                each.text("class", "") + " " + each.text("target", ""),
                amount(each, "holds", unit),
                breaks.isEmpty() ? paint.dim(status) : low ? paint.bad(breaks) : breaks,
                amount(each, "required", unit),
                each.text("broke", ""),
                hysteresis(each),
                each.integer("trials", 0) + ", " + each.integer("breakingTrials", 0) + " broke",
                Brief.ago(each.text("at", ""), now)
                        + (status.equals("found") || status.equals("beyond") ? "" : ", " + status)
                        + (each.get("heldBefore") == null
                                ? ""
                                : ", not monotone: " + amount(each, "heldBefore", unit) + " held once"));
    }

    /** What a break costs, and for how long. */
    private static String hysteresis(Node.Mapping each) {
        String share = amount(each, "hysteresis", "%");
        if (!(each.get("recoveryMillis") instanceof Node.Numeric millis)) {
            return share;
        }
        String took = String.format(Locale.ROOT, "%.1f s", millis.value().doubleValue() / 1000);
        return share.isEmpty() ? took : share + ", " + took;
    }

    private static String amount(Node.Mapping each, String key, String unit) {
        if (!(each.get(key) instanceof Node.Numeric number)) {
            return "";
        }
        String plain = number.value().stripTrailingZeros().toPlainString();
        return unit.equals("%") ? plain + "%" : plain + " " + unit;
    }

    private static double number(Node.Mapping each, String key) {
        return each.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : Double.NaN;
    }

    private static boolean isBelowRequired(Node.Mapping each) {
        double breaks = number(each, "breaks");
        double required = number(each, "required");
        return each.text("axis", "").equals("bandwidth") ? breaks >= required : breaks <= required;
    }

    public static boolean isAnyTooSmall(Node.Mapping answer) {
        return Nodes.mappings(answer.sequence("perimeters")).stream()
                .anyMatch(each -> each.flag("shrunk", false) || isBelowRequired(each));
    }
}
