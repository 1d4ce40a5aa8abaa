package io.homeostat.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to ask a source next: after the interval while it answers; after a failure sooner or later, doubling from the first retry
 * up to a cap. Each delay is off by up to a tenth, so that many agents do not ask one server at the same moment. Not for many
 * threads at once.
 */
public final class Pacer {
    private static final double JITTER = 0.1;

    private final Duration interval;
    private final Duration firstRetry;
    private final Duration cap;
    private final RandomGenerator random;
    private int failures;

    /**
     * @param interval between two successes
     * @param firstRetry after the first failure
     * @param cap the longest delay, before it is jittered
     */
    public Pacer(Duration interval, Duration firstRetry, Duration cap, RandomGenerator random) {
        if (!interval.isPositive() || !firstRetry.isPositive() || cap.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException("interval " + interval + " and first retry " + firstRetry
                    + " must be positive, and the cap " + cap + " at least the first retry");
        }
        this.interval = interval;
        this.firstRetry = firstRetry;
        this.cap = cap;
        this.random = random;
    }

    /** Retries start at a tenth of the interval and end at ten intervals, or at five minutes where that is more. */
    public static Pacer every(Duration interval, RandomGenerator random) {
        Duration fiveMinutes = Duration.ofMinutes(5);
        Duration ten = interval.multipliedBy(10);
        Duration tenth = interval.dividedBy(10);
        Duration first = tenth.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : tenth;
        return new Pacer(interval, first, ten.compareTo(fiveMinutes) > 0 ? ten : fiveMinutes, random);
    }

    /** The delay after a success; forgets the failures before it. */
    public Duration afterSuccess() {
        failures = 0;
        return jittered(interval);
    }

    /** The delay after one more failure in a row. */
    public Duration afterFailure() {
        failures++;
        Duration delay = firstRetry;
        for (int i = 1; i < failures && delay.compareTo(cap) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return jittered(delay.compareTo(cap) < 0 ? delay : cap);
    }

    private Duration jittered(Duration delay) {
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofNanos(Math.round(delay.toNanos() * factor));
    }
}
