package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code homeostat coverage}: the two figures, and the map of what was exercised. */
public final class CoverageText {

    private CoverageText() {}

    public static List<String> lines(Node.Mapping answer, Paint paint) {
        Map<String, Map<String, Node.Mapping>> rows = new LinkedHashMap<>();
        Set<String> classes = new LinkedHashSet<>();
        for (Node.Mapping cell : Nodes.mappings(answer.sequence("cells"))) {
            classes.add(cell.text("class", ""));
            rows.computeIfAbsent(cell.text("target", ""), first -> new LinkedHashMap<>())
                    .put(cell.text("class", ""), cell);
        }
        for (Node.Mapping cell : Nodes.mappings(answer.sequence("notApplicable"))) {
            classes.add(cell.text("class", ""));
            rows.computeIfAbsent(cell.text("target", ""), first -> new LinkedHashMap<>())
                    .put(cell.text("class", ""), cell);
        }
        List<String> lines = new ArrayList<>();
        if (rows.isEmpty()) {
            lines.add("There is nothing to exercise here yet.");
            return lines;
        }
        List<String> headings = new ArrayList<>(List.of("WHAT"));
        classes.forEach(each -> headings.add(each.toUpperCase(Locale.ROOT)));
        Table table = Table.of(paint, headings.toArray(String[]::new));
        rows.forEach((target, cells) -> {
            List<String> row = new ArrayList<>(List.of(paint.strong(target)));
            classes.forEach(each -> row.add(mark(cells.get(each), paint)));
            table.row(row.toArray(String[]::new));
        });
        lines.addAll(table.lines());
        lines.add("");
        lines.add("exercised " + paint.strong(said(answer, "exercised")) + ", passed "
                + paint.strong(said(answer, "passed"))
                + paint.dim(", stale " + said(answer, "stale") + ", excluded " + said(answer, "excluded")));
        for (Node edge : answer.sequence("undeclared")) {
            lines.add(paint.busy("seen, and declared by nobody: ") + edge);
        }
        if (!answer.sequence("notApplicable").isEmpty()) {
            lines.add(paint.dim("n/a: can never be done there, and does not count; `-o json` has each reason"));
        }
        List<String> unavailable = Nodes.mappings(answer.sequence("unavailable")).stream()
                .map(each -> each.text("class", ""))
                .toList();
        if (!unavailable.isEmpty()) {
            lines.add(paint.dim("not done by this target at all: " + String.join(", ", unavailable)));
        }
        Set<String> said = new LinkedHashSet<>();
        for (Node.Mapping cell : Nodes.mappings(answer.sequence("cells"))) {
            Node.Mapping excluded = cell.mapping("excluded");
            if (!excluded.isEmpty()) {
                said.add(cell.text("target", "") + " until " + excluded.text("until", "") + " by "
                        + excluded.text("owner", "") + ": " + excluded.text("reason", ""));
            }
        }
        said.forEach(each -> lines.add(paint.dim("excluded: ") + each));
        return lines;
    }

    private static String mark(Node.@Nullable Mapping cell, Paint paint) {
        if (cell == null) {
            return "";
        }
        if (cell.get("reason") != null) {
            return paint.dim("n/a");
        }
        if (cell.get("exercisedAt") == null) {
            return paint.dim(cell.get("excluded") == null ? "·" : "−");
        }
        boolean fresh = share(cell, "worth") >= 1;
        if (!cell.flag("passed", false)) {
            return paint.bad(fresh ? "x" : "x stale");
        }
        return fresh ? paint.good("+") : paint.busy("+ stale");
    }

    private static double share(Node.Mapping of, String key) {
        return of.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : 0;
    }

    /** Percent, 0 to 100. */
    public static double percent(Node.Mapping answer, String key) {
        return share(answer, key) * 100;
    }

    private static String said(Node.Mapping answer, String key) {
        return String.format(Locale.ROOT, "%.1f%%", percent(answer, key));
    }
}
