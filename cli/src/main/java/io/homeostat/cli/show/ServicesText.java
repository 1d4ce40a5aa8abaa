package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/** {@code homeostat slo --services}: how each service does, and how it did. */
public final class ServicesText {

    private ServicesText() {}

    public static List<String> lines(Node.Mapping answer, Paint paint) {
        Table table = Table.of(
                paint,
                "SERVICE",
                "OBJECTIVES",
                "PER SECOND",
                "FAILED",
                "P50",
                "P99",
                "FAILURES",
                "SEEN AFTER",
                "MENDED AFTER",
                "ONE EVERY");
        for (Node.Mapping service : Nodes.mappings(answer.sequence("services"))) {
            boolean failing = service.flag("failing", false);
            table.row(
                    paint.strong(service.text("service", "")),
                    String.valueOf(service.integer("objectives", 0)),
                    number(service, "perSecond", 1, 0, ""),
                    number(service, "failedShare", 2, 2, " %"),
                    number(service, "p50Millis", 1, 0, " ms"),
                    number(service, "p99Millis", 1, 0, " ms"),
                    failing
                            ? paint.bad(service.integer("failures", 0) + ", fails now")
                            : String.valueOf(service.integer("failures", 0)),
                    seconds(service, "mttdSeconds"),
                    seconds(service, "mttrSeconds"),
                    seconds(service, "mtbfSeconds"));
        }
        return table.isEmpty() ? List.of("No services with calls or objectives yet.") : table.lines();
    }

    private static String number(Node.Mapping service, String key, int digits, int shift, String unit) {
        if (!(service.get(key) instanceof Node.Numeric number)) {
            return "–";
        }
        BigDecimal rounded = number.value().movePointRight(shift).setScale(digits, RoundingMode.HALF_EVEN);
        return (rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString()) + unit;
    }

    private static String seconds(Node.Mapping service, String key) {
        int seconds = service.integer(key, -1);
        return seconds < 0 ? "–" : Brief.duration(Duration.ofSeconds(seconds));
    }
}
