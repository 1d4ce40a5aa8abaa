package io.homeostat.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the source is asked again: the interval with ±10 % of jitter, so that many agents do not ask at
 * once; after failures doubling from a second up to the interval or five minutes, whichever is longer. Not safe for use by
 * many threads.
 */
public final class Pacer {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final RandomGenerator random;
    private Duration interval;
    private int failures;

    public Pacer(Duration interval, RandomGenerator random) {
        this.interval = interval;
        this.random = random;
    }

    /** Changes the interval, from the next wait on. */
    public void interval(Duration changed) {
        interval = changed;
    }

    /** @param succeeded whether the source could be read this time */
    public Duration next(boolean succeeded) {
        failures = succeeded ? 0 : failures + 1;
        double millis = interval.toMillis();
        if (failures > 0) {
            double limit = Math.max(millis, (double) LONGEST_RETRY.toMillis());
            millis = Math.min(limit, FIRST_RETRY.toMillis() * Math.pow(2, Math.min(failures - 1, 20)));
        }
        return Duration.ofMillis(Math.max(1, Math.round(millis * (0.9 + 0.2 * random.nextDouble()))));
    }
}
