package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code homeostat history}: which revisions ran, and what became of each. */
public final class HistoryText {

    private HistoryText() {}

    public static List<String> lines(Node.Mapping history, Paint paint, Instant now) {
        Table table = Table.of(paint, "APPLIED", "APPLICATION", "REVISION", "OUTCOME", "TOOK", "SUBJECT", "");
        for (Node.Mapping revision : Nodes.mappings(history.sequence("revisions"))) {
            table.row(
                    Brief.ago(revision.text("appliedAt", ""), now),
                    revision.text("application", ""),
                    Brief.revision(revision.text("revision", "")),
                    outcome(revision.text("outcome", ""), paint) + cause(revision.text("cause", ""), paint),
                    took(revision.get("millis")),
                    revision.text("subject", ""),
                    paint.dim(revision.text("reason", "")));
        }
        return table.isEmpty() ? List.of("Nothing has been applied yet.") : table.lines();
    }

    private static String cause(String cause, Paint paint) {
        return cause.equalsIgnoreCase("rollback") ? paint.dim(" (rollback)") : "";
    }

    private static String took(@Nullable Node millis) {
        return millis instanceof Node.Numeric number
                ? Brief.duration(Duration.ofMillis(number.value().longValue()))
                : "";
    }

    private static String outcome(String outcome, Paint paint) {
        return switch (outcome) {
            case "good" -> paint.good(outcome);
            case "failed" -> paint.bad(outcome);
            case "superseded" -> paint.dim(outcome);
            default -> paint.busy(outcome);
        };
    }
}
