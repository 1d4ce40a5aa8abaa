package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;

/** {@code homeostat top}: every edge, the busiest first. */
public final class TopText {

    private TopText() {}

    public static List<String> lines(Node.Mapping top, Paint paint) {
        Table table = Table.of(paint, "FROM", "TO", "VERSION", "PER SECOND", "FAILED", "P50", "P99", "OPEN");
        Nodes.mappings(top.sequence("edges")).stream()
                .sorted(Comparator.comparing((Node.Mapping edge) -> number(edge, "perSecond"))
                        .reversed())
                .forEach(edge -> table.row(
                        name(edge.text("caller", "")),
                        paint.strong(name(edge.text("callee", ""))),
                        Brief.revision(edge.text("version", "")),
                        plain(number(edge, "perSecond"), 1),
                        failed(edge, paint),
                        millis(edge, "p50Millis"),
                        millis(edge, "p99Millis"),
                        String.valueOf(edge.integer("open", 0))));
        return table.isEmpty() ? List.of("No calls in this second.") : table.lines();
    }

    /** {@code Deployment/web} is known as web. */
    private static String name(String full) {
        return full.substring(full.lastIndexOf('/') + 1);
    }

    private static String failed(Node.Mapping edge, Paint paint) {
        if (!(edge.get("failedShare") instanceof Node.Numeric share)) {
            return "–";
        }
        String percent = plain(share.value().movePointRight(2), 2) + " %";
        return share.value().signum() == 0 ? paint.good(percent) : paint.bad(percent);
    }

    private static String millis(Node.Mapping edge, String key) {
        return edge.get(key) instanceof Node.Numeric millis ? plain(millis.value(), 1) + " ms" : "";
    }

    private static BigDecimal number(Node.Mapping edge, String key) {
        return edge.get(key) instanceof Node.Numeric number ? number.value() : BigDecimal.ZERO;
    }

    private static String plain(BigDecimal value, int digits) {
        BigDecimal rounded = value.setScale(digits, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
