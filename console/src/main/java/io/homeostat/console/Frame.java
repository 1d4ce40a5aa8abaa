package io.homeostat.console;

import io.homeostat.model.Node;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;

/** What all pages share: the head, the way around, who looks, whether what is shown is live. */
final class Frame {

    private record Place(String path, String title, String key) {}

    private static final List<Place> PLACES = List.of(
            new Place("", "Home", "h"),
            new Place("applications", "Applications", "a"),
            new Place("rollouts", "Rollouts", "r"),
            new Place("objectives", "Objectives", "o"),
            new Place("chaos", "Chaos", "c"),
            new Place("timeline", "Timeline", "t"));

    private Frame() {}

    static String page(Visit visit, String title, String environment, Consumer<Html> content) {
        Html html = new Html();
        head(html, visit.root(), title, environment);
        html.open("body", "data-root", visit.root());
        html.with("a", "To the content", "href", "#content", "class", "skip");
        top(html, visit, environment);
        html.open("main", "id", "content", "tabindex", "-1");
        content.accept(html);
        html.close();
        foot(html, visit);
        return "<!doctype html>" + html.close().close();
    }

    static void head(Html html, String root, String title, String environment) {
        html.open("html", "lang", "en").open("head");
        html.alone("meta", "charset", "utf-8");
        html.alone("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.alone("meta", "name", "color-scheme", "content", "light dark");
        html.with("title", title + (environment.isEmpty() ? "" : " · " + environment) + " · homeostat");
        html.alone("link", "rel", "icon", "href", root + "assets/mark.svg", "type", "image/svg+xml");
        html.alone("link", "rel", "stylesheet", "href", root + "assets/console.css");
        html.with("script", "", "src", root + "assets/console.js", "defer", "");
        html.close();
    }

    private static void top(Html html, Visit visit, String environment) {
        String root = visit.root();
        html.open("header", "class", "top");
        html.open("a", "class", "brand", "href", root);
        html.alone("img", "src", root + "assets/mark.svg", "alt", "", "width", "22", "height", "22");
        html.with("span", "homeostat").close();
        html.with("span", environment, "class", "environment", "title", "the environment");
        html.open("nav", "aria-label", "Pages");
        for (Place place : PLACES) {
            html.with(
                    "a",
                    place.title(),
                    "href",
                    root + place.path(),
                    "data-key",
                    "g " + place.key(),
                    "aria-current",
                    isIn(visit.path(), place.path()) ? "page" : null);
        }
        html.close();
        html.open("form", "class", "search", "role", "search", "action", root + "search", "method", "get");
        html.alone(
                "input",
                "type",
                "search",
                "name",
                "q",
                "value",
                visit.query("q").isEmpty() ? null : visit.query("q"),
                "placeholder",
                "Search  /",
                "aria-label",
                "Search everything",
                "autocomplete",
                "off");
        html.close();
        html.with("span", "as of loading", "class", "live", "id", "live", "role", "status");
        html.close();
    }

    private static boolean isIn(String path, String place) {
        if (path.equals("/perimeters")) {
            return place.equals("chaos");
        }
        return place.isEmpty() ? path.equals("/") : path.equals("/" + place) || path.startsWith("/" + place + "/");
    }

    private static void foot(Html html, Visit visit) {
        html.open("footer");
        html.open("span")
                .text(visit.person() + ", ")
                .with("span", visit.role(), "class", "role")
                .close();
        html.open("span").text("as of ");
        Times.clock(html, visit.now().truncatedTo(ChronoUnit.SECONDS).toString());
        html.close();
        html.open("span", "class", "keys")
                .with("kbd", "/")
                .text(" search, ")
                .with("kbd", "g")
                .text(" then a letter goes to a page")
                .close();
        html.open("form", "method", "post", "action", visit.root() + "logout");
        html.alone("input", "type", "hidden", "name", "proof", "value", visit.proof());
        html.with("button", "Log out", "class", "plain").close();
        html.close();
    }

    /** A part of the page that is put in place of itself when something changed. */
    static Html live(Html html, String id, String tag, String style) {
        return html.open(tag, "id", id, "class", style, "data-live", "");
    }

    static void badge(Html html, Tone tone, String text) {
        html.open("span", "class", "badge " + tone.style())
                .with("span", tone.sign(), "class", "sign", "aria-hidden", "true")
                .text(text)
                .close();
    }

    static void empty(Html html, String text) {
        html.with("p", text, "class", "empty");
    }

    /** One record of the journal, with the way to what it is about. */
    static void event(Html html, Visit visit, Node.Mapping event) {
        String type = Fields.text(event, "type");
        Tone tone = Tone.ofEvent(type);
        String application = Fields.text(event, "application");
        long sequence = Math.round(Numbers.of(event, "sequence"));
        html.open("li", "id", "e" + sequence, "class", "event " + tone.style());
        html.with("span", tone.sign(), "class", "sign", "aria-hidden", "true");
        html.open("span", "class", "when");
        Times.ago(html, Fields.text(event, "time"), visit.now());
        html.close();
        html.open("span", "class", "what");
        if (!application.isEmpty()) {
            html.with("a", application, "href", visit.root() + Links.application(application))
                    .text(" ");
        }
        Times.sentence(html, Fields.text(event, "message"));
        html.close();
        html.with(
                "a",
                type,
                "class",
                "type",
                "href",
                visit.root() + Links.event(sequence),
                "title",
                "record " + sequence + " of the journal");
        html.close();
    }
}
