package io.homeostat.deliver.rollout;

import io.homeostat.journal.Event;
import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far one rollout has got, as the journal says: a fold over its events.
 *
 * @param rollout name of the document
 * @param digest of the application's documents: what is brought in
 * @param stage number of the last one that was reached; −1: none yet
 * @param since when that stage was reached, or the rollout began; later by the time it was paused
 * @param pausedAt null when it is not paused
 * @param letGo a person let the stage with this number end; −1: none
 * @param letGoAt when; before any time: never
 * @param reason why it ended so; empty while it runs
 */
public record Progress(
        String rollout,
        String application,
        ObjectKey workload,
        String revision,
        String digest,
        int stage,
        Instant since,
        @Nullable Instant pausedAt,
        int letGo,
        Instant letGoAt,
        Phase phase,
        String reason) {

    public enum Phase {
        RUNNING,
        /** Every stage was gone through, or a person skipped the rest. */
        COMPLETED,
        /** It turned out bad by itself. */
        FAILED,
        /** A person took it back. */
        ABORTED,
        /** Another commit came before it was through. */
        SUPERSEDED
    }

    public boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /** Its traffic was taken back, and it is not tried again. */
    public boolean isBad() {
        return phase == Phase.FAILED || phase == Phase.ABORTED;
    }

    static Progress started(Event event, ObjectKey workload) {
        return new Progress(
                event.data().text("rollout", ""),
                event.application(),
                workload,
                event.data().text("revision", ""),
                event.data().text("digest", ""),
                -1,
                event.time(),
                null,
                -1,
                Instant.MIN,
                Phase.RUNNING,
                "");
    }

    Progress after(Event event) {
        return switch (event.type()) {
            case RolloutFacts.STAGE -> reached(event.data().integer("stage", 0), event.time());
            case RolloutFacts.PAUSED -> paused(event.time());
            case RolloutFacts.RESUMED -> resumed(event.time());
            case RolloutFacts.LET_GO -> letGo(event.data().integer("stage", stage), event.time());
            case RolloutFacts.COMPLETED -> ended(Phase.COMPLETED, event.data().text("reason", ""));
            case RolloutFacts.FAILED -> ended(Phase.FAILED, event.data().text("reason", ""));
            case RolloutFacts.ABORTED -> ended(Phase.ABORTED, event.data().text("reason", ""));
            case RolloutFacts.SUPERSEDED -> ended(Phase.SUPERSEDED, event.data().text("reason", ""));
            default -> this;
        };
    }

    Progress reached(int newStage, Instant at) {
        return new Progress(
                rollout,
                application,
                workload,
                revision,
                digest,
                newStage,
                at,
                pausedAt == null ? null : at,
                letGo,
                letGoAt,
                phase,
                reason);
    }

    Progress paused(Instant at) {
        return pausedAt != null
                ? this
                : new Progress(
                        rollout,
                        application,
                        workload,
                        revision,
                        digest,
                        stage,
                        since,
                        at,
                        letGo,
                        letGoAt,
                        phase,
                        reason);
    }

    Progress resumed(Instant at) {
        return pausedAt == null
                ? this
                : new Progress(
                        rollout,
                        application,
                        workload,
                        revision,
                        digest,
                        stage,
                        since.plus(Duration.between(pausedAt, at)),
                        null,
                        letGo,
                        letGoAt,
                        phase,
                        reason);
    }

    Progress letGo(int thatStage, Instant at) {
        return new Progress(
                rollout, application, workload, revision, digest, stage, since, pausedAt, thatStage, at, phase, reason);
    }

    Progress ended(Phase how, String why) {
        return new Progress(
                rollout, application, workload, revision, digest, stage, since, pausedAt, letGo, letGoAt, how, why);
    }
}
