package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Split;
import io.homeostat.deliver.rollout.Engine.Decision;
import io.homeostat.deliver.rollout.Engine.Move;
import io.homeostat.deliver.rollout.Engine.Seen;
import io.homeostat.deliver.rollout.Engine.Shown;
import io.homeostat.deliver.rollout.Progress.Phase;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Judging;
import io.homeostat.model.Rollout.Otherwise;
import io.homeostat.model.Rollout.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a rollout does, whatever happens on its way and wherever its agent dies. */
class EngineTest {

    private static final Instant BEGIN = Instant.parse("2026-11-02T10:00:00Z");
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Rollout of(Stage... stages) {
        return new Rollout(
                "web", List.of(WEB), null, List.of(stages), false, null, null, List.of(), 0, null, Position.NONE);
    }

    private static final Rollout BLUE_GREEN = of(
            new Stage("preview", 100, 0, Duration.ZERO, false),
            new Stage("switched", 100, 100, Duration.ofMinutes(5), false));

    private static Progress begun() {
        return Progress.begun("web", "shop", WEB, "r", "d", BEGIN);
    }

    /** No split at all means that the new version takes everything. */
    private static int weight(@Nullable Split split) {
        return split == null ? 100 : split.weight();
    }

    private static Seen seen(int available, @Nullable String symptom) {
        return new Seen(2, available, true, symptom, null, null, Shown.NOTHING_ASKED, PATIENCE);
    }

    @Test
    void trafficComesOnlyAfterAllInstances() {
        Split prepared = new Split(100, 0);

        Decision first = Engine.decide(BLUE_GREEN, begun(), null, seen(0, null), BEGIN);
        assertThat(first.split()).isEqualTo(prepared);
        assertThat(first.move()).isNull();
        assertThat(Engine.decide(BLUE_GREEN, begun(), prepared, seen(1, null), BEGIN)
                        .move())
                .isNull();

        Decision ready = Engine.decide(BLUE_GREEN, begun(), prepared, seen(2, null), BEGIN);
        assertThat(ready.move()).isEqualTo(new Move.Reach(0));
        Progress preview = begun().reached(0, 0, BEGIN);
        assertThat(Engine.decide(BLUE_GREEN, preview, prepared, seen(2, null), BEGIN)
                        .move())
                .isEqualTo(new Move.Prepare(1, "stage preview was held"));
        Decision switched = Engine.decide(BLUE_GREEN, preview.preparing(BEGIN), prepared, seen(2, null), BEGIN);
        assertThat(switched.split()).isEqualTo(new Split(100, 100));
        assertThat(switched.move()).isEqualTo(new Move.Reach(1));
    }

    @Test
    void theLastStageIsHeldBeforeItIsOver() {
        Progress last = begun().reached(1, 100, BEGIN);
        Split whole = new Split(100, 100);

        Decision before = Engine.decide(BLUE_GREEN, last, whole, seen(2, null), BEGIN.plusSeconds(299));
        assertThat(before.split()).isEqualTo(whole);
        assertThat(before.move()).isNull();
        assertThat(before.next()).isEqualTo(BEGIN.plusSeconds(300));
        Decision after = Engine.decide(BLUE_GREEN, last, whole, seen(2, null), BEGIN.plusSeconds(300));
        assertThat(after.split()).isNull();
        assertThat(after.move()).isInstanceOf(Move.Complete.class);
    }

    @Test
    void pausedTimeIsNotHeld() {
        Progress paused = begun().reached(1, 100, BEGIN).paused(BEGIN.plusSeconds(100));
        Split whole = new Split(100, 100);

        assertThat(Engine.decide(BLUE_GREEN, paused, whole, seen(2, null), BEGIN.plusSeconds(9000))
                        .move())
                .isNull();
        Progress resumed = paused.resumed(BEGIN.plusSeconds(1100));
        assertThat(Engine.decide(BLUE_GREEN, resumed, whole, seen(2, null), BEGIN.plusSeconds(1299))
                        .move())
                .isNull();
        assertThat(Engine.decide(BLUE_GREEN, resumed, whole, seen(2, null), BEGIN.plusSeconds(1300))
                        .move())
                .isInstanceOf(Move.Complete.class);
    }

    @Test
    void approvalWaitsForAPersonHoweverLongItTakes() {
        Rollout approved = of(
                new Stage("preview", 100, 0, Duration.ZERO, true),
                new Stage("switched", 100, 100, Duration.ZERO, false));
        Progress preview = begun().reached(0, 0, BEGIN);
        Split prepared = new Split(100, 0);
        Instant later = BEGIN.plus(Duration.ofDays(2));

        Decision waiting = Engine.decide(approved, preview, prepared, seen(2, null), later);
        assertThat(waiting.move()).isNull();
        assertThat(waiting.message()).contains("waits for approval");
        assertThat(Engine.decide(approved, preview.letGo(0, later), prepared, seen(2, null), later)
                        .move())
                .isEqualTo(new Move.Prepare(1, "stage preview was let go"));
        assertThat(Engine.decide(approved, preview.letGo(-1, later), prepared, seen(2, null), later)
                        .move())
                .as("a word for another stage")
                .isNull();
    }

    @Test
    void whatNeverBecomesReadyFailsInTimeAndACrashAtOnce() {
        Split prepared = new Split(100, 0);

        Decision inTime = Engine.decide(
                BLUE_GREEN,
                begun(),
                prepared,
                seen(1, null),
                BEGIN.plus(PATIENCE).minusSeconds(1));
        assertThat(inTime.move()).isNull();
        Decision late = Engine.decide(BLUE_GREEN, begun(), prepared, seen(1, null), BEGIN.plus(PATIENCE));
        assertThat(late.move()).isEqualTo(new Move.Fail("1 of 2 instances of the new version became ready in 60 s"));
        Decision crashed = Engine.decide(BLUE_GREEN, begun(), prepared, seen(1, "web-1 crashed"), BEGIN);
        assertThat(crashed.move()).isEqualTo(new Move.Fail("web-1 crashed"));
        assertThat(crashed.split()).isEqualTo(prepared);
        Decision gone =
                Engine.decide(BLUE_GREEN, begun().reached(1, 100, BEGIN), new Split(100, 100), seen(0, null), BEGIN);
        assertThat(gone.split()).isEqualTo(new Split(100, 0));
        assertThat(gone.move()).isInstanceOf(Move.Fail.class);
    }

    private static Rollout canary(Otherwise inconclusive, boolean early) {
        Judging judging = new Judging(
                0.01,
                1,
                1.5,
                0.001,
                0.99,
                1.1,
                1.5,
                Duration.ZERO,
                100,
                Duration.ZERO,
                Duration.ZERO,
                early,
                Duration.ofMinutes(1),
                inconclusive,
                Otherwise.PROMOTE);
        return new Rollout(
                "web",
                List.of(WEB),
                null,
                List.of(
                        new Stage("5 %", 5, 5, Duration.ofMinutes(5), false),
                        new Stage("all", 100, 100, Duration.ZERO, false)),
                false,
                null,
                judging,
                List.of(),
                0,
                null,
                Position.NONE);
    }

    @Test
    void aStageWithoutTrafficIsHeldAndNothingThatWasNotShownSpeaksAgainstIt() {
        Rollout like = canary(Otherwise.FAIL, true);
        Judging strict = Objects.requireNonNull(like.judging());
        Rollout rollout = new Rollout(
                "web",
                List.of(WEB),
                null,
                List.of(
                        new Stage("0 %", 1, 0, Duration.ofMinutes(5), false),
                        like.stages().get(0),
                        like.stages().get(1)),
                false,
                null,
                new Judging(
                        strict.alpha(),
                        strict.margin(),
                        strict.tolerance(),
                        strict.acceptable(),
                        strict.quantile(),
                        strict.latencyMargin(),
                        strict.latencyTolerance(),
                        strict.latencyAcceptable(),
                        strict.fewest(),
                        strict.burst(),
                        strict.warmup(),
                        true,
                        Duration.ofMinutes(1),
                        Otherwise.FAIL,
                        Otherwise.FAIL),
                List.of(),
                0,
                null,
                Position.NONE);
        Split none = new Split(1, 0);

        Decision first = Engine.decide(rollout, begun(), none, alone(1, Shown.NOTHING_ASKED, null), BEGIN);
        assertThat(first.move()).isEqualTo(new Move.Reach(0));
        assertThat(first.split()).isEqualTo(none);
        Progress reached = begun().reached(0, 0, BEGIN);
        for (Shown shown : Shown.values()) {
            Decision early = Engine.decide(rollout, reached, none, alone(1, shown, null), BEGIN.plusSeconds(299));
            assertThat(early.move()).as(shown.toString()).isNull();
            assertThat(early.split()).isEqualTo(none);
            assertThat(Engine.isDue(rollout, reached, shown, null, BEGIN.plusSeconds(299)))
                    .isFalse();
            assertThat(Engine.decide(rollout, reached, none, alone(1, shown, null), BEGIN.plusSeconds(300))
                            .move())
                    .as(shown.toString())
                    .isEqualTo(new Move.Prepare(1, "stage 0 % was held"));
        }
        assertThat(Engine.decide(
                                rollout,
                                reached,
                                none,
                                alone(1, Shown.NO_DATA, "check smoke: not looked at yet"),
                                BEGIN.plusSeconds(900))
                        .move())
                .as("what it asks for holds it")
                .isNull();
        assertThat(Engine.decide(
                                rollout,
                                reached.preparing(BEGIN.plusSeconds(300)),
                                new Split(5, 0),
                                alone(1, Shown.NOTHING_ASKED, null),
                                BEGIN.plusSeconds(301))
                        .split())
                .isEqualTo(new Split(5, 5));
    }

    private static Seen alone(int available, Shown shown, @Nullable String unmet) {
        return new Seen(1, available, true, null, null, unmet, shown, PATIENCE);
    }

    private static @Nullable Move after(Rollout rollout, int seconds, Shown shown, @Nullable String held) {
        Seen seen = new Seen(1, 1, true, null, held, null, shown, PATIENCE);
        return Engine.decide(rollout, begun().reached(0, 5, BEGIN), new Split(5, 5), seen, BEGIN.plusSeconds(seconds))
                .move();
    }

    @Test
    void aStageThatIsShownToBeGoodEndsBeforeItsTime() {
        Rollout early = canary(Otherwise.PROMOTE, true);

        assertThat(after(early, 100, Shown.UNDECIDED, null)).isNull();
        assertThat(after(early, 100, Shown.GOOD, null))
                .isEqualTo(new Move.Prepare(1, "stage 5 % is shown to be good enough, 200 s before its time"));
        assertThat(after(canary(Otherwise.PROMOTE, false), 100, Shown.GOOD, null))
                .isNull();
        assertThat(after(early, 100, Shown.GOOD, "frozen")).isNull();
    }

    @Test
    void whereNothingIsShownTheStageIsExtendedAndThenEndsAsItsRolloutSays() {
        for (Otherwise otherwise : Otherwise.values()) {
            assertThat(after(canary(otherwise, true), 359, Shown.UNDECIDED, null))
                    .isNull();
        }
        assertThat(after(canary(Otherwise.PROMOTE, true), 360, Shown.UNDECIDED, null))
                .isEqualTo(new Move.Prepare(1, "stage 5 % was held; nothing is shown, neither good nor worse"));
        assertThat(after(canary(Otherwise.PAUSE, true), 9000, Shown.UNDECIDED, null))
                .isNull();
        assertThat(after(canary(Otherwise.FAIL, true), 360, Shown.UNDECIDED, null))
                .isInstanceOf(Move.Fail.class);
        assertThat(after(canary(Otherwise.FAIL, true), 360, Shown.NO_DATA, null))
                .as("it says for itself what no data means")
                .isInstanceOf(Move.Prepare.class);
    }

    @Test
    void whatIsWorseGoesBackEvenWhileNothingMayGoOn() {
        Seen seen = new Seen(1, 1, true, "worse", "frozen", null, Shown.UNDECIDED, PATIENCE);
        Progress paused = begun().reached(0, 5, BEGIN).paused(BEGIN);

        Decision decision = Engine.decide(canary(Otherwise.PAUSE, true), paused, new Split(5, 5), seen, BEGIN);
        assertThat(decision.split()).isEqualTo(new Split(5, 0));
        assertThat(decision.move()).isEqualTo(new Move.Fail("worse"));
    }

    @Test
    void whatSpeaksAgainstTheEndOfAStageHoldsItUntilAPersonLetsItGo() {
        Rollout rollout = canary(Otherwise.PROMOTE, true);
        Progress reached = begun().reached(0, 5, BEGIN);
        Seen seen = new Seen(1, 1, true, null, null, "objective api is burning", Shown.GOOD, PATIENCE);
        Instant late = BEGIN.plusSeconds(9000);

        Decision held = Engine.decide(rollout, reached, new Split(5, 5), seen, late);
        assertThat(held.move()).isNull();
        assertThat(held.message()).endsWith("objective api is burning");
        assertThat(Engine.decide(rollout, reached.letGo(0, late), new Split(5, 5), seen, late)
                        .move())
                .isEqualTo(new Move.Prepare(1, "stage 5 % was let go"));
    }

    @Test
    void instancesOfTheNextStageHaveTheirWholeTime() {
        Rollout rollout = canary(Otherwise.PROMOTE, true);
        Instant late = BEGIN.plusSeconds(5000);
        Progress preparing = begun().reached(0, 5, BEGIN).preparing(late);
        Split prepared = new Split(100, 5);
        Seen seen = new Seen(2, 1, true, null, null, null, Shown.UNDECIDED, PATIENCE);

        assertThat(Engine.decide(rollout, preparing, prepared, seen, late.plusSeconds(59))
                        .move())
                .isNull();
        assertThat(Engine.decide(rollout, preparing, prepared, seen, late.plusSeconds(60))
                        .move())
                .isEqualTo(new Move.Fail("1 of 2 instances of the new version became ready in 60 s"));
    }

    /** What the agent does with a decision, dying anywhere in between, in a world that does what it likes. */
    private static final class World {
        private final Random random;
        private final Rollout rollout;
        private final boolean crashes;
        private Instant now = BEGIN;
        private Progress journal = begun();
        private @Nullable Split split = new Split(100, 0);
        private int available;
        private final List<Integer> weights = new ArrayList<>();

        World(long seed, boolean crashes) {
            this.random = new Random(seed);
            this.crashes = crashes;
            Stage[] stages = new Stage[1 + random.nextInt(4)];
            for (int i = 0; i < stages.length; i++) {
                stages[i] = new Stage(
                        "s" + i,
                        10 + random.nextInt(91),
                        i == 0 ? 0 : i * 100 / (stages.length - 1),
                        Duration.ofSeconds(random.nextInt(30)),
                        random.nextInt(4) == 0);
            }
            this.rollout = of(stages);
        }

        private boolean dies() {
            return crashes && random.nextInt(3) == 0;
        }

        void look(@Nullable String symptom) {
            int wanted = split == null ? 2 : Math.max(1, (2 * split.instances() + 99) / 100);
            available = Math.min(wanted, available + random.nextInt(2));
            Split before = split;
            boolean wasBad = journal.isBad();
            Decision decision = Engine.decide(
                    rollout,
                    journal,
                    split,
                    new Seen(wanted, available, true, symptom, null, null, Shown.NOTHING_ASKED, PATIENCE),
                    now);
            boolean moreTraffic = decision.split() != null
                    && before != null
                    && decision.split().weight() > before.weight();
            assertThat(moreTraffic && available < wanted)
                    .as("traffic before instances")
                    .isFalse();
            if (journal.isBad()) {
                assertThat(weight(decision.split())).isZero();
                assertThat(decision.move()).isNull();
            }
            switch (decision.move()) {
                case Move.Fail fail -> {
                    assertThat(weight(decision.split())).isZero();
                    journal = journal.ended(Phase.FAILED, fail.reason());
                    if (!dies()) {
                        split = decision.split();
                    }
                }
                case Move.Complete complete -> {
                    journal = journal.ended(Phase.COMPLETED, complete.why());
                    if (!dies()) {
                        split = decision.split();
                    }
                }
                case Move.Prepare _ -> {
                    journal = journal.preparing(now);
                    if (!dies()) {
                        split = decision.split();
                    }
                }
                case Move.Reach reach -> {
                    split = decision.split();
                    if (!dies()) {
                        journal = journal.reached(
                                reach.stage(),
                                rollout.stages().get(reach.stage()).weight(),
                                now);
                    }
                }
                case null -> split = decision.split();
            }
            if (split != null) {
                weights.add(split.weight());
                assertThat(split.weight())
                        .as("traffic matches the journal")
                        .isIn(weightsThatFit(wasBad ? 0 : weight(before)));
            }
        }

        /**
         * That of the stage reached, or of the next one when its agent died before that was written down.
         *
         * @param kept what a bad one may still have: as much as before when its agent died just after that was written down
         */
        private List<Integer> weightsThatFit(int kept) {
            if (journal.isBad()) {
                return List.of(0, kept);
            }
            int stage = journal.stage();
            int next = Math.min(stage + 1, rollout.stages().size() - 1);
            return List.of(
                    stage < 0 ? 0 : rollout.stages().get(stage).weight(),
                    rollout.stages().get(next).weight());
        }

        void person() {
            switch (random.nextInt(12)) {
                case 0 -> journal = journal.paused(now);
                case 1, 2 -> journal = journal.resumed(now);
                case 3, 4, 5 -> journal = journal.letGo(journal.stage(), now);
                default -> {}
            }
        }
    }

    @Test
    void withoutSymptomsTheTrafficOnlyGrows() {
        for (long seed = 0; seed < 500; seed++) {
            assertThat(played(seed, false).weights).as("seed " + seed).isSorted();
        }
    }

    @Test
    void withoutSymptomsEveryRolloutEndsWholeWhereverItsAgentDies() {
        for (long seed = 0; seed < 500; seed++) {
            assertThat(played(seed, true).journal.phase()).as("seed " + seed).isEqualTo(Phase.COMPLETED);
        }
    }

    private static World played(long seed, boolean crashes) {
        World world = new World(seed, crashes);
        for (int i = 0; i < 3000 && world.split != null; i++) {
            world.now = world.now.plusSeconds(1);
            if (world.journal.isRunning()) {
                world.person();
            }
            world.look(null);
        }
        return world;
    }

    @Test
    void aSymptomAlwaysTakesTheTrafficBackAndNothingBringsItAgain() {
        int back = 0;
        for (long seed = 0; seed < 500; seed++) {
            World world = new World(seed, true);
            int ill = world.random.nextInt(60);
            for (int i = 0; i < 200; i++) {
                world.now = world.now.plusSeconds(1);
                world.person();
                boolean wasRunning = world.journal.isRunning();
                world.look(i == ill ? "crashed" : null);
                if (i == ill && wasRunning) {
                    assertThat(world.journal.isBad()).as("seed " + seed).isTrue();
                    back++;
                }
                if (i > ill && world.journal.isBad()) {
                    assertThat(weight(world.split)).as("seed " + seed).isZero();
                }
            }
        }
        assertThat(back).as("rollouts that were on their way then").isGreaterThan(100);
    }

    @Test
    void nobodyIsAskedWhereTheAnswerWouldCountForNothing() {
        Rollout rollout = of(
                new Stage("20 %", 20, 20, Duration.ofMinutes(1), false),
                new Stage("all", 100, 100, Duration.ZERO, false));
        Progress reached = begun().reached(0, 20, BEGIN);
        Instant over = BEGIN.plusSeconds(60);

        assertThat(isDue(rollout, reached, null, over)).isTrue();
        assertThat(isDue(rollout, reached, null, over.minusSeconds(1))).isFalse();
        assertThat(isDue(rollout, reached, "frozen", over)).as("held").isFalse();
        assertThat(isDue(rollout, reached.paused(BEGIN), null, over))
                .as("paused")
                .isFalse();
        assertThat(isDue(rollout, reached.paused(BEGIN).resumed(BEGIN), null, over))
                .as("goes on")
                .isTrue();
        assertThat(isDue(rollout, reached.letGo(0, BEGIN), null, over))
                .as("skipped by a person")
                .isFalse();
        assertThat(isDue(rollout, reached.preparing(over), null, over))
                .as("the next stage is prepared")
                .isFalse();
        assertThat(isDue(rollout, reached.ended(Phase.ABORTED, "by ann"), null, over))
                .as("over")
                .isFalse();
        assertThat(isDue(rollout, reached.letGo(0, BEGIN).preparing(BEGIN).reached(1, 100, BEGIN), null, over))
                .as("a word for the stage before")
                .isTrue();
    }

    @Test
    void anExperimentIsWaitedForOnlyWhileItsStageLasts() {
        Stage tested = new Stage(
                "20 %",
                20, 20, Duration.ZERO, false, List.of(), new Rollout.Guards(null, List.of(), null, "one-less", null));
        Progress reached = begun().reached(0, 20, BEGIN);

        assertThat(standing(reached, tested).isWaitingFor("one-less")).isTrue();
        assertThat(standing(reached, tested).isWaitingFor("another")).isFalse();
        for (Progress not : List.of(
                begun(),
                reached.paused(BEGIN),
                reached.letGo(0, BEGIN),
                reached.preparing(BEGIN),
                reached.ended(Phase.FAILED, "crashed"))) {
            assertThat(standing(not, tested).isWaitingFor("one-less")).isFalse();
        }
    }

    private static boolean isDue(Rollout rollout, Progress progress, @Nullable String held, Instant time) {
        return Engine.isDue(rollout, progress, Shown.NOTHING_ASKED, held, time);
    }

    private static Rollouts.Standing standing(Progress progress, Stage stage) {
        return new Rollouts.Standing(progress, progress.weight(), List.of(stage), "", Account.NONE, List.of());
    }
}
