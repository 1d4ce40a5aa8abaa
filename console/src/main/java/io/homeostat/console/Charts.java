package io.homeostat.console;

import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Small pictures of numbers, as SVG: they need no script, and they print. */
final class Charts {

    private Charts() {}

    /** What is left of an error budget, as a bar that empties. */
    static void budget(Html html, Node.Mapping slo) {
        double remaining = Numbers.of(slo.mapping("budget"), "remaining");
        Tone tone = Tone.ofObjective(Fields.text(slo, "state"));
        String words = Double.isNaN(remaining)
                ? "no data"
                : remaining <= 0 ? "spent" : Numbers.percent(Math.round(remaining * 1000) / 1000.0) + " left";
        bar(html, remaining, tone, words);
    }

    /** @param share from 0 to 1; NaN leaves the bar empty */
    static void bar(Html html, double share, Tone tone, String words) {
        double shown = Double.isNaN(share) ? 0 : Math.clamp(share, 0, 1);
        html.open("span", "class", "bar " + tone.style());
        html.open("svg", "viewBox", "0 0 100 6", "preserveAspectRatio", "none", "aria-hidden", "true");
        html.open("rect", "class", "whole", "width", "100", "height", "6", "rx", "1")
                .close();
        html.open("rect", "class", "part", "width", number(shown * 100), "height", "6", "rx", "1")
                .close();
        html.close().with("span", words).close();
    }

    /**
     * A line over time or over looks, with a limit it is measured against.
     *
     * @param values oldest first; NaN leaves a gap
     * @param limit drawn as a line across; NaN for none
     */
    static void line(Html html, String title, List<Double> values, double limit, String limitName) {
        line(html, title, values, limit, limitName, Double.NaN, null);
    }

    /**
     * Where a line goes from its last value if all goes on as it does.
     *
     * @param steps after the last value, in the distance between two values; above 0
     * @param value there
     */
    record Ahead(double steps, double value) {}

    /**
     * @param most the value at the top of the picture; NaN: a little above the highest
     * @param ahead drawn broken, right of now; null for nothing
     */
    static void line(
            Html html,
            String title,
            List<Double> values,
            double limit,
            String limitName,
            double most,
            @Nullable Ahead ahead) {
        double length = Math.max(1, values.size() - 1) + (ahead == null ? 0 : ahead.steps());
        double top = values.stream()
                .filter(value -> !value.isNaN())
                .mapToDouble(value -> value)
                .max()
                .orElse(1);
        top = Double.isNaN(most) ? Math.max(top, Double.isNaN(limit) ? top : limit) * 1.1 : most;
        top = top <= 0 ? 1 : top;
        html.open("svg", "class", "chart", "viewBox", "0 0 640 180", "role", "img", "aria-label", title);
        html.open("line", "class", "axis", "x1", "0", "y1", "160", "x2", "640", "y2", "160")
                .close();
        StringBuilder path = new StringBuilder();
        boolean drawn = false;
        for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            if (Double.isNaN(value)) {
                drawn = false;
                continue;
            }
            double x = values.size() == 1 && ahead == null ? 320 : 640.0 * i / length;
            path.append(drawn ? " L" : " M").append(number(x)).append(' ').append(number(160 - 150 * value / top));
            drawn = true;
        }
        html.open("path", "class", "drawn", "d", path.toString().strip()).close();
        if (ahead != null) {
            ahead(html, 640.0 * (values.size() - 1) / length, values.getLast() / top, ahead.value() / top);
        }
        if (!Double.isNaN(limit)) {
            String y = number(160 - 150 * limit / top);
            html.open("line", "class", "limit", "x1", "0", "y1", y, "x2", "640", "y2", y)
                    .close();
            html.with("text", limitName, "class", "limit-name", "x", "636", "y", number(154 - 150 * limit / top));
        }
        html.close();
    }

    private static void ahead(Html html, double now, double from, double to) {
        String x = number(now);
        html.open("line", "class", "now", "x1", x, "y1", "10", "x2", x, "y2", "160")
                .close();
        boolean right = now < 600;
        html.with(
                "text",
                "now",
                "class",
                right ? "now-name" : "now-name before",
                "x",
                number(now + (right ? 5 : -5)),
                "y",
                "176");
        html.open(
                        "path",
                        "class",
                        "ahead",
                        "d",
                        "M" + x + " " + number(160 - 150 * from) + " L640 " + number(160 - 150 * to))
                .close();
    }

    /** A share that jumps, over the time that it takes; what is below the line is filled. */
    static void steps(Html html, String title, List<TrafficPicture.Step> steps) {
        Instant first = steps.getFirst().at();
        double length =
                Math.max(1, Duration.between(first, steps.getLast().at()).toMillis());
        StringBuilder path = new StringBuilder("M0 160");
        for (TrafficPicture.Step step : steps) {
            double x = 640 * Math.clamp(Duration.between(first, step.at()).toMillis() / length, 0, 1);
            path.append(" H").append(number(x)).append(" V").append(number(160 - 150 * step.share()));
        }
        html.open("svg", "class", "chart", "viewBox", "0 0 640 180", "role", "img", "aria-label", title);
        html.open("path", "class", "filled", "d", path + " V160 Z").close();
        html.open("path", "class", "drawn", "d", path.toString()).close();
        html.open("line", "class", "axis", "x1", "0", "y1", "160", "x2", "640", "y2", "160")
                .close();
        html.close();
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
