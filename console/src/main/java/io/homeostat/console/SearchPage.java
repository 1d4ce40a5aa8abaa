package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that has the words in its name or its sentence. */
final class SearchPage {

    private static final int EACH = 25;

    private record Hit(String kind, String title, String detail, String link) {}

    private SearchPage() {}

    static Page of(Visit visit) throws IOException, Refused {
        String wanted = visit.query("q").strip().toLowerCase(Locale.ROOT);
        Node.Mapping status = visit.ask().get("/api/v1/status");
        List<Hit> hits = new ArrayList<>();
        if (!wanted.isEmpty()) {
            gather(visit, status, wanted, hits);
        }
        return new Page(200, Frame.page(visit, "Search", Fields.text(status, "environment"), html -> {
            html.with("h1", wanted.isEmpty() ? "Search" : "“" + visit.query("q") + "”");
            html.open("section", "class", "panel");
            if (hits.isEmpty()) {
                Frame.empty(html, wanted.isEmpty() ? "Type what you look for." : "Nothing is like that.");
            }
            html.open("ul", "class", "hits");
            for (Hit hit : hits) {
                html.open("li").open("a", "href", visit.root() + hit.link());
                html.with("span", hit.kind(), "class", "kind")
                        .with("strong", hit.title())
                        .close();
                html.with("span", hit.detail(), "class", "small message").close();
            }
            html.close().close();
        }));
    }

    private static void gather(Visit visit, Node.Mapping status, String wanted, List<Hit> hits)
            throws IOException, Refused {
        take(
                hits,
                wanted,
                Fields.objects(status, "applications"),
                each -> new Hit(
                        "application",
                        Fields.text(each, "name"),
                        Fields.text(each, "state") + " " + Fields.text(each, "message"),
                        Links.application(Fields.text(each, "name"))));
        take(
                hits,
                wanted,
                Fields.objects(visit.ask().get("/api/v1/map"), "components"),
                each -> new Hit(
                        "component",
                        Fields.text(each, "name"),
                        Fields.text(each, "health") + ", of " + Fields.text(each, "application"),
                        Links.application(Fields.text(each, "application"))));
        take(
                hits,
                wanted,
                Fields.objects(visit.ask().get("/api/v1/slo"), "slos"),
                each -> new Hit(
                        "objective",
                        Fields.text(each, "name"),
                        Fields.text(each, "title"),
                        Links.objective(Fields.text(each, "name"))));
        take(
                hits,
                wanted,
                Fields.objects(visit.ask().get("/api/v1/rollouts"), "rollouts"),
                each -> new Hit(
                        "rollout",
                        Fields.text(each, "name"),
                        Fields.text(each, "message"),
                        Links.rollout(Fields.text(each, "name"))));
        take(
                hits,
                wanted,
                Fields.objects(visit.ask().get("/api/v1/experiments"), "experiments"),
                each -> new Hit(
                        "experiment",
                        Fields.text(each, "name"),
                        String.join(", ", Fields.texts(each, "faults")) + " " + Fields.text(each, "description"),
                        Links.experiment(Fields.text(each, "name"))));
        take(
                hits,
                wanted,
                Fields.objects(visit.ask().get("/api/v1/perimeters"), "perimeters"),
                each -> new Hit(
                        "perimeter",
                        Fields.text(each, "target"),
                        Fields.text(each, "class") + ", " + Fields.text(each, "experiment"),
                        Links.perimeter(Fields.text(each, "experiment"))));
        Node.Mapping events = visit.ask().get("/api/v1/events", "contains", wanted, "last", Integer.toString(EACH));
        for (Node.Mapping event : Fields.objects(events, "events").reversed()) {
            hits.add(new Hit(
                    "event",
                    Fields.text(event, "type"),
                    Fields.text(event, "time") + "  " + Fields.text(event, "application") + " "
                            + Fields.text(event, "message"),
                    Links.event(Math.round(Numbers.of(event, "sequence")))));
        }
    }

    private interface View {
        Hit of(Node.Mapping found);
    }

    private static void take(List<Hit> hits, String wanted, List<Node.Mapping> all, View view) {
        int taken = 0;
        for (Node.Mapping each : all) {
            Hit hit = view.of(each);
            boolean matches =
                    (hit.title() + " " + hit.detail()).toLowerCase(Locale.ROOT).contains(wanted);
            if (matches && taken++ < EACH) {
                hits.add(hit);
            }
        }
    }
}
