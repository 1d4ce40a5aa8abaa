package io.homeostat.target.kubernetes.versions;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far it is with the pods that stood beside a workload and are to go. Pure.
 *
 * <p>That the workload stood in two versions is not forgotten before they are gone: until the cluster has taken their addresses away
 * they look like its own, and a gate that knows of one version only would lead callers to them.
 *
 * @param since when the workload's own pods were to serve alone
 * @param taken since when those beside it are taken away; null while somebody may still be led to them
 * @param gone since when none of them is left but what is ending; null while there is one, or it has not been taken away
 */
public record Parting(
        Instant since, @Nullable Instant taken, @Nullable Instant gone) {

    /** How long a gate that cannot be reached may keep what leaves, and how long what was taken away may stay. */
    public static final Duration PATIENCE = Duration.ofSeconds(15);

    /** So long after the last one is gone whoever divides traffic has heard of it. */
    public static final Duration HEARING = Duration.ofSeconds(1);

    public static Parting begun(Instant now) {
        return new Parting(now, null, null);
    }

    /**
     * @param isFollowed everybody who divides traffic leads nobody to them any more
     * @param isAnyLeft there is one that is not ending, or that a gate sees as ready
     */
    public Parting seeing(boolean isFollowed, boolean isAnyLeft, Instant now) {
        boolean isTaken = taken != null || isFollowed || isPast(since, PATIENCE, now);
        if (!isTaken) {
            return this;
        }
        return new Parting(since, taken == null ? now : taken, isAnyLeft ? null : gone == null ? now : gone);
    }

    /** They are to be taken away. */
    public boolean isTaken() {
        return taken != null;
    }

    /** Nobody is there any more whom anybody could be led to, or it was waited for long enough. */
    public boolean isOver(Instant now) {
        return (gone != null && isPast(gone, HEARING, now)) || (taken != null && isPast(taken, PATIENCE, now));
    }

    /** It is to be forgotten that the workload stood in two versions, whoever may not have taken in that they are gone. */
    public boolean isOverdue(Instant now) {
        return taken != null && isPast(taken, PATIENCE.multipliedBy(2), now);
    }

    private static boolean isPast(Instant begin, Duration time, Instant now) {
        return !now.isBefore(begin.plus(time));
    }
}
