package io.homeostat.model.slo;

import io.homeostat.model.Shorthands;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAmount;

/** The time over which an objective must be reached. */
public sealed interface Window {

    /** The window that a moment lies in. */
    Span at(Instant now);

    /**
     * @param from included
     * @param to excluded; a rolling window ends now, one of a calendar when the next begins
     */
    record Span(Instant from, Instant to) {
        public Duration length() {
            return Duration.between(from, to);
        }
    }

    /** The last so much time. */
    record Rolling(Duration length) implements Window {
        @Override
        public Span at(Instant now) {
            return new Span(now.minus(length), now);
        }
    }

    /**
     * Windows one after the other, counted from a first one, by the clock on a wall: a day has 23 or 25 hours where summer time
     * begins or ends, and a month its own number of days.
     */
    record Calendar(TemporalAmount length, LocalDateTime start, ZoneId zone) implements Window {
        @Override
        public Span at(Instant now) {
            long count = estimate(now);
            while (edge(count).isAfter(now)) {
                count--;
            }
            while (!edge(count + 1).isAfter(now)) {
                count++;
            }
            return new Span(edge(count), edge(count + 1));
        }

        /** Within one or two of the right one, whatever the months' lengths are. */
        private long estimate(Instant now) {
            Duration passed = Duration.between(start.atZone(zone).toInstant(), now);
            return Math.floorDiv(passed.toSeconds(), Shorthands.exact(length).toSeconds());
        }

        /** Each is counted from the first, so that a month that begins on the 31st does not drift to the 28th. */
        private Instant edge(long count) {
            ZonedDateTime first = start.atZone(zone);
            return switch (length) {
                case Duration exact -> first.toInstant().plus(exact.multipliedBy(count));
                case Period period ->
                    start.plus(period.multipliedBy(Math.toIntExact(count)))
                            .atZone(zone)
                            .toInstant();
                default -> throw new IllegalStateException("neither a Duration nor a Period: " + length);
            };
        }
    }
}
