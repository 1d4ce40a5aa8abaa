package io.homeostat.converge;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubling from {@code first} to {@code limit}, then ±20 % of jitter, so that what
 * failed together does not come back together.
 */
record Backoff(Duration first, Duration limit) {

    /** For steps that the target refused. */
    static final Backoff STEPS = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(2));

    /** For repairs that somebody undoes again; the first few are free. */
    static final Backoff FIGHTS = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** @param failures how many in a row so far; 0 means no wait */
    Duration after(int failures, RandomGenerator random) {
        if (failures <= 0) {
            return Duration.ZERO;
        }
        double millis = Math.min((double) limit.toMillis(), first.toMillis() * Math.pow(2, Math.min(failures - 1, 30)));
        return Duration.ofMillis(Math.round(millis * (0.8 + 0.4 * random.nextDouble())));
    }
}
