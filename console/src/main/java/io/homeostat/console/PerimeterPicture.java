package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What searches found, one beside the other: each a bar from what held to what broke it, on a scale of ratios, against what has to be
 * withstood.
 */
final class PerimeterPicture {

    private static final int WIDTH = 640;
    private static final int TOP = 14;
    private static final int BOTTOM = 166;

    /** Of the width, for the numbers of the scale. */
    private static final int MARGIN = 64;

    /** Wider than this a bar is no bar any more. */
    private static final double WIDEST = 90;

    private PerimeterPicture() {}

    static void draw(Html html, Node.Mapping newest, List<Node.Mapping> history) {
        double[] known = history.stream()
                .flatMapToDouble(each -> DoubleStream.of(
                        Numbers.of(each, "holds"), Numbers.of(each, "breaks"), Numbers.of(each, "required")))
                .filter(value -> value > 0)
                .toArray();
        if (known.length == 0) {
            return;
        }
        double low = DoubleStream.of(known).min().orElse(1) / 1.3;
        double high = DoubleStream.of(known).max().orElse(1) * 1.3;
        String words = words(newest, history.size());
        html.open("figure")
                .open("figcaption")
                .with("strong", "Searches")
                .text(" oldest first")
                .close();
        html.open("svg", "class", "chart perimeters", "viewBox", "0 0 640 180", "role", "img", "aria-label", words);
        html.open("line", "class", "axis", "x1", "" + MARGIN, "y1", "" + BOTTOM, "x2", "" + WIDTH, "y2", "" + BOTTOM)
                .close();
        double slot = Math.min(WIDEST, (double) (WIDTH - MARGIN) / history.size());
        for (int i = 0; i < history.size(); i++) {
            bar(html, history.get(history.size() - 1 - i), MARGIN + slot * i, slot, low, high);
        }
        level(html, newest, "required", "limit", "limit-name", low, high);
        scale(html, newest, "holds", low, high);
        scale(html, newest, "breaks", low, high);
        html.close();
        html.open("p", "class", "small legend");
        html.with("span", "", "class", "swatch holds").text("holds");
        html.with("span", "", "class", "swatch between").text("between: not known closer");
        html.with("span", "", "class", "swatch breaks").text("breaks").close();
        html.close();
    }

    private static String words(Node.Mapping newest, int searches) {
        String breaks = PerimetersPage.amount(newest, "breaks");
        return Numbers.counted(searches, "search", "searches") + "; the newest holds at "
                + PerimetersPage.amount(newest, "holds")
                + (breaks.isEmpty() ? " and nothing broke it" : " and breaks at " + breaks);
    }

    /** What holds is drawn from its own end of the scale, what breaks from the other; what lies between is not known closer. */
    private static void bar(Html html, Node.Mapping found, double x, double slot, double low, double high) {
        boolean falls = PerimetersPage.falls(found);
        double easy = falls ? TOP : BOTTOM;
        double hard = falls ? BOTTOM : TOP;
        double breaks = Numbers.of(found, "breaks");
        double holds = Numbers.of(found, "holds");
        double held = holds > 0 ? y(holds, low, high) : easy;
        double broken = Double.isNaN(breaks) ? Double.isNaN(holds) || holds <= 0 ? easy : held : y(breaks, low, high);
        part(html, "holds", x, slot, easy, held);
        part(html, "between", x, slot, held, broken);
        if (!Double.isNaN(breaks)) {
            part(html, "breaks", x, slot, broken, hard);
        }
    }

    private static void part(Html html, String style, double x, double slot, double from, double to) {
        double gap = slot * 0.14;
        html.open(
                        "rect",
                        "class",
                        style,
                        "x",
                        Charts.number(x + gap),
                        "y",
                        Charts.number(Math.min(from, to)),
                        "width",
                        Charts.number(slot - 2 * gap),
                        "height",
                        Charts.number(Math.abs(to - from)))
                .close();
    }

    private static void level(
            Html html, Node.Mapping of, String key, String line, String name, double low, double high) {
        double value = Numbers.of(of, key);
        if (!(value > 0)) {
            return;
        }
        double y = y(value, low, high);
        html.open(
                        "line",
                        "class",
                        line,
                        "x1",
                        "" + MARGIN,
                        "y1",
                        Charts.number(y),
                        "x2",
                        "" + WIDTH,
                        "y2",
                        Charts.number(y))
                .close();
        html.with(
                "text",
                "has to withstand " + PerimetersPage.amount(of, key),
                "class",
                name,
                "x",
                "" + (WIDTH - 4),
                "y",
                Charts.number(y - 5));
    }

    private static void scale(Html html, Node.Mapping of, String key, double low, double high) {
        double value = Numbers.of(of, key);
        if (value > 0) {
            String y = Charts.number(y(value, low, high) + 4);
            html.with("text", PerimetersPage.amount(of, key), "class", "scale", "x", "" + (MARGIN - 6), "y", y);
        }
    }

    private static double y(double value, double low, double high) {
        return BOTTOM - (BOTTOM - TOP) * Math.log(value / low) / Math.log(high / low);
    }
}
