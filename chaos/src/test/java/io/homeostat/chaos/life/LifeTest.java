package io.homeostat.chaos.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.life.Look.Checked;
import io.homeostat.chaos.life.Look.Checked.State;
import io.homeostat.converge.Faults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules by which a run goes on and ends, one after the other and at random. */
class LifeTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Faults.State SEEN = new Faults.State("kill-1", true, true, "gone");
    private static final Faults.State UNSEEN = new Faults.State("kill-1", true, false, "");

    private static final List<State> STATES = List.of(State.values());

    private final Life life = new Life(Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(20), null, 1);

    /** Somebody has to notice within six seconds. */
    private final Life noticed =
            new Life(Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(6), 1);

    private static Instant at(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    private static Checked holds(double since) {
        return new Checked("web answers", State.HOLDS, at(since), null, 5, "200");
    }

    private static Checked broken(double at) {
        return new Checked("web answers", State.BROKEN, null, at(at), 5, "503");
    }

    private static Look look(double now, Checked check, Faults.State... faults) {
        return new Look(at(now), List.of(check), List.of(faults), true, null, null, null, null);
    }

    private static Look look(double now, Checked check, @Nullable String alert, @Nullable String abort) {
        return new Look(at(now), List.of(check), List.of(SEEN), true, null, abort, alert, null);
    }

    private Course during(double since) {
        Course course = life.next(Course.begin(START), look(3, holds(0)));
        assertThat(course.phase()).isEqualTo(Phase.INJECT);
        course = life.next(course, look(since, holds(0), UNSEEN));
        assertThat(course.phase()).isEqualTo(Phase.DURING);
        return course;
    }

    @Test
    void everythingHeldAndSeenAndRecoveredIsHeld() {
        Course course = during(3.1);
        course = life.next(course, look(8, holds(0), SEEN));
        assertThat(course.phase()).isEqualTo(Phase.DURING);
        course = life.next(course, look(13.1, holds(0), SEEN));
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        course = life.next(course, look(13.2, holds(0)));
        assertThat(course.phase()).isEqualTo(Phase.RECOVERY);
        assertThat(life.next(course, look(15, holds(0)))).isEqualTo(course);
        course = life.next(course, look(16.3, holds(13.3)));
        assertThat(course.verdict()).isEqualTo(Verdict.HELD);
        assertThat(course.recovered()).isTrue();
    }

    @Test
    void aPromiseThatBreaksWhileFaultsAreStillBeingBegunStopsThemAtOnce() {
        Course course = life.next(Course.begin(START), look(3, holds(0)));
        assertThat(life.next(course, look(3.5, holds(0))).phase())
                .as("the others are waited for")
                .isEqualTo(Phase.INJECT);
        course = life.next(course, look(4, broken(3.9)));
        course = life.next(course, look(4.1, broken(3.9)));
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void whatDoesNotHoldBeforehandIsNoSuccess() {
        Course course = life.next(Course.begin(START), look(1, broken(0.5)));
        assertThat(course.phase()).isEqualTo(Phase.OVER);
        assertThat(course.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(course.steadyBefore()).isFalse();
    }

    @Test
    void aCheckThatCannotBeMadeProvesNothing() {
        Checked impossible = new Checked("tool", State.IMPOSSIBLE, null, null, 1, "no such file");
        assertThat(life.next(Course.begin(START), look(1, impossible)).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        Course course = life.next(during(3.1), look(4, impossible, SEEN));
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aBadChangeThatNothingCaughtBreaksThePromiseOfTheGuardrailsAtTheEnd() {
        Faults.State through = new Faults.State("version-1", true, true, "taken", "taken for good");
        Course course = during(3.1);
        course = life.next(course, look(8, holds(0), through));
        assertThat(course.phase()).as("it may still be caught").isEqualTo(Phase.DURING);
        assertThat(life.next(course, look(13.1, holds(0), SEEN)).verdict()).isNull();
        course = life.next(course, look(13.1, holds(0), through));
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(course.broke()).isEqualTo(Life.GUARDRAILS);
        assertThat(course.reason()).contains("taken for good");
    }

    @Test
    void anyBreakDuringTheRunCountsEvenWhenItHoldsAgain() {
        Course course = during(3.1);
        Checked again = new Checked("web answers", State.HOLDS, at(5.5), at(5), 9, "200", "503");
        course = life.next(course, look(6, again, SEEN));
        assertThat(course.reason()).as("what broke it, not what was seen since").isEqualTo("web answers: 503");
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(course.broke()).isEqualTo("web answers");
        assertThat(course.breachedAt()).isEqualTo(at(5));
    }

    @Test
    void whatBreaksStaysUntilSomebodyNoticesOrTheTimeForItIsOver() {
        Course open = noticed.next(during(3.1), look(4, broken(3.9), null, null));
        assertThat(open.phase()).isEqualTo(Phase.DURING);
        assertThat(open.verdict()).isEqualTo(Verdict.BROKEN);
        Course seen = noticed.next(open, look(5, broken(4.9), "burn-1h of web", null));
        assertThat(seen.phase()).isEqualTo(Phase.STOP);
        assertThat(seen.breachedAt()).as("the first break").isEqualTo(at(3.9));
        assertThat(seen.unnoticed()).isFalse();
        Course late = noticed.next(open, look(9.2, holds(8), null, null));
        assertThat(late.phase()).isEqualTo(Phase.STOP);
        assertThat(late.broke()).isEqualTo("web answers");
        assertThat(late.unnoticed()).isTrue();
        assertThat(late.reason()).isEqualTo("web answers: 503; and nobody noticed within 6s: no alert fired");
        Course ended = noticed.next(open, look(5, broken(4.9), null, "halted by ann"));
        assertThat(ended.phase()).isEqualTo(Phase.STOP);
        assertThat(ended.verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(ended.unnoticed()).isFalse();
    }

    @Test
    void whatHoldsAndNobodyNoticesIsBrokenAsSoonAsItIsTooLate() {
        Course open = noticed.next(during(3.1), look(8, holds(0), null, null));
        assertThat(open.verdict()).isNull();
        Course late = noticed.next(open, look(9.2, holds(0), null, null));
        assertThat(late.phase()).isEqualTo(Phase.STOP);
        assertThat(late.broke()).isEqualTo(Life.NOTICE);
        assertThat(late.unnoticed()).isTrue();
        assertThat(noticed.next(open, look(9.2, holds(0), UNSEEN)).verdict())
                .as("nobody could notice what was not there")
                .isEqualTo(Verdict.INCONCLUSIVE);
        Course seen = noticed.next(open, look(9.2, holds(0), "burn-1h of web", null));
        assertThat(seen.phase()).as("the faults stay as long as they were to").isEqualTo(Phase.DURING);
        assertThat(noticed.next(seen, look(13.2, holds(0), "burn-1h of web", null))
                        .verdict())
                .isNull();
    }

    @Test
    void aBreakOfAnEarlierPhaseIsNoBreakOfThisOne() {
        Course course = during(3.1);
        Checked before = new Checked("web answers", State.HOLDS, at(2), at(1), 9, "200");
        assertThat(life.next(course, look(4, before, SEEN)).phase()).isEqualTo(Phase.DURING);
    }

    @Test
    void aFaultThatNobodySawProvesNothing() {
        Course course = life.next(during(3.1), look(13.2, holds(0), UNSEEN));
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(course.reason()).contains("kill-1");
        Faults.State late = new Faults.State("kill-1", true, false, "it has not ended within 30 s");
        assertThat(life.next(during(3.1), look(13.2, holds(0), late)).reason())
                .endsWith("so nothing is shown: it has not ended within 30 s");
    }

    @Test
    void whatDoesNotRecoverInTimeIsBroken() {
        Course course = life.next(during(3.1), look(13.2, holds(0), SEEN));
        course = life.next(course, look(13.3, holds(0)));
        course = life.next(course, look(34, broken(33)));
        assertThat(course.verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(course.recovered()).isFalse();
    }

    @Test
    void whatWasTouchedMustBeWellAgain() {
        Course course = life.next(during(3.1), look(13.2, holds(0), SEEN));
        course = life.next(course, look(13.3, holds(0)));
        Look unwell =
                new Look(at(17), List.of(holds(13.4)), List.of(), true, null, null, null, "available 1 of 2 replicas");
        assertThat(life.next(course, unwell).phase()).isEqualTo(Phase.RECOVERY);
    }

    @Test
    void whoEndsItEndsItByTheWayThatUndoesEverything() {
        Look aborted = new Look(at(5), List.of(holds(0)), List.of(SEEN), false, null, "halted by ann", null, null);
        Course course = life.next(during(3.1), aborted);
        assertThat(course.phase()).isEqualTo(Phase.STOP);
        assertThat(course.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(life.next(course, aborted).phase()).isEqualTo(Phase.STOP);
    }

    /** Whatever is seen, in whatever order: it ends, and never with faults still wanted; and what held was steady, seen and over. */
    @Test
    void anyRunEndsAndNeverSaysMoreThanWasSeen() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            Course course = Course.begin(START);
            double now = 0;
            boolean everBroken = false;
            List<Phase> phases = new ArrayList<>();
            Life rules = i % 2 == 0 ? life : noticed;
            while (!course.isOver() && now < 500) {
                now += random.nextDouble() * 3;
                Course before = course;
                Look look = any(random, now);
                course = rules.next(course, look);
                if (course.phase() != before.phase()) {
                    phases.add(course.phase());
                }
                everBroken |= before.phase() == Phase.DURING
                        && look.checks().getFirst().state() == State.BROKEN;
            }
            assertThat(course.isOver()).as("seed %s run %s", seed, i).isTrue();
            assertThat(course.verdict()).isNotNull();
            if (phases.contains(Phase.INJECT)) {
                assertThat(phases).as("seed %s run %s", seed, i).contains(Phase.STOP, Phase.RECOVERY);
            }
            if (course.verdict() == Verdict.HELD) {
                assertThat(everBroken).as("seed %s run %s", seed, i).isFalse();
                assertThat(course.steadyBefore() && course.checkedDuring() && course.recovered())
                        .as("seed %s run %s", seed, i)
                        .isTrue();
            }
        }
    }

    private static Look any(Random random, double now) {
        State state = random.nextInt(10) < 8 ? State.HOLDS : STATES.get(random.nextInt(STATES.size()));
        Checked check = new Checked(
                "web answers",
                state,
                state == State.HOLDS ? at(now - random.nextDouble() * 5) : null,
                state == State.BROKEN ? at(now) : null,
                random.nextInt(4),
                "");
        return new Look(
                at(now),
                List.of(check),
                List.of(random.nextInt(4) == 0 ? UNSEEN : SEEN),
                random.nextInt(3) > 0,
                oneIn(random, 30, "no gate"),
                oneIn(random, 30, "halted"),
                oneIn(random, 10, "burn-1h of web"),
                oneIn(random, 5, "not ready"));
    }

    private static @Nullable String oneIn(Random random, int many, String text) {
        return random.nextInt(many) == 0 ? text : null;
    }
}
