package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** Every application in a line, those that want to be looked at first. */
final class ApplicationsPage {

    private static final int SHOWN = 200;

    private ApplicationsPage() {}

    static Page of(Visit visit) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        List<Node.Mapping> sorted = Fields.objects(status, "applications").stream()
                .sorted(Comparator.comparing((Node.Mapping each) -> Tone.ofState(Fields.text(each, "state")))
                        .reversed()
                        .thenComparing(each -> Fields.text(each, "name")))
                .toList();
        return new Page(200, Frame.page(visit, "Applications", Fields.text(status, "environment"), html -> {
            html.with("h1", "Applications");
            Frame.live(html, "applications", "section", "panel");
            if (sorted.isEmpty()) {
                Frame.empty(html, "Git declares no application yet.");
            } else {
                table(html, visit, sorted);
            }
            html.close();
        }));
    }

    private static void table(Html html, Visit visit, List<Node.Mapping> applications) {
        int page = Math.max(1, page(visit));
        int from = Math.min((page - 1) * SHOWN, applications.size());
        int to = Math.min(from + SHOWN, applications.size());
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Applications, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("application", "state", "ready", "runs", "Git says", "message")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        applications.subList(from, to).forEach(application -> row(html, visit, application));
        html.close().close().close();
        if (applications.size() > SHOWN) {
            html.open("nav", "class", "pages", "aria-label", "Pages of the list");
            html.text(from + 1 + "–" + to + " of " + applications.size() + " ");
            if (page > 1) {
                html.with("a", "← those before", "href", "?page=" + (page - 1)).text(" ");
            }
            if (to < applications.size()) {
                html.with("a", "those after →", "href", "?page=" + (page + 1));
            }
            html.close();
        }
    }

    private static int page(Visit visit) {
        try {
            return Integer.parseInt(visit.query("page"));
        } catch (NumberFormatException first) {
            return 1;
        }
    }

    private static void row(Html html, Visit visit, Node.Mapping application) {
        String name = Fields.text(application, "name");
        String state = Fields.text(application, "state");
        Node.Mapping instances = application.mapping("instances");
        html.open("tr");
        html.open("th", "scope", "row")
                .with("a", name, "href", visit.root() + Links.application(name))
                .close();
        html.open("td");
        Frame.badge(html, Tone.ofState(state), state);
        html.close();
        html.with("td", instances.integer("ready", 0) + "/" + instances.integer("desired", 0), "class", "number");
        html.open("td")
                .with("code", Fields.brief(Fields.text(application, "revision")))
                .close();
        html.open("td")
                .with("code", Fields.brief(Fields.text(application, "desiredRevision")))
                .close();
        html.open("td", "class", "message");
        Times.sentence(html, Fields.text(application, "message"));
        html.close();
        html.close();
    }
}
