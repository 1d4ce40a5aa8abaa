package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {

    private Numbers() {}

    /** NaN when it is missing or no number. */
    static double of(Node.Mapping from, String key) {
        return from.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : Double.NaN;
    }

    static String rate(double perSecond) {
        return perSecond >= 10 ? Math.round(perSecond) + "/s" : String.format(Locale.ROOT, "%.1f/s", perSecond);
    }

    static String millis(double millis) {
        return millis >= 1000
                ? String.format(Locale.ROOT, "%.1f s", millis / 1000)
                : millis >= 10 ? Math.round(millis) + " ms" : String.format(Locale.ROOT, "%.1f ms", millis);
    }

    /** {@code 99.95 %}: as many digits as matter near one. */
    static String percent(double share) {
        if (Double.isNaN(share)) {
            return "–";
        }
        double percent = share * 100;
        String text = String.format(Locale.ROOT, "%.3f", percent);
        text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
        return text + " %";
    }

    static String counted(long count, String noun) {
        return counted(count, noun, noun + "s");
    }

    static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
