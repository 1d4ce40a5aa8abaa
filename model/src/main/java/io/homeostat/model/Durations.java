package io.homeostat.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lengths of time as people write them: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 7d}. */
public final class Durations {
    /** What {@link #parse} reads, for messages. */
    public static final String FORM = "a duration such as '500ms', '30s', '5m', '1h30m' or '7d'";

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    /** Whole numbers, each with a unit of ms, s, m, h or d, added up; null when the text is something else or over 100 years. */
    public static @Nullable Duration parse(String text) {
        Duration sum = Duration.ZERO;
        int i = 0;
        while (i < text.length()) {
            int digits = i;
            long count = 0;
            while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                count = count * 10 + (text.charAt(i) - '0');
                i++;
            }
            int unit = i;
            while (i < text.length() && text.charAt(i) >= 'a' && text.charAt(i) <= 'z') {
                i++;
            }
            Duration one = unit(text.substring(unit, i));
            if (unit == digits || unit - digits > 13 || one == null) {
                return null;
            }
            if (count > LONGEST.toMillis() / one.toMillis()) {
                return null;
            }
            sum = sum.plus(one.multipliedBy(count));
        }
        return text.isEmpty() || sum.compareTo(LONGEST) > 0 ? null : sum;
    }

    /** The shortest text that {@link #parse} reads as this; parts of a millisecond are dropped. */
    public static String format(Duration duration) {
        long rest = duration.toMillis();
        StringBuilder text = new StringBuilder();
        for (String name : new String[] {"d", "h", "m", "s", "ms"}) {
            Duration one = unit(name);
            if (one != null && rest >= one.toMillis()) {
                text.append(rest / one.toMillis()).append(name);
                rest %= one.toMillis();
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static @Nullable Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> null;
        };
    }
}
