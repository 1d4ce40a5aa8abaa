package io.homeostat.console;

import io.homeostat.console.MapLayout.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The map as SVG, and the same as a table for whoever cannot see it. */
final class MapPicture {

    private static final int MARGIN = 8;

    private MapPicture() {}

    static void draw(Html html, Visit visit, SystemMap map) {
        if (map.parts().isEmpty()) {
            Frame.empty(html, "Nothing runs yet. Once a commit is applied, its components are here.");
            return;
        }
        MapLayout layout = MapLayout.of(map);
        int width = layout.width() + 2 * MARGIN;
        int height = layout.height() + 2 * MARGIN;
        html.open("div", "class", "canvas", "tabindex", "0", "role", "region", "aria-label", "Map, scrolls");
        html.open(
                "svg",
                "viewBox",
                -MARGIN + " " + -MARGIN + " " + width + " " + height,
                "width",
                Integer.toString(width),
                "role",
                "group",
                "aria-label",
                map.parts().size() + " parts, " + map.calls().size() + " calls between them");
        map.calls().forEach(call -> line(html, call, layout));
        map.parts().forEach(part -> box(html, visit, part, layout.place(part.id())));
        map.calls().forEach(call -> label(html, call, map, layout));
        html.close().close();
        if (map.left() > 0) {
            html.open("p")
                    .with("a", "and " + map.left() + " more applications", "href", visit.root() + "applications")
                    .close();
        }
        table(html, map);
    }

    private static void box(Html html, Visit visit, SystemMap.Part part, Place at) {
        boolean links = !part.link().isEmpty();
        String described = part.name() + ", " + part.detail();
        if (links) {
            html.open(
                    "a",
                    "href",
                    visit.root() + part.link(),
                    "class",
                    "part " + part.tone().style(),
                    "aria-label",
                    described);
        } else {
            html.open("g", "class", "part outside");
        }
        html.open(
                "rect",
                "x",
                Integer.toString(at.x()),
                "y",
                Integer.toString(at.y()),
                "width",
                Integer.toString(MapLayout.WIDTH),
                "height",
                Integer.toString(MapLayout.HEIGHT),
                "rx",
                "9");
        html.close().open("text", "x", at(at.x() + 14), "y", at(at.y() + 23), "class", "sign");
        html.text(part.tone().sign()).close();
        html.with("text", cut(part.name(), 18), "x", at(at.x() + 32), "y", at(at.y() + 23), "class", "name");
        html.with("text", cut(part.detail(), 24), "x", at(at.x() + 32), "y", at(at.y() + 41), "class", "detail");
        html.close();
    }

    private static String at(int number) {
        return Integer.toString(number);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    private static void line(Html html, SystemMap.Call call, MapLayout layout) {
        Place from = layout.place(call.from());
        Place to = layout.place(call.to());
        boolean backwards = to.x() <= from.x();
        int x1 = backwards ? from.x() + MapLayout.WIDTH / 2 : from.x() + MapLayout.WIDTH;
        int y1 = backwards ? from.y() + MapLayout.HEIGHT : from.y() + MapLayout.HEIGHT / 2;
        int x2 = backwards ? to.x() + MapLayout.WIDTH / 2 : to.x();
        int y2 = backwards ? to.y() + MapLayout.HEIGHT : to.y() + MapLayout.HEIGHT / 2;
        String path = backwards
                ? "M" + x1 + " " + y1 + " C" + x1 + " " + (y1 + 40) + " " + x2 + " " + (y2 + 40) + " " + x2 + " " + y2
                : "M" + x1 + " " + y1 + " C" + (x1 + x2) / 2 + " " + y1 + " " + (x1 + x2) / 2 + " " + y2 + " " + x2
                        + " " + y2;
        html.open(
                "path",
                "d",
                path,
                "class",
                "call " + tone(call).style() + (call.declared() ? "" : " undeclared"),
                "stroke-width",
                thickness(call.perSecond()));
        html.close();
    }

    /** A line twice as thick carries about ten times as much. */
    private static String thickness(double perSecond) {
        double rate = Double.isNaN(perSecond) ? 0 : perSecond;
        return String.format(Locale.ROOT, "%.1f", 1.2 + Math.min(4.5, Math.log10(1 + rate) * 1.6));
    }

    private static Tone tone(SystemMap.Call call) {
        if (!(call.perSecond() > 0)) {
            return Tone.QUIET;
        }
        return call.failed() >= 0.05 ? Tone.BAD : call.failed() > 0 ? Tone.WARN : Tone.GOOD;
    }

    /** Where lines fan out they lie apart near their ends, where they run together near their beginnings. */
    private static double along(SystemMap.Call call, SystemMap map) {
        boolean fansOut = map.calls().stream()
                        .filter(other -> other.from().equals(call.from()))
                        .count()
                > 1;
        boolean runsTogether = map.calls().stream()
                        .filter(other -> other.to().equals(call.to()))
                        .count()
                > 1;
        return fansOut == runsTogether ? 0.5 : fansOut ? 0.74 : 0.26;
    }

    private static void label(Html html, SystemMap.Call call, SystemMap map, MapLayout layout) {
        if (!(call.perSecond() > 0)) {
            return;
        }
        Place from = layout.place(call.from());
        Place to = layout.place(call.to());
        boolean backwards = to.x() <= from.x();
        double t = along(call, map);
        // Of the curve's four points the middle two lie halfway across, at the height of the one they belong to.
        double ends = 3 * (1 - t) * t * t + t * t * t;
        double outer = (1 - t) * (1 - t) * (1 - t) * (from.x() + MapLayout.WIDTH) + t * t * t * to.x();
        double middle = (1 - Math.pow(1 - t, 3) - t * t * t) * (from.x() + MapLayout.WIDTH + to.x()) / 2;
        int x = backwards ? (from.x() + to.x() + MapLayout.WIDTH) / 2 : (int) Math.round(outer + middle);
        int y = backwards
                ? Math.max(from.y(), to.y()) + MapLayout.HEIGHT + 30
                : (int) Math.round((1 - ends) * from.y() + ends * to.y()) + MapLayout.HEIGHT / 2;
        html.with("text", Numbers.rate(call.perSecond()), "x", at(x), "y", at(y - 7), "class", "rate");
        String below = call.failed() > 0
                ? Numbers.percent(Math.round(call.failed() * 1000) / 1000.0) + " fail"
                : call.p99Millis() > 0 ? "p99 " + Numbers.millis(call.p99Millis()) : "";
        if (!below.isEmpty()) {
            html.with(
                    "text", below, "x", at(x), "y", at(y + 16), "class", call.failed() > 0 ? "rate bad" : "rate small");
        }
    }

    private static void table(Html html, SystemMap map) {
        if (map.calls().isEmpty()) {
            return;
        }
        Map<String, String> names = new HashMap<>();
        map.parts().forEach(part -> names.put(part.id(), part.name()));
        html.open("details", "id", "map-table").with("summary", "As a table");
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Calls, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("caller", "callee", "rate", "failed", "p99").forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (SystemMap.Call call : map.calls()) {
            html.open("tr");
            html.with("td", names.getOrDefault(call.from(), call.from()));
            html.with("td", names.getOrDefault(call.to(), call.to()));
            html.with("td", Double.isNaN(call.perSecond()) ? "–" : Numbers.rate(call.perSecond()), "class", "number");
            html.with("td", Numbers.percent(call.failed()), "class", "number");
            html.with("td", call.p99Millis() > 0 ? Numbers.millis(call.p99Millis()) : "–", "class", "number");
            html.close();
        }
        html.close().close().close().close();
    }
}
