package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** What was promised, and how much of each error budget is left; the most urgent first. */
final class ObjectivesPage {

    private ObjectivesPage() {}

    /** Those that run out first, then those with the least left; what has no data is last. */
    static List<Node.Mapping> byUrgency(Node.Mapping answer) {
        return Fields.objects(answer, "slos").stream()
                .sorted(Comparator.comparingDouble(ObjectivesPage::runsOutIn).thenComparingDouble(ObjectivesPage::left))
                .toList();
    }

    private static double runsOutIn(Node.Mapping slo) {
        double seconds = Numbers.of(slo, "exhaustedInSeconds");
        return Double.isNaN(seconds) ? Double.MAX_VALUE : seconds;
    }

    private static double left(Node.Mapping slo) {
        double remaining = Numbers.of(slo.mapping("budget"), "remaining");
        return Double.isNaN(remaining) ? Double.MAX_VALUE : remaining;
    }

    static Page all(Visit visit) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/slo");
        return new Page(200, Frame.page(visit, "Objectives", Fields.text(answer, "environment"), html -> {
            html.with("h1", "Objectives");
            Frame.live(html, "objectives", "section", "panel");
            if (!Fields.text(answer, "error").isEmpty()) {
                html.with("p", Fields.text(answer, "error"), "class", "problem");
            }
            List<Node.Mapping> slos = byUrgency(answer);
            if (slos.isEmpty()) {
                Frame.empty(html, "Git declares no objective yet. An OpenSLO document makes one.");
            } else {
                table(html, visit, slos);
            }
            html.close();
        }));
    }

    private static void table(Html html, Visit visit, List<Node.Mapping> slos) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Objectives, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("objective", "state", "budget", "indicator", "target", "burn rate", "runs out in")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping slo : slos) {
            String name = Fields.text(slo, "name");
            String state = Fields.text(slo, "state");
            html.open("tr");
            html.open("th", "scope", "row")
                    .with("a", name, "href", visit.root() + Links.objective(name))
                    .close();
            html.open("td");
            Frame.badge(html, Tone.ofObjective(state), state);
            html.close().open("td");
            Charts.budget(html, slo);
            html.close();
            html.with("td", Numbers.percent(Numbers.of(slo.mapping("budget"), "indicator")), "class", "number");
            html.with("td", Numbers.percent(Numbers.of(slo.mapping("budget"), "target")), "class", "number");
            html.with("td", burn(slo), "class", "number");
            html.with("td", runsOut(slo), "class", "number");
            html.close();
        }
        html.close().close().close();
    }

    private static String burn(Node.Mapping slo) {
        double rate = Numbers.of(slo, "burnRate");
        return Double.isNaN(rate) ? "–" : Charts.number(rate).replaceAll("\\.?0+$", "") + "×";
    }

    private static String runsOut(Node.Mapping slo) {
        double seconds = Numbers.of(slo, "exhaustedInSeconds");
        return Double.isNaN(seconds) ? "–" : seconds == 0 ? "spent" : Times.length(Math.round(seconds));
    }

    static Page one(Visit visit, String name) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/slo", "name", name);
        Node.Mapping slo = Fields.first(answer, "slos");
        Node.Mapping events = visit.ask().get("/api/v1/events", "slo", name, "last", "40");
        Node.Mapping happened = visit.ask().get("/api/v1/events", "last", "300");
        return new Page(200, Frame.page(visit, name, Fields.text(answer, "environment"), html -> {
            heading(html, visit, slo);
            BudgetPicture.over(html, visit, slo, answer.mapping("history"), happened);
            html.open("div", "class", "columns").open("div", "class", "side");
            parts(html, slo);
            alerts(html, visit, slo);
            record(html, answer.mapping("record"));
            html.close();
            Frame.live(html, "events", "section", "panel").with("h2", "Alerts and budget");
            List<Node.Mapping> costly = Fields.objects(events, "events").reversed();
            if (costly.isEmpty()) {
                Frame.empty(html, "No alert and no spent budget in the journal.");
            }
            html.open("ol", "class", "events");
            costly.forEach(event -> Frame.event(html, visit, event));
            html.close().close().close();
        }));
    }

    private static void heading(Html html, Visit visit, Node.Mapping slo) {
        Frame.live(html, "heading", "section", "heading");
        html.with("h1", Fields.text(slo, "name"));
        Frame.badge(html, Tone.ofObjective(Fields.text(slo, "state")), Fields.text(slo, "state"));
        if (!Fields.text(slo, "title").isEmpty()) {
            html.with("p", Fields.text(slo, "title"), "class", "lead");
        }
        Charts.budget(html, slo);
        html.open("dl", "class", "facts");
        fact(html, "Indicator", Numbers.percent(Numbers.of(slo.mapping("budget"), "indicator")));
        fact(html, "Target", Numbers.percent(Numbers.of(slo.mapping("budget"), "target")));
        fact(html, "Burn rate", burn(slo));
        fact(html, "At this rate spent in", runsOut(slo));
        fact(html, "Window", Times.length(Math.round(Numbers.of(slo.mapping("window"), "seconds"))));
        String application = Fields.text(slo, "application");
        if (!application.isEmpty()) {
            html.open("div")
                    .with("dt", "Application")
                    .open("dd")
                    .with("a", application, "href", visit.root() + Links.application(application))
                    .close()
                    .close();
        }
        html.close().close();
    }

    private static void fact(Html html, String name, String value) {
        html.open("div").with("dt", name).with("dd", value).close();
    }

    private static void parts(Html html, Node.Mapping slo) {
        Frame.live(html, "parts", "section", "panel").with("h2", "Promises");
        html.open("ul", "class", "budgets");
        for (Node.Mapping part : Fields.objects(slo, "objectives")) {
            String title = Fields.text(part, "title").isEmpty() ? Fields.text(part, "id") : Fields.text(part, "title");
            html.open("li").with("span", title + " (" + Fields.text(part, "indicator") + ")");
            double left = Numbers.of(part.mapping("budget"), "remaining");
            Tone tone = Double.isNaN(left) ? Tone.QUIET : left <= 0 ? Tone.BAD : Tone.GOOD;
            String counted = Double.isNaN(left)
                    ? Fields.text(part, "noData")
                    : Math.round(Numbers.of(part, "bad")) + " bad of " + Math.round(Numbers.of(part, "all"));
            Charts.bar(html, left, tone, counted);
            html.close();
        }
        html.close().close();
    }

    private static void alerts(Html html, Visit visit, Node.Mapping slo) {
        Frame.live(html, "alerts", "section", "panel").with("h2", "Alerts");
        List<Node.Mapping> alerts = Fields.objects(slo, "alerts");
        if (alerts.isEmpty()) {
            Frame.empty(html, "None is declared.");
        }
        html.open("ul", "class", "components");
        for (Node.Mapping alert : alerts) {
            String state = Fields.text(alert, "state");
            Tone tone = state.equals("firing") ? Tone.BAD : state.equals("pending") ? Tone.WARN : Tone.GOOD;
            html.open("li");
            Frame.badge(html, tone, state);
            html.with("span", Fields.text(alert, "name") + ", " + Fields.text(alert, "severity"), "class", "object");
            html.with(
                    "span",
                    "burns at " + Charts.number(Numbers.of(alert, "burnRate")) + ", limit "
                            + Charts.number(Numbers.of(alert, "threshold")),
                    "class",
                    "small");
            if (!Fields.text(alert, "since").isEmpty()) {
                html.open("span", "class", "when");
                Times.ago(html, Fields.text(alert, "since"), visit.now());
                html.close();
            }
            html.close();
        }
        html.close().close();
    }

    private static void record(Html html, Node.Mapping record) {
        html.open("section", "class", "panel").with("h2", "Track record").open("dl", "class", "facts");
        fact(html, "Failures", Integer.toString(record.integer("failures", 0)));
        fact(html, "Found after, on average", seconds(record, "mttdSeconds"));
        fact(html, "Put right after", seconds(record, "mttrSeconds"));
        fact(html, "Between failures", seconds(record, "mtbfSeconds"));
        html.close().close();
    }

    private static String seconds(Node.Mapping record, String key) {
        double seconds = Numbers.of(record, key);
        return Double.isNaN(seconds) ? "–" : Times.length(Math.round(seconds));
    }
}
