package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.List;

/** {@code homeostat drift}: what differs from Git without anybody having asked Git. */
public final class DriftText {

    private DriftText() {}

    public static List<String> lines(Node.Mapping drift, Paint paint, Instant now) {
        Table table = Table.of(paint, "APPLICATION", "OBJECT", "PLACE", "FOUND", "SINCE", "MODE");
        for (Node.Mapping one : Nodes.mappings(drift.sequence("drift"))) {
            table.row(
                    one.text("application", ""),
                    one.text("object", ""),
                    one.text("place", ""),
                    one.text("found", ""),
                    Brief.ago(one.text("since", ""), now),
                    one.text("mode", ""));
        }
        return table.isEmpty() ? List.of("No drift: everything is as it was applied.") : table.lines();
    }
}
