package io.homeostat.target.local.control;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a program that ended is started again: at once the first time, then after 10 s, doubling up to 5 min; forgotten once it
 * has run for 10 min. Kubernetes' numbers (kubelet's CrashLoopBackOff).
 *
 * @param streak how many times in a row it ended without having run for {@link #FORGIVEN_AFTER} in between
 * @param notBefore when it may be started again
 */
public record CrashBackoff(int streak, Instant notBefore) {

    static final Duration FIRST = Duration.ofSeconds(10);
    static final Duration LONGEST = Duration.ofMinutes(5);
    static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    /** A program that has not ended yet. */
    public static final CrashBackoff NONE = new CrashBackoff(0, Instant.EPOCH);

    /** It ended once more, after having run for so long. */
    public CrashBackoff ended(Duration ran, Instant now) {
        int next = ran.compareTo(FORGIVEN_AFTER) >= 0 ? 1 : streak + 1;
        return new CrashBackoff(next, now.plus(delay(next)));
    }

    /** It was ready and somebody ended it from outside: no fault of its own, so it starts again at once and nothing is counted. */
    public CrashBackoff excused(Instant now) {
        return new CrashBackoff(streak, now);
    }

    /** How long it waits after having ended so many times in a row. */
    public static Duration delay(int streak) {
        if (streak <= 1) {
            return Duration.ZERO;
        }
        long seconds = FIRST.toSeconds() << Math.min(streak - 2, 10);
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
    }

    /**
     * Until when the readiness of the run that follows is not believed: it has to last longer than the wait before it, or a
     * program that is ready for a moment before each crash would look available. One single end that it did not cause itself
     * (somebody killed it), or after a good run, is forgiven at once.
     *
     * @param ran how long the last run lasted
     * @param killed it was ended from outside
     * @return null when there is no reason for doubt
     */
    public @Nullable Instant doubtedUntil(Instant startedAgain, Duration ran, boolean killed) {
        if (streak == 0 || (streak == 1 && (killed || ran.compareTo(FIRST) >= 0))) {
            return null;
        }
        Duration doubt = delay(streak).compareTo(FIRST) > 0 ? delay(streak) : FIRST;
        return startedAgain.plus(doubt);
    }
}
