package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The journal, newest first, filtered, as far back as one likes. */
final class TimelinePage {

    private static final int SHOWN = 100;

    /** Filters worth a click; the word is the beginning of the types. */
    private static final List<String> KINDS = List.of(
            "",
            "sync",
            "step",
            "rollout",
            "experiment",
            "alert",
            "budget",
            "drift",
            "freeze",
            "quarantine",
            "instance",
            "source");

    private TimelinePage() {}

    static Page of(Visit visit) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        String at = visit.query("at");
        String before = at.isEmpty() ? visit.query("before") : after(at);
        Node.Mapping events = visit.ask()
                .get(
                        "/api/v1/events",
                        "last",
                        Integer.toString(SHOWN),
                        "application",
                        nullable(visit.query("application")),
                        "type",
                        nullable(visit.query("type")),
                        "before",
                        nullable(before));
        return new Page(200, Frame.page(visit, "Timeline", Fields.text(status, "environment"), html -> {
            html.with("h1", "Timeline");
            filters(html, visit, status);
            list(html, visit, events);
            verification(html, visit);
        }));
    }

    /** Half a page of what came after it is shown above. */
    private static String after(String sequence) {
        try {
            return Long.toString(Long.parseLong(sequence) + SHOWN / 2);
        } catch (NumberFormatException noNumber) {
            return "";
        }
    }

    private static @Nullable String nullable(String text) {
        return text.isEmpty() ? null : text;
    }

    private static void filters(Html html, Visit visit, Node.Mapping status) {
        html.open("form", "class", "filters", "method", "get", "role", "search", "aria-label", "Filter");
        html.open("label").text("Application");
        html.open("select", "name", "application", "data-submit", "");
        option(html, "", "all", visit.query("application"));
        for (Node.Mapping application : Fields.objects(status, "applications")) {
            String name = Fields.text(application, "name");
            option(html, name, name, visit.query("application"));
        }
        html.close().close();
        html.open("label").text("Kind");
        html.open("select", "name", "type", "data-submit", "");
        KINDS.forEach(kind -> option(html, kind, kind.isEmpty() ? "all" : kind, visit.query("type")));
        html.close().close();
        html.with("button", "Show", "class", "button").close();
    }

    private static void option(Html html, String value, String shown, String chosen) {
        html.with("option", shown, "value", value, "selected", value.equals(chosen) ? "" : null);
    }

    private static void list(Html html, Visit visit, Node.Mapping answer) {
        List<Node.Mapping> events = Fields.objects(answer, "events").reversed();
        Frame.live(html, "timeline", "section", "panel");
        if (events.isEmpty()) {
            Frame.empty(html, "Nothing in the journal is like that.");
        } else {
            html.open("ol", "class", "events");
            events.forEach(event -> Frame.event(html, visit, event));
            html.close();
        }
        double earlier = Numbers.of(answer, "before");
        if (earlier > 1) {
            String link = "?before=" + Math.round(earlier) + "&application=" + Links.segment(visit.query("application"))
                    + "&type=" + Links.segment(visit.query("type"));
            html.open("p", "class", "more")
                    .with("a", "Earlier", "href", link, "rel", "next")
                    .close();
        }
        html.close();
    }

    private static void verification(Html html, Visit visit) {
        html.open("section", "class", "panel").with("h2", "Is the journal whole?");
        if (!visit.query("verify").equals("true")) {
            html.open("p")
                    .text("Each record carries the hash of the one before. ")
                    .with("a", "Check all of them", "href", "?verify=true")
                    .close();
            html.close();
            return;
        }
        try {
            Node.Mapping verified = visit.ask().get("/api/v1/journal/verify");
            boolean valid = verified.flag("valid", false);
            html.open("p");
            Frame.badge(html, valid ? Tone.GOOD : Tone.BAD, valid ? "the chain holds" : "the chain is broken");
            html.text(" " + Math.round(Numbers.of(verified, "events")) + " records, newest ")
                    .with("code", Fields.text(verified, "head"))
                    .close();
            html.open("ul");
            Fields.texts(verified, "faults").forEach(fault -> html.with("li", fault));
            html.close();
        } catch (IOException | Refused failed) {
            html.with("p", "It could not be checked: " + failed.getMessage(), "class", "problem");
        }
        html.close();
    }
}
