package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** How much of the system was disturbed on purpose, and stood it: a row for each component and call, a column for each class of fault. */
final class HeatMap {

    /** Of a large system the rows that weigh most; the API has all of them. */
    private static final int ROWS = 60;

    /** Below this much of its worth what was found out is old. */
    private static final double OLD = 0.75;

    private HeatMap() {}

    static void coverage(Html html, Visit visit, Node.Mapping coverage) {
        List<Node.Mapping> cells = Fields.objects(coverage, "cells");
        Frame.live(html, "coverage", "section", "panel").with("h2", "Coverage");
        if (cells.isEmpty()) {
            Frame.empty(html, "Nothing runs that could be disturbed.");
        } else {
            shares(html, coverage);
            List<Node.Mapping> all = new ArrayList<>(cells);
            all.addAll(Fields.objects(coverage, "notApplicable"));
            Map<String, Map<String, Node.Mapping>> rows = rows(all);
            TreeSet<String> classes = new TreeSet<>();
            all.forEach(cell -> classes.add(Fields.text(cell, "class")));
            table(html, visit, rows, classes);
            legend(html, rows.size());
        }
        List<String> undeclared = Fields.texts(coverage, "undeclared");
        if (!undeclared.isEmpty()) {
            html.with("p", "Seen, and declared by nobody: " + String.join(", ", undeclared), "class", "small");
        }
        html.close();
    }

    private static void shares(Html html, Node.Mapping coverage) {
        html.open("dl", "class", "facts");
        for (String share : List.of("exercised", "passed", "stale")) {
            html.open("div")
                    .with("dt", share)
                    .with("dd", Numbers.percent(Math.round(Numbers.of(coverage, share) * 1000) / 1000.0))
                    .close();
        }
        html.close();
    }

    /** By target, the heaviest first. */
    private static Map<String, Map<String, Node.Mapping>> rows(List<Node.Mapping> cells) {
        Map<String, Map<String, Node.Mapping>> rows = new HashMap<>();
        Map<String, Double> weights = new HashMap<>();
        for (Node.Mapping cell : cells) {
            String target = Fields.text(cell, "target");
            rows.computeIfAbsent(target, first -> new HashMap<>()).put(Fields.text(cell, "class"), cell);
            weights.merge(target, Numbers.of(cell, "weight"), Double::sum);
        }
        Map<String, Map<String, Node.Mapping>> sorted = new LinkedHashMap<>();
        rows.keySet().stream()
                .sorted(Comparator.comparingDouble((String target) -> -weights.getOrDefault(target, 0.0))
                        .thenComparing(Comparator.naturalOrder()))
                .forEach(target -> sorted.put(target, rows.getOrDefault(target, Map.of())));
        return sorted;
    }

    private static void table(
            Html html, Visit visit, Map<String, Map<String, Node.Mapping>> rows, Set<String> classes) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Coverage, scrolls");
        html.open("table", "class", "heat").open("thead").open("tr").with("th", "component or call", "scope", "col");
        classes.forEach(each -> html.with("th", each, "scope", "col"));
        html.close().close().open("tbody");
        rows.entrySet().stream().limit(ROWS).forEach(row -> {
            html.open("tr").with("th", row.getKey(), "scope", "row");
            classes.forEach(each -> cell(html, visit, row.getValue().getOrDefault(each, Node.Mapping.EMPTY)));
            html.close();
        });
        html.close().close().close();
    }

    private static void cell(Html html, Visit visit, Node.Mapping cell) {
        if (cell.isEmpty()) {
            html.with("td", "", "class", "none");
            return;
        }
        String reason = Fields.text(cell, "reason");
        if (!reason.isEmpty()) {
            html.open("td", "class", "none", "title", reason);
            html.with("span", "does not apply: " + reason, "class", "unseen").close();
            return;
        }
        String experiment = Fields.text(cell, "experiment");
        if (experiment.isEmpty()) {
            html.open("td", "class", "quiet").with("span", "never", "class", "unseen");
            html.with("span", "○", "aria-hidden", "true").close();
            return;
        }
        boolean passed = cell.flag("passed", false);
        boolean old = Numbers.of(cell, "worth") < OLD;
        Tone tone = passed ? Tone.GOOD : Tone.BAD;
        String words = (passed ? "passed" : "did not pass") + (old ? ", a while ago" : "");
        html.open("td", "class", tone.style() + (old ? " old" : ""));
        html.open(
                "a",
                "href",
                visit.root() + Links.experiment(experiment),
                "title",
                words + ": " + experiment + ", " + Fields.text(cell, "exercisedAt"));
        html.with("span", tone.sign(), "aria-hidden", "true").with("span", words, "class", "unseen");
        html.close().close();
    }

    private static void legend(Html html, int rows) {
        html.open("p", "class", "small legend");
        Frame.badge(html, Tone.GOOD, "passed");
        Frame.badge(html, Tone.BAD, "did not pass");
        Frame.badge(html, Tone.QUIET, "never exercised");
        html.text("paler: a while ago, or of another revision; empty: does not apply");
        html.text(rows > ROWS ? "; the " + ROWS + " that weigh most of " + rows : "");
        html.close();
    }
}
