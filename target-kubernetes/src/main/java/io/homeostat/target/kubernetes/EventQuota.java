package io.homeostat.target.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which of many pieces of news become Events of the cluster: the same one again raises the count of the first, and more than a
 * cluster should have to hold is left out. Warnings have a quota of their own, so that no wave of ordinary news drowns them. Not
 * safe for use by many threads.
 */
final class EventQuota {

    /** So many at once, of each sort. */
    static final int BURST = 50;
    /** And so many a second after that. */
    static final double PER_SECOND = 2;
    /** The same news within this time is the same Event; a cluster forgets it in about as much. */
    static final Duration SAME = Duration.ofMinutes(30);
    /** How often the count of one may be raised. */
    static final Duration RAISE = Duration.ofSeconds(10);

    private static final int MOST = 1000;

    /**
     * One piece of news.
     *
     * @param about uid of the object, or what else tells it from others
     */
    record News(String about, boolean isWarning, String reason, String message) {}

    /** What becomes of it. */
    sealed interface Answer {
        /** It is written as a new Event, of this name. */
        record Write(String name) implements Answer {}

        /** An Event that is there says it for the {@code count}th time. */
        record Raise(String name, int count) implements Answer {}

        record Drop() implements Answer {}
    }

    private static final class Known {
        final String name;
        final Instant first;
        Instant written;
        int count = 1;

        Known(String name, Instant first) {
            this.name = name;
            this.first = first;
            this.written = first;
        }
    }

    private static final class Bucket {
        double tokens = BURST;
        Instant last;

        Bucket(Instant start) {
            this.last = start;
        }

        boolean take(Instant now) {
            double since = Math.max(0, Duration.between(last, now).toMillis()) / 1000.0;
            tokens = Math.min(BURST, tokens + since * PER_SECOND);
            last = now;
            if (tokens < 1) {
                return false;
            }
            tokens -= 1;
            return true;
        }
    }

    private final Map<News, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<News, Known> eldest) {
            return size() > MOST;
        }
    };

    private final Bucket warnings;
    private final Bucket others;
    private final long start;
    private long written;

    /** @param start when it begins; names of Events begin with it */
    EventQuota(Instant start) {
        this.warnings = new Bucket(start);
        this.others = new Bucket(start);
        this.start = start.toEpochMilli();
    }

    /** @param object name of the object that it is about */
    Answer ask(News news, String object, Instant now) {
        Known before = known.get(news);
        if (before != null && before.first.plus(SAME).isAfter(now)) {
            before.count++;
            if (before.written.plus(RAISE).isAfter(now) || !bucket(news).take(now)) {
                return new Answer.Drop();
            }
            before.written = now;
            return new Answer.Raise(before.name, before.count);
        }
        if (!bucket(news).take(now)) {
            return new Answer.Drop();
        }
        written++;
        String name = object + "." + Long.toHexString(start) + "-" + Long.toHexString(written);
        known.put(news, new Known(name, now));
        return new Answer.Write(name);
    }

    private Bucket bucket(News news) {
        return news.isWarning() ? warnings : others;
    }
}
