package io.homeostat.deliver.rollout;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Judging;
import io.homeostat.model.Rollout.Otherwise;
import io.homeostat.model.Rollout.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout does next. Pure: the document, what the journal says, what is seen and the time decide.
 *
 * <pre>
 *             all instances ready         may end: then its instances, then its traffic
 *   started ───────────────────► stage 0 ───────────────────────────────────────────► stage 1 … ───► completed
 *      │                            │                                                    │
 *      └──── worse, a symptom, or not ready in time: failed, weight 0 ◄──────────────────┘
 * </pre>
 *
 * <p>Instances come first, traffic after them: while a stage's instances are not all available, the weight stays what it was.
 * Whatever ends badly has weight 0 from that very decision on.
 */
final class Engine {

    private Engine() {}

    /** What the judge says of the stage so far. */
    enum Shown {
        /** There is nothing to compare in this stage. */
        NOTHING_ASKED,
        GOOD,
        UNDECIDED,
        NO_DATA
    }

    /**
     * @param wanted instances of the new version that there should be by the split in force
     * @param available how many of them are
     * @param inEffect traffic flows as the last split says
     * @param worse why the new version must go: it cannot work, or was shown to be worse; null when nothing says so
     * @param held why nothing may go any further; null when it may
     * @param unmet why the present stage may not end though its time is up; null when it may. A person's word ends it all the same
     * @param patience how long instances may take to become available
     */
    record Seen(
            int wanted,
            int available,
            boolean inEffect,
            @Nullable String worse,
            @Nullable String held,
            @Nullable String unmet,
            Shown shown,
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
        /** The stage before may end; the instances of this one are made. */
        record Prepare(int stage, String why) implements Move {}

        record Reach(int stage) implements Move {}

        record Complete(String why) implements Move {}

        record Fail(String reason) implements Move {}
    }

    /** Whether a stage may end. */
    private sealed interface End {
        record Now(String why) implements End {}

        /** @param until null when only somebody's word ends it */
        record Later(String message, @Nullable Instant until) implements End {}

        record Never(String reason) implements End {}
    }

    static Decision decide(Rollout rollout, Progress progress, @Nullable Split now, Seen seen, Instant time) {
        List<Stage> stages = rollout.stages();
        int at = Math.min(progress.stage(), stages.size() - 1);
        Decision taken = takeBack(rollout, progress, now, seen);
        if (taken != null) {
            return taken;
        }
        if (!progress.isRunning()) {
            return new Decision(null, null, "completed", null);
        }
        boolean preparing = at < 0 || (progress.preparingAt() != null && at + 1 < stages.size());
        if (preparing) {
            return prepare(rollout, at, progress, now, seen, time);
        }
        Stage stage = stages.get(at);
        boolean last = at == stages.size() - 1;
        return switch (end(rollout.judging(), stage, progress, seen, time)) {
            case End.Now ends when last -> new Decision(null, new Move.Complete(ends.why()), "", null);
            case End.Now ends ->
                new Decision(
                        split(rollout, stages.get(at + 1).instances(), stage),
                        new Move.Prepare(at + 1, ends.why()),
                        ends.why(),
                        time);
            case End.Later later ->
                new Decision(
                        split(rollout, stage.instances(), stage),
                        null,
                        "stage " + stage.title() + ", " + stage.weight() + " % of the traffic: " + later.message(),
                        later.until());
            case End.Never never -> new Decision(back(now), new Move.Fail(never.reason()), never.reason(), null);
        };
    }

    /** What is bad loses its traffic, whatever else is so; null when nothing is bad. Also for a rollout without stages. */
    static @Nullable Decision takeBack(Rollout rollout, Progress progress, @Nullable Split now, Seen seen) {
        if (progress.isBad()) {
            return new Decision(back(now), null, "failed: " + progress.reason(), null);
        }
        String worse = progress.isRunning() ? worse(rollout.stages(), progress, seen) : null;
        return worse == null ? null : new Decision(back(now), new Move.Fail(worse), worse, null);
    }

    private static Split back(@Nullable Split now) {
        return new Split(now == null ? 0 : now.instances(), 0);
    }

    /** The instances that the first stage needs, without traffic. */
    static Split begin(Rollout rollout) {
        return new Split(rollout.stages().getFirst().instances(), 0, rollout.baseline(), List.of(), rollout.affinity());
    }

    /** So many instances, with the traffic of a stage. */
    private static Split split(Rollout rollout, int instances, Stage traffic) {
        return new Split(
                instances,
                traffic.weight(),
                rollout.baseline() && traffic.weight() < 100,
                traffic.matches(),
                rollout.affinity(),
                traffic.mirror());
    }

    private static @Nullable String worse(List<Stage> stages, Progress progress, Seen seen) {
        if (seen.worse() != null) {
            return seen.worse();
        }
        int at = Math.min(progress.stage(), stages.size() - 1);
        boolean hasTraffic = at >= 0 ? stages.get(at).hasTraffic() : progress.weight() > 0;
        return hasTraffic && seen.available() == 0 ? "none of its instances is ready any more" : null;
    }

    private static Decision prepare(
            Rollout rollout, int at, Progress progress, @Nullable Split now, Seen seen, Instant time) {
        List<Stage> stages = rollout.stages();
        Stage target = stages.get(at + 1);
        Split prepared = at < 0 ? begin(rollout) : split(rollout, target.instances(), stages.get(at));
        String held = progress.pausedAt() != null ? "paused" : seen.held();
        if (held != null) {
            return new Decision(prepared, null, "before stage " + target.title() + ": " + held, null);
        }
        // A weight that an agent gave before it died, and did not write down, is given again.
        boolean isPrepared = now != null && now.instances() == prepared.instances();
        if (isPrepared && seen.available() >= seen.wanted() && seen.inEffect()) {
            return new Decision(
                    split(rollout, target.instances(), target),
                    new Move.Reach(at + 1),
                    "stage " + target.title() + " is reached",
                    time.plus(target.hold()));
        }
        Instant from = progress.preparingAt() == null ? progress.since() : progress.preparingAt();
        Instant deadline = from.plus(seen.patience());
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

    /**
     * Whether the stage would end now if nobody were asked: its time is up, or enough is shown before it. Who is asked may act on
     * it (a webhook, an experiment), so never where the answer would count for nothing.
     *
     * @param held why nothing may go any further; null when it may
     */
    static boolean isDue(Rollout rollout, Progress progress, Shown shown, @Nullable String held, Instant time) {
        if (held != null
                || !progress.isInStage()
                || progress.stage() >= rollout.stages().size()) {
            return false;
        }
        Judging judging = rollout.judging();
        Stage stage = rollout.stages().get(progress.stage());
        return !progress.since().plus(stage.hold()).isAfter(time)
                || (judging != null && judging.early() && stage.hasTraffic() && shown == Shown.GOOD);
    }

    private static End end(@Nullable Judging judging, Stage stage, Progress progress, Seen seen, Instant time) {
        if (progress.pausedAt() != null) {
            return new End.Later("paused", null);
        }
        if (seen.held() != null) {
            return new End.Later(seen.held(), null);
        }
        if (progress.isLetGo()) {
            return new End.Now("stage " + stage.title() + " was let go");
        }
        if (stage.approval()) {
            return new End.Later("waits for approval (homeostat rollout promote)", null);
        }
        Instant until = progress.since().plus(stage.hold());
        boolean isOver = !until.isAfter(time);
        if (seen.unmet() != null) {
            return isOver ? new End.Later(seen.unmet(), null) : held(until);
        }
        // Without traffic there never is anything to compare: symptoms, checks and guards have decided.
        if (judging == null || !stage.hasTraffic() || seen.shown() == Shown.NOTHING_ASKED) {
            return isOver ? new End.Now("stage " + stage.title() + " was held") : held(until);
        }
        if (seen.shown() == Shown.GOOD && (isOver || judging.early())) {
            return new End.Now("stage " + stage.title() + " is shown to be good enough"
                    + (isOver ? "" : ", " + Duration.between(time, until).toSeconds() + " s before its time"));
        }
        return isOver ? undecided(judging, stage, until.plus(judging.extend()), seen, time) : held(until);
    }

    private static End held(Instant until) {
        return new End.Later("held until " + until, until);
    }

    private static End undecided(Judging judging, Stage stage, Instant extended, Seen seen, Instant time) {
        boolean silent = seen.shown() == Shown.NO_DATA;
        String what = silent ? "there is no data to compare" : "nothing is shown, neither good nor worse";
        if (extended.isAfter(time)) {
            return new End.Later(what + "; extended until " + extended, extended);
        }
        Otherwise otherwise = silent ? judging.noData() : judging.inconclusive();
        return switch (otherwise) {
            case PROMOTE -> new End.Now("stage " + stage.title() + " was held; " + what);
            case PAUSE -> new End.Later(what + "; waits for a word (homeostat rollout promote or abort)", null);
            case FAIL -> new End.Never("at the end of stage " + stage.title() + " " + what);
        };
    }
}
