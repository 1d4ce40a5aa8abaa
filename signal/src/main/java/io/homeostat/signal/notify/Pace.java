package io.homeostat.signal.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often a notifier speaks: the same not twice in a while, and nothing too often. Not safe for use by many threads. */
final class Pace {

    private static final int MOST_KEYS = 1_000;

    private final Duration repeatAfter;
    private final int perMinute;
    private final Map<String, Instant> told = new LinkedHashMap<>();
    private double tokens;
    private Instant refilled = Instant.EPOCH;

    /** What to do with a message. */
    enum Answer {
        TELL,
        REPEATED,
        TOO_MANY
    }

    Pace(Duration repeatAfter, int perMinute) {
        this.repeatAfter = repeatAfter;
        this.perMinute = perMinute;
        this.tokens = perMinute;
    }

    Answer ask(String key, Instant now) {
        Instant before = told.get(key);
        if (before != null && Duration.between(before, now).abs().compareTo(repeatAfter) < 0) {
            return Answer.REPEATED;
        }
        double minutes = Math.max(0, Duration.between(refilled, now).toMillis() / 60_000.0);
        tokens = Math.min(perMinute, tokens + minutes * perMinute);
        refilled = now;
        if (tokens < 1) {
            return Answer.TOO_MANY;
        }
        tokens--;
        told.remove(key);
        told.put(key, now);
        if (told.size() > MOST_KEYS) {
            told.remove(told.keySet().iterator().next());
        }
        return Answer.TELL;
    }
}
