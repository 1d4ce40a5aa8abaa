package io.homeostat.model;

import java.time.Duration;

/**
 * How an application is kept in the declared state. An {@link Environment} gives the defaults, an {@link Application} may
 * override each.
 *
 * @param drift what happens to a difference that nobody asked Git for
 * @param onFailure what happens when the application does not become healthy in time
 * @param healthTimeout how long it may take to become healthy once applied; zero means: as long as the longest
 *     {@code progressDeadlineSeconds} among its workloads
 * @param prune whether objects that left Git are deleted
 * @param maxDeletedPercent 0–100: a plan that deletes more of the inventory than this is held for a confirmation
 * @param writeBack how a rollback is told to Git
 */
public record SyncPolicy(
        Drift drift,
        OnFailure onFailure,
        Duration healthTimeout,
        boolean prune,
        int maxDeletedPercent,
        WriteBack writeBack) {

    public static final SyncPolicy DEFAULT =
            new SyncPolicy(Drift.REPAIR, OnFailure.ROLLBACK, Duration.ZERO, true, 30, WriteBack.NONE);

    /** {@code repair}: put back at once; {@code detect}: report only. */
    public enum Drift {
        REPAIR,
        DETECT
    }

    /** {@code rollback}: to the last good revision; {@code hold}: stop where it is; {@code keep}: go on trying. */
    public enum OnFailure {
        ROLLBACK,
        HOLD,
        KEEP
    }

    /** {@code none}; {@code note}: a Git note on the bad commit; {@code revert}: a revert commit on the branch. */
    public enum WriteBack {
        NONE,
        NOTE,
        REVERT
    }
}
