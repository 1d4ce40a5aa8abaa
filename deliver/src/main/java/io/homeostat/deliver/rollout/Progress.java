package io.homeostat.deliver.rollout;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one rollout has got, as the journal says: a fold over its events.
 *
 * @param rollout name of the document
 * @param workloads what moves together; the first of them names it in the journal
 * @param digest of the application's documents: what is brought in
 * @param reason why it ended so; empty while it runs
 */
public record Progress(
        String rollout,
        String application,
        List<ObjectKey> workloads,
        String revision,
        String digest,
        Instant startedAt,
        At at,
        Phase phase,
        String reason) {

    /**
     * Where it is.
     *
     * @param stage number of the last one that was reached; −1: none yet
     * @param weight percent of the traffic that it brought
     * @param since when that stage was reached, or the rollout began; later by the time it was paused
     * @param preparingAt since when the instances of the next stage are made; null while the stage lasts
     * @param pausedAt null when it is not paused
     * @param letGo a person let the stage with this number end; −1: none
     * @param letGoAt when; before any time: never
     */
    public record At(
            int stage,
            int weight,
            Instant since,
            @Nullable Instant preparingAt,
            @Nullable Instant pausedAt,
            int letGo,
            Instant letGoAt) {}

    public enum Phase {
        RUNNING,
        /** Every stage was gone through, or a person skipped the rest. */
        COMPLETED,
        /** It turned out bad by itself. */
        FAILED,
        /** A person took it back. */
        ABORTED,
        /** Before it was through another commit came, or the application went back, or nothing is left to be brought in by stages. */
        SUPERSEDED
    }

    public ObjectKey workload() {
        return workloads.getFirst();
    }

    public boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    /** Its traffic was taken back, and it is not tried again. */
    public boolean isBad() {
        return phase == Phase.FAILED || phase == Phase.ABORTED;
    }

    public int stage() {
        return at.stage;
    }

    /** Percent of the traffic that the new version has, as the journal says. */
    public int weight() {
        return isBad() || phase == Phase.SUPERSEDED ? 0 : phase == Phase.COMPLETED ? 100 : at.weight;
    }

    public Instant since() {
        return at.since;
    }

    public @Nullable Instant preparingAt() {
        return at.preparingAt;
    }

    public @Nullable Instant pausedAt() {
        return at.pausedAt;
    }

    public int letGo() {
        return at.letGo;
    }

    public Instant letGoAt() {
        return at.letGoAt;
    }

    /** A person let the stage that was reached end. */
    boolean isLetGo() {
        return at.letGo == at.stage && !at.letGoAt.isBefore(at.since);
    }

    /** A stage was reached and lasts: it is not paused, nobody skipped the rest of it, and the next one is not prepared yet. */
    boolean isInStage() {
        return isRunning() && at.stage >= 0 && at.preparingAt == null && at.pausedAt == null && !isLetGo();
    }

    static Progress started(Event event, ObjectKey workload) {
        List<ObjectKey> workloads = new ArrayList<>(List.of(workload));
        for (Node other : event.data().sequence("others")) {
            if (other instanceof Node.Mapping named) {
                workloads.add(RolloutFacts.workload(named));
            }
        }
        return begun(
                        event.data().text("rollout", ""),
                        event.application(),
                        workload,
                        event.data().text("revision", ""),
                        event.data().text("digest", ""),
                        event.time())
                .of(workloads);
    }

    private Progress of(List<ObjectKey> together) {
        return new Progress(
                rollout, application, List.copyOf(together), revision, digest, startedAt, at, phase, reason);
    }

    static Progress begun(
            String rollout, String application, ObjectKey workload, String revision, String digest, Instant time) {
        At before = new At(-1, 0, time, null, null, -1, Instant.MIN);
        return new Progress(rollout, application, List.of(workload), revision, digest, time, before, Phase.RUNNING, "");
    }

    Progress after(Event event) {
        return switch (event.type()) {
            case RolloutFacts.STAGE ->
                reached(event.data().integer("stage", 0), event.data().integer("weight", 0), event.time());
            case RolloutFacts.PREPARING -> preparing(event.time());
            case RolloutFacts.PAUSED -> paused(event.time());
            case RolloutFacts.RESUMED -> resumed(event.time());
            case RolloutFacts.LET_GO -> letGo(event.data().integer("stage", stage()), event.time());
            case RolloutFacts.COMPLETED -> ended(Phase.COMPLETED, event.data().text("reason", ""));
            case RolloutFacts.FAILED -> ended(Phase.FAILED, event.data().text("reason", ""));
            case RolloutFacts.ABORTED -> ended(Phase.ABORTED, event.data().text("reason", ""));
            case RolloutFacts.SUPERSEDED -> ended(Phase.SUPERSEDED, event.data().text("reason", ""));
            default -> this;
        };
    }

    Progress reached(int newStage, int weight, Instant time) {
        return at(new At(newStage, weight, time, null, at.pausedAt == null ? null : time, at.letGo, at.letGoAt));
    }

    Progress preparing(Instant time) {
        return at(new At(at.stage, at.weight, at.since, time, at.pausedAt, at.letGo, at.letGoAt));
    }

    Progress paused(Instant time) {
        return at.pausedAt != null
                ? this
                : at(new At(at.stage, at.weight, at.since, at.preparingAt, time, at.letGo, at.letGoAt));
    }

    Progress resumed(Instant time) {
        if (at.pausedAt == null) {
            return this;
        }
        Duration paused = Duration.between(at.pausedAt, time);
        Instant preparing = at.preparingAt == null ? null : at.preparingAt.plus(paused);
        Instant letGoAt = at.letGo < 0 ? at.letGoAt : at.letGoAt.plus(paused);
        return at(new At(at.stage, at.weight, at.since.plus(paused), preparing, null, at.letGo, letGoAt));
    }

    /** Whoever lets a stage end says that it goes on, also when it was paused. */
    Progress letGo(int thatStage, Instant time) {
        At on = resumed(time).at;
        return at(new At(on.stage, on.weight, on.since, on.preparingAt, null, thatStage, time));
    }

    Progress ended(Phase how, String why) {
        return new Progress(rollout, application, workloads, revision, digest, startedAt, at, how, why);
    }

    private Progress at(At other) {
        return new Progress(rollout, application, workloads, revision, digest, startedAt, other, phase, reason);
    }
}
