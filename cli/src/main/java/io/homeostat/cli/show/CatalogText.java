package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;

/** {@code homeostat catalog}. */
public final class CatalogText {

    private CatalogText() {}

    public static List<String> lines(Node.Mapping answer, Paint paint) {
        Table table = Table.of(paint, "EXTENSION", "KIND", "PARAMETERS", "OWNER", "WHAT IT DOES", "");
        for (Node.Mapping each : Nodes.mappings(answer.sequence("extensions"))) {
            table.row(
                    paint.strong(each.text("name", "")),
                    each.text("kind", ""),
                    parameters(each),
                    each.text("owner", ""),
                    each.text("description", ""),
                    each.flag("declared", false) ? "" : paint.dim("registered"));
        }
        return table.isEmpty()
                ? List.of("There are no extensions; docs/extensions.md shows how to write one.")
                : table.lines();
    }

    /** {@code size (number, needed) path=/tmp}. */
    private static String parameters(Node.Mapping extension) {
        List<String> all = new ArrayList<>();
        for (Node.Mapping each : Nodes.mappings(extension.sequence("parameters"))) {
            String value = each.text("value");
            all.add(each.text("name", "") + (value == null ? "" : "=" + value) + " (" + each.text("type", "")
                    + (each.flag("required", false) && value == null ? ", needed)" : ")"));
        }
        return String.join(" ", all);
    }
}
