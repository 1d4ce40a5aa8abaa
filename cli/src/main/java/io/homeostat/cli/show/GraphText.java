package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.math.RoundingMode;
import java.util.List;

/** {@code homeostat graph}: each edge, and whether it is declared, seen, or both. */
public final class GraphText {

    private GraphText() {}

    public static List<String> lines(Node.Mapping graph, Paint paint) {
        Table table = Table.of(paint, "CALLER", "CALLEE", "KNOWN", "REQUESTS", "FAILED", "P50", "P99");
        for (Node.Mapping edge : edges(graph)) {
            table.row(
                    edge.text("caller", ""),
                    edge.text("callee", ""),
                    known(edge, paint),
                    count(edge, "requests"),
                    failures(edge, paint),
                    millis(edge, "p50Millis"),
                    millis(edge, "p99Millis"));
        }
        return table.isEmpty() ? List.of("Nobody declares a call, and none has been seen.") : table.lines();
    }

    /** Whether a call was seen that nobody declared. */
    public static boolean hasUndeclared(Node.Mapping graph) {
        return edges(graph).stream().anyMatch(edge -> edge.flag("seen", false) && !edge.flag("declared", false));
    }

    private static List<Node.Mapping> edges(Node.Mapping graph) {
        return Nodes.mappings(graph.sequence("edges"));
    }

    private static String known(Node.Mapping edge, Paint paint) {
        boolean declared = edge.flag("declared", false);
        if (declared && edge.flag("seen", false)) {
            return paint.good("declared, seen");
        }
        return declared ? paint.dim("declared") : paint.busy("seen");
    }

    private static String failures(Node.Mapping edge, Paint paint) {
        String failures = count(edge, "failures");
        return failures.equals("0") ? failures : paint.bad(failures);
    }

    private static String count(Node.Mapping edge, String key) {
        return edge.get(key) instanceof Node.Numeric number ? number.value().toPlainString() : "0";
    }

    private static String millis(Node.Mapping edge, String key) {
        return edge.get(key) instanceof Node.Numeric number
                ? number.value().setScale(1, RoundingMode.HALF_UP).toPlainString() + " ms"
                : "";
    }
}
