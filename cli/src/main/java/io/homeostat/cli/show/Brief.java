package io.homeostat.cli.show;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Revisions and times as short as people say them. */
public final class Brief {

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private Brief() {}

    /** Seven digits of a commit; of a directory's {@code sha256:…} as many digits. */
    public static String revision(String revision) {
        String digits = revision.startsWith("sha256:") ? revision.substring("sha256:".length()) : revision;
        return isHex(digits) && digits.length() > 7 ? digits.substring(0, 7) : revision;
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** {@code 3 min ago}; empty when there is no time. */
    public static String ago(String instant, Instant now) {
        Instant then = instant(instant);
        if (then.equals(Instant.MIN)) {
            return "";
        }
        Duration passed = Duration.between(then, now);
        return passed.toSeconds() < 1 ? "just now" : duration(passed) + " ago";
    }

    /** {@code in 3 min}, {@code now}; empty when there is no time. */
    public static String until(String instant, Instant now) {
        Instant then = instant(instant);
        if (then.equals(Instant.MIN)) {
            return "";
        }
        Duration left = Duration.between(now, then);
        return left.toSeconds() < 1 ? "now" : "in " + duration(left);
    }

    /** One unit, the one people would use: {@code 850 ms}, {@code 12 s}, {@code 3 min}, {@code 2 h}, {@code 5 d}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return duration.toMillis() + " ms";
        } else if (seconds < 120) {
            return seconds + " s";
        } else if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        } else if (seconds < 2 * 86400) {
            return seconds / 3600 + " h";
        }
        return seconds / 86400 + " d";
    }

    /** Time of the day in this machine's zone; empty when there is no time. */
    public static String clock(String instant) {
        return format(instant, CLOCK);
    }

    /** Day and time in this machine's zone; empty when there is no time. */
    public static String date(String instant) {
        return format(instant, DATE);
    }

    private static String format(String instant, DateTimeFormatter formatter) {
        Instant then = instant(instant);
        return then.equals(Instant.MIN) ? "" : formatter.format(then.atZone(ZoneId.systemDefault()));
    }

    private static Instant instant(String text) {
        try {
            return text.isEmpty() ? Instant.MIN : Instant.parse(text);
        } catch (DateTimeException notOne) {
            return Instant.MIN;
        }
    }
}
