package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** {@code homeostat findings}. */
public final class FindingsText {

    private FindingsText() {}

    public static List<String> lines(Node.Mapping answer, Paint paint, Instant now) {
        Table table = Table.of(paint, "FOUND", "EXPERIMENT", "WHAT", "BUDGET/H", "SEEN", "");
        for (Node.Mapping each : Nodes.mappings(answer.sequence("findings"))) {
            table.row(
                    paint.bad(each.text("kind", "")),
                    paint.strong(each.text("experiment", "")),
                    each.text("statement", ""),
                    cost(each),
                    Brief.ago(each.text("at", ""), now)
                            + (each.integer("times", 1) > 1 ? ", " + each.integer("times", 1) + " times" : ""),
                    each.flag("declared", false) ? "" : paint.dim("no longer declared"));
        }
        return table.isEmpty() ? List.of("Nothing is known to be wrong.") : table.lines();
    }

    private static String cost(Node.Mapping finding) {
        return finding.get("budgetPerHour") instanceof Node.Numeric cost
                ? String.format(Locale.ROOT, "%.1f%%", 100 * cost.value().doubleValue())
                : "";
    }
}
