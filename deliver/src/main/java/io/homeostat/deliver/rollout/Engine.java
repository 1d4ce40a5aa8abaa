package io.homeostat.deliver.rollout;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout does next. Pure: the document, what the journal says, what is seen and the time decide.
 *
 * <pre>
 *             all instances ready         held long enough, or let go
 *   started ───────────────────► stage 0 ───────────────────────────► stage 1 … ───► completed
 *      │                            │                                    │
 *      └──── a symptom, or not ready in time: failed, weight 0 ◄─────────┘
 * </pre>
 *
 * <p>Instances come first, traffic after them: while a stage's instances are not all available, the weight stays what it was.
 * Whatever ends badly has weight 0 from that very decision on.
 */
final class Engine {

    private Engine() {}

    /**
     * @param wanted instances of the new version that there should be by the split in force
     * @param available how many of them are
     * @param inEffect traffic flows as the last split says
     * @param symptom why the new version cannot work; null when nothing says so
     * @param patience how long instances may take to become available
     */
    record Seen(
            int wanted,
            int available,
            boolean inEffect,
            @Nullable String symptom,
            Duration patience) {}

    /**
     * @param split what the target is to do; null: nothing is split any more
     * @param move what is to be written down once the split is in force; null: nothing has changed
     * @param message how it stands, for people
     * @param next when the answer may change though nothing else happens; null: never
     */
    record Decision(
            @Nullable Split split,
            @Nullable Move move,
            String message,
            @Nullable Instant next) {}

    sealed interface Move {
        record Reach(int stage) implements Move {}

        record Complete(String why) implements Move {}

        record Fail(String reason) implements Move {}
    }

    static Decision decide(Rollout rollout, Progress progress, @Nullable Split now, Seen seen, Instant time) {
        List<Stage> stages = rollout.stages();
        int at = Math.min(progress.stage(), stages.size() - 1);
        Split back = new Split(now == null ? 0 : now.instances(), 0);
        if (progress.isBad()) {
            return new Decision(back, null, "failed: " + progress.reason(), null);
        }
        if (!progress.isRunning()) {
            return new Decision(null, null, "completed", null);
        }
        String symptom = symptom(stages, at, seen);
        if (symptom != null) {
            return new Decision(back, new Move.Fail(symptom), symptom, null);
        }
        Instant heldUntil =
                at < 0 ? progress.since() : progress.since().plus(stages.get(at).hold());
        boolean letGo = progress.letGo() == at && !progress.letGoAt().isBefore(progress.since());
        if (at >= 0 && !mayGoOn(stages.get(at), heldUntil, letGo, progress, time)) {
            return waiting(stages.get(at), heldUntil, progress, time);
        }
        if (at == stages.size() - 1) {
            return new Decision(
                    null, new Move.Complete("stage " + stages.get(at).title() + " was held"), "", null);
        }
        Stage target = stages.get(at + 1);
        int weight = at < 0 ? 0 : stages.get(at).weight();
        Split prepared = new Split(target.instances(), weight);
        boolean ready =
                prepared.equals(withWeight(now, weight)) && seen.available() >= seen.wanted() && seen.inEffect();
        if (!ready) {
            Instant from = letGo ? progress.letGoAt() : heldUntil;
            return awaiting(target, prepared, now, from.plus(seen.patience()), seen, time);
        }
        return new Decision(
                new Split(target.instances(), target.weight()),
                new Move.Reach(at + 1),
                "stage " + target.title() + " is reached",
                time.plus(target.hold()));
    }

    private static @Nullable String symptom(List<Stage> stages, int at, Seen seen) {
        if (seen.symptom() != null) {
            return seen.symptom();
        }
        boolean hasTraffic = at >= 0 && stages.get(at).weight() > 0;
        return hasTraffic && seen.available() == 0 ? "none of its instances is ready any more" : null;
    }

    private static boolean mayGoOn(Stage stage, Instant heldUntil, boolean letGo, Progress progress, Instant time) {
        return letGo || (progress.pausedAt() == null && !stage.approval() && !heldUntil.isAfter(time));
    }

    private static Decision waiting(Stage stage, Instant heldUntil, Progress progress, Instant time) {
        String message = "stage " + stage.title() + ", " + stage.weight() + " % of the traffic: ";
        if (progress.pausedAt() != null) {
            message += "paused";
        } else if (stage.approval()) {
            message += "waits for approval (homeostat rollout promote)";
        } else {
            message += "held until " + heldUntil;
        }
        return new Decision(
                new Split(stage.instances(), stage.weight()),
                null,
                message,
                progress.pausedAt() == null && heldUntil.isAfter(time) ? heldUntil : null);
    }

    private static Decision awaiting(
            Stage target, Split prepared, @Nullable Split now, Instant deadline, Seen seen, Instant time) {
        if (!deadline.isAfter(time) && prepared.equals(now)) {
            String reason = seen.available() + " of " + seen.wanted() + " instances of the new version became ready in "
                    + seen.patience().toSeconds() + " s";
            return new Decision(new Split(prepared.instances(), 0), new Move.Fail(reason), reason, null);
        }
        return new Decision(
                prepared,
                null,
                "stage " + target.title() + " waits for " + seen.wanted() + " new instances, " + seen.available()
                        + " are ready",
                deadline);
    }

    private static @Nullable Split withWeight(@Nullable Split split, int weight) {
        return split == null ? null : new Split(split.instances(), weight);
    }
}
