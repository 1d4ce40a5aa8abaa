package io.homeostat.console;

import io.homeostat.console.Attention.Item;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** The whole system at a glance: one sentence, the map, what is wrong, what is changing, what happened. */
final class HomePage {

    private static final int EVENTS_SHOWN = 14;

    private HomePage() {}

    static Page of(Visit visit) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        Node.Mapping slos = visit.ask().get("/api/v1/slo");
        Node.Mapping rollouts = visit.ask().get("/api/v1/rollouts");
        Node.Mapping experiments = visit.ask().get("/api/v1/experiments");
        Node.Mapping map = visit.ask().get("/api/v1/map");
        Node.Mapping events = visit.ask().get("/api/v1/events", "last", Integer.toString(EVENTS_SHOWN));
        List<Item> wrong = Attention.wrong(status, slos);
        List<Item> changing = Attention.changing(status, rollouts);
        String environment = Fields.text(status, "environment");
        return new Page(200, Frame.page(visit, sentence(wrong, changing), environment, html -> {
            headline(html, status, wrong, changing);
            html.open("div", "class", "home");
            html.open("div", "class", "side");
            Frame.live(html, "map", "section", "panel map").with("h2", "Map");
            MapPicture.draw(html, visit, SystemMap.of(map));
            html.close();
            recent(html, visit, events);
            html.close();
            html.open("div", "class", "side");
            items(html, visit, "wrong", "Needs a look", wrong, "Nothing. No alert, no drift, nothing held.");
            items(html, visit, "changing", "Changing", changing, "Nothing is on its way.");
            List<Item> tested = Attention.tested(experiments);
            if (!tested.isEmpty()) {
                items(html, visit, "tested", "Being tested", tested, "");
            }
            budgets(html, visit, slos);
            html.close().close();
        }));
    }

    private static String sentence(List<Item> wrong, List<Item> changing) {
        if (!wrong.isEmpty()) {
            return wrong.size() == 1 ? "One thing needs a look" : wrong.size() + " things need a look";
        }
        return changing.isEmpty() ? "All is as Git says" : "Changing, as Git says";
    }

    private static void headline(Html html, Node.Mapping status, List<Item> wrong, List<Item> changing) {
        Tone tone = wrong.isEmpty()
                ? changing.isEmpty() ? Tone.GOOD : Tone.CHANGING
                : wrong.getFirst().tone();
        Frame.live(html, "headline", "section", "headline " + tone.style());
        html.open("h1")
                .with("span", tone.sign(), "class", "sign", "aria-hidden", "true")
                .text(sentence(wrong, changing))
                .close();
        int ready = 0;
        int desired = 0;
        List<Node.Mapping> applications = Fields.objects(status, "applications");
        for (Node.Mapping application : applications) {
            ready += application.mapping("instances").integer("ready", 0);
            desired += application.mapping("instances").integer("desired", 0);
        }
        Node.Mapping source = status.mapping("source");
        html.open("p");
        html.text(Numbers.counted(applications.size(), "application") + ", " + ready + " of "
                + Numbers.counted(desired, "instance") + " ready");
        if (!Fields.text(source, "revision").isEmpty()) {
            html.text(", at ")
                    .with("code", Fields.brief(Fields.text(source, "revision")))
                    .text(" “" + Fields.text(source, "subject") + "” by " + Fields.text(source, "author"));
        }
        html.close().close();
    }

    private static void items(Html html, Visit visit, String id, String title, List<Item> items, String none) {
        Frame.live(html, id, "section", "panel").with("h2", title);
        if (items.isEmpty()) {
            Frame.empty(html, none);
        } else {
            html.open("ul", "class", "items");
            for (Item item : items.subList(0, Math.min(items.size(), 50))) {
                html.open("li", "class", item.tone().style());
                html.open("a", "href", visit.root() + item.link());
                html.with("span", item.tone().sign(), "class", "sign", "aria-hidden", "true");
                html.with("strong", item.subject()).text(" ").open("span");
                Times.sentence(html, item.what());
                html.close();
                html.close();
                if (!item.since().isEmpty()) {
                    html.open("span", "class", "when");
                    Times.ago(html, item.since(), visit.now());
                    html.close();
                }
                html.close();
            }
            html.close();
            if (items.size() > 50) {
                html.open("p").with("a", "and " + (items.size() - 50) + " more", "href", visit.root() + "applications");
                html.close();
            }
        }
        html.close();
    }

    private static void budgets(Html html, Visit visit, Node.Mapping slos) {
        List<Node.Mapping> sorted = ObjectivesPage.byUrgency(slos);
        if (sorted.isEmpty()) {
            return;
        }
        Frame.live(html, "budgets", "section", "panel").with("h2", "Error budgets");
        html.open("ul", "class", "budgets");
        for (Node.Mapping slo : sorted.subList(0, Math.min(5, sorted.size()))) {
            html.open("li");
            html.with("a", Fields.text(slo, "name"), "href", visit.root() + Links.objective(Fields.text(slo, "name")));
            Charts.budget(html, slo);
            html.close();
        }
        html.close().close();
    }

    private static void recent(Html html, Visit visit, Node.Mapping events) {
        Frame.live(html, "recent", "section", "panel").with("h2", "Lately");
        html.open("ol", "class", "events");
        for (Node.Mapping event : Fields.objects(events, "events").reversed()) {
            Frame.event(html, visit, event);
        }
        html.close();
        html.open("p", "class", "more")
                .with("a", "The whole timeline", "href", visit.root() + "timeline")
                .close();
        html.close();
    }
}
