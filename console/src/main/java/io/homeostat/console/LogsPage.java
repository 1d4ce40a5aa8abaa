package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;

/** The last lines that instances wrote. */
final class LogsPage {

    private static final String LINES = "300";

    private LogsPage() {}

    static Page of(Visit visit) throws IOException, Refused {
        String name = visit.query("name");
        boolean previous = visit.query("previous").equals("true");
        Node.Mapping status = visit.ask().get("/api/v1/status");
        Node.Mapping logs =
                visit.ask().get("/api/v1/logs", "name", name, "tail", LINES, "previous", previous ? "true" : null);
        return new Page(200, Frame.page(visit, "Logs of " + name, Fields.text(status, "environment"), html -> {
            html.with("h1", "Logs of " + name);
            html.open("p", "class", "more");
            String other = Links.logs(name).substring("logs".length()) + (previous ? "" : "&previous=true");
            html.with("a", previous ? "The run that goes on" : "The run before", "href", other);
            html.close();
            Frame.live(html, "log", "section", "panel");
            String text = Fields.text(logs, "text");
            if (text.isBlank()) {
                Frame.empty(html, "It wrote nothing.");
            } else {
                html.with("pre", text, "class", "log", "tabindex", "0", "data-end", "");
            }
            html.close();
        }));
    }
}
