package io.homeostat.console;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as people read them. The page says UTC; the script adds the reader's own zone. */
final class Times {

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");

    private Times() {}

    /** {@code 3 min ago}, with the time itself beside it for whoever wants to know. */
    static void ago(Html html, String iso, Instant now) {
        Instant at = parse(iso);
        if (at == null) {
            html.text(iso);
            return;
        }
        html.with("time", ago(at, now), "datetime", iso, "title", UTC.format(at));
    }

    /** The time of day in UTC, which the script turns into the reader's. */
    static void clock(Html html, String iso) {
        Instant at = parse(iso);
        html.with("time", at == null ? iso : UTC.format(at), "datetime", iso, "data-clock", "");
    }

    /** A sentence, with each time in it as people read it. */
    static void sentence(Html html, String text) {
        Matcher time = INSTANT.matcher(text);
        int from = 0;
        while (time.find()) {
            html.text(text.substring(from, time.start()));
            clock(html, time.group());
            from = time.end();
        }
        html.text(text.substring(from));
    }

    static String ago(Instant at, Instant now) {
        long seconds = Duration.between(at, now).toSeconds();
        return seconds < 0 ? "in " + length(-seconds) : seconds < 5 ? "just now" : length(seconds) + " ago";
    }

    static String length(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        } else if (seconds < 3600) {
            return seconds / 60 + " min";
        } else if (seconds < 86_400) {
            long minutes = seconds % 3600 / 60;
            return seconds / 3600 + " h" + (minutes == 0 ? "" : " " + minutes + " min");
        }
        return seconds / 86_400 + " d";
    }

    @Nullable
    static Instant parse(String iso) {
        try {
            return Instant.parse(iso);
        } catch (DateTimeException noTime) {
            return null;
        }
    }
}
