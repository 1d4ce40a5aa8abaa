package io.homeostat.target.local.pod;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a row of attempts amounts to.
 *
 * <p>Until the first success a probe is tried more often than its period, 50 ms after the start and then with doubling pauses, so
 * that readiness is seen at once. Attempts in between can only help: failures are counted no more often than once in a period, so
 * {@code failureThreshold} means the same time as on a cluster.
 *
 * @param succeededOnce the fast attempts are over
 * @param attempts since the start of the run
 */
record ProbeCount(
        int successes,
        int failures,
        int attempts,
        boolean succeededOnce,
        @Nullable Instant counted,
        Verdict verdict) {

    static final ProbeCount NEW = new ProbeCount(0, 0, 0, false, null, Verdict.UNDECIDED);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    enum Verdict {
        UNDECIDED,
        PASSED,
        FAILED
    }

    ProbeCount after(Probe probe, boolean succeeded, Instant now) {
        boolean due = counted == null || !now.isBefore(counted.plus(probe.period()));
        boolean counts = due || (succeeded && (successes == 0 || probe.successThreshold() == 1));
        if (!counts) {
            return new ProbeCount(successes, failures, attempts + 1, succeededOnce, counted, verdict);
        }
        int good = succeeded ? successes + 1 : 0;
        int bad = succeeded ? 0 : failures + 1;
        Verdict next = good >= probe.successThreshold()
                ? Verdict.PASSED
                : bad >= probe.failureThreshold() ? Verdict.FAILED : verdict;
        return new ProbeCount(good, bad, attempts + 1, succeededOnce || succeeded, now, next);
    }

    /** How long to wait before the next attempt: until the next one that counts, or less while fast attempts are made. */
    Duration pause(Probe probe, Instant now) {
        Duration due = counted == null ? probe.period() : Duration.between(now, counted.plus(probe.period()));
        Duration fast = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, 16));
        return succeededOnce || due.compareTo(fast) < 0 ? due : fast;
    }
}
