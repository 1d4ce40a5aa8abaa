package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How much it takes until each promise breaks: by component and call, as each search found it. */
final class PerimetersPage {

    private PerimetersPage() {}

    static Page all(Visit visit) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/perimeters");
        return new Page(200, Frame.page(visit, "Perimeters", Fields.text(answer, "environment"), html -> {
            html.with("h1", "Perimeters");
            html.open("p", "class", "lead")
                    .text("How much it takes until each promise breaks. ")
                    .with("a", "Chaos", "href", visit.root() + "chaos")
                    .text(" has the experiments that looked.")
                    .close();
            Frame.live(html, "perimeters", "div", "stack");
            Map<String, List<Node.Mapping>> targets = byTarget(answer);
            if (targets.isEmpty()) {
                html.open("section", "class", "panel");
                Frame.empty(html, "None was searched for yet. An Experiment with search: looks for one.");
                html.close();
            }
            targets.forEach((target, found) -> {
                html.open("section", "class", "panel").with("h2", target, "class", "target");
                found.forEach(each -> one(html, visit, each));
                html.close();
            });
            html.close();
        }));
    }

    private static Map<String, List<Node.Mapping>> byTarget(Node.Mapping answer) {
        Map<String, List<Node.Mapping>> targets = new TreeMap<>();
        for (Node.Mapping each : Fields.objects(answer, "perimeters")) {
            targets.computeIfAbsent(Fields.text(each, "target"), first -> new ArrayList<>())
                    .add(each);
        }
        return targets;
    }

    /** The newest of each, for those who have not opened the page; nothing when there is none. */
    static void summary(Html html, Visit visit, Node.Mapping answer) {
        Frame.live(html, "perimeters", "section", "panel").with("h2", "Perimeters");
        Map<String, List<Node.Mapping>> targets = byTarget(answer);
        if (targets.isEmpty()) {
            Frame.empty(html, "None was searched for yet. An Experiment with search: looks for one.");
        } else {
            html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Perimeters, scrolls");
            html.open("table").open("thead").open("tr");
            List.of("component or call", "of what", "holds", "breaks", "required", "")
                    .forEach(head ->
                            html.with(head.isEmpty() ? "td" : "th", head, "scope", head.isEmpty() ? null : "col"));
            html.close().close().open("tbody");
            targets.forEach((target, found) -> found.forEach(each -> {
                html.open("tr").open("th", "scope", "row");
                html.with("a", target, "href", visit.root() + Links.perimeter(Fields.text(each, "experiment")));
                html.close().with("td", Fields.text(each, "class"));
                html.with("td", amount(each, "holds"), "class", "number");
                html.with("td", amount(each, "breaks"), "class", "number");
                html.with("td", amount(each, "required"), "class", "number").open("td");
                badge(html, each);
                html.close().close();
            }));
            html.close().close().close();
        }
        html.open("p", "class", "more")
                .with("a", "Perimeters, with what was found before", "href", visit.root() + "perimeters")
                .close()
                .close();
    }

    /** One, with its picture and what was found before. */
    static void one(Html html, Visit visit, Node.Mapping each) {
        String experiment = Fields.text(each, "experiment");
        List<Node.Mapping> history = Fields.objects(each, "history");
        html.open("article", "class", "perimeter", "id", "perimeter-" + experiment);
        html.open("h3").text(Fields.text(each, "class") + " ");
        badge(html, each);
        html.close();
        html.open("dl", "class", "facts");
        fact(html, "Holds at", amount(each, "holds"));
        fact(html, "Breaks at", amount(each, "breaks"));
        fact(html, "Has to withstand", amount(each, "required"));
        fact(html, "Breaks first", Fields.text(each, "broke"));
        fact(html, "Hysteresis", each.get("hysteresis") == null ? "" : Numbers.of(each, "hysteresis") + "%");
        fact(
                html,
                "Back after a break in",
                each.get("recoveryMillis") == null ? "" : Numbers.of(each, "recoveryMillis") / 1000 + " s");
        html.open("div").with("dt", "Found by").open("dd");
        html.with("a", experiment, "href", visit.root() + Links.experiment(experiment))
                .text(", ");
        Times.ago(html, Fields.text(each, "at"), visit.now());
        html.close().close().close();
        html.with("p", Fields.text(each, "reason"), "class", "small");
        if (each.get("heldBefore") != null) {
            html.with("p", "Not monotone: " + amount(each, "heldBefore") + " held once.", "class", "small");
        }
        PerimeterPicture.draw(html, each, history);
        table(html, visit, history, "history-" + experiment);
        html.close();
    }

    private static void table(Html html, Visit visit, List<Node.Mapping> history, String id) {
        html.open("details", "id", id).with("summary", Numbers.counted(history.size(), "search", "searches"));
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Searches, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("when", "status", "holds", "breaks", "broke first", "broke of trials", "revision")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping found : history) {
            html.open("tr").open("td");
            Times.ago(html, Fields.text(found, "at"), visit.now());
            html.close();
            html.with("td", Fields.text(found, "status"));
            html.with("td", amount(found, "holds"), "class", "number");
            html.with("td", amount(found, "breaks"), "class", "number");
            html.with("td", Fields.text(found, "broke"));
            html.with(
                    "td", found.integer("breakingTrials", 0) + " of " + found.integer("trials", 0), "class", "number");
            html.open("td")
                    .with("code", Fields.brief(Fields.text(found, "revision")))
                    .close();
            html.close();
        }
        html.close().close().close().close();
    }

    private static void fact(Html html, String name, String value) {
        if (!value.isEmpty()) {
            html.open("div").with("dt", name).with("dd", value).close();
        }
    }

    static void badge(Html html, Node.Mapping each) {
        String status = Fields.text(each, "status");
        if (isTooSmall(each)) {
            Frame.badge(html, Tone.BAD, "breaks too early");
        } else if (each.flag("shrunk", false)) {
            Frame.badge(html, Tone.BAD, "shrunk");
        } else {
            switch (status) {
                case "found" -> Frame.badge(html, Tone.GOOD, "withstands what it has to");
                case "beyond" -> Frame.badge(html, Tone.GOOD, "nothing broke it");
                default -> Frame.badge(html, Tone.QUIET, status.isEmpty() ? "unknown" : status);
            }
        }
    }

    /** Less than what has to be withstood breaks it. */
    static boolean isTooSmall(Node.Mapping each) {
        double breaks = Numbers.of(each, "breaks");
        double required = Numbers.of(each, "required");
        return falls(each) ? breaks >= required : breaks <= required;
    }

    /** Whether less is harder. */
    static boolean falls(Node.Mapping each) {
        return Fields.text(each, "axis").equals("bandwidth");
    }

    /** With its unit; empty when it is missing. */
    static String amount(Node.Mapping each, String key) {
        if (!(each.get(key) instanceof Node.Numeric number)) {
            return "";
        }
        String unit = Fields.text(each, "unit");
        String plain = number.value().stripTrailingZeros().toPlainString();
        return unit.isEmpty() ? plain : plain + " " + unit;
    }
}
