package io.homeostat.chaos.perimeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.perimeter.Perimeter.Status;
import io.homeostat.chaos.perimeter.Trial.Outcome;
import io.homeostat.model.chaos.Axis;
import io.homeostat.model.chaos.Search;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a search tries, one after the other, and what it makes of what that shows. */
class FinderTest {

    private static final Search MILLIS = new Search(Axis.LATENCY, 10, 1000, 25, 40, 12, 20, 10);

    private static Trial held(double magnitude) {
        return new Trial(magnitude, Outcome.HELD, "", "", true);
    }

    private static Trial broke(double magnitude) {
        return new Trial(magnitude, Outcome.BROKE, "p99", "p99: too slow", true);
    }

    private static Finder.Step next(Search search, Trial... trials) {
        return Finder.next(search, List.of(trials), 0);
    }

    private static double tried(Finder.Step step) {
        assertThat(step).isInstanceOf(Finder.Step.Try.class);
        return ((Finder.Step.Try) step).magnitude();
    }

    private static Perimeter done(Finder.Step step) {
        assertThat(step).isInstanceOf(Finder.Step.Done.class);
        return ((Finder.Step.Done) step).perimeter();
    }

    /** Every magnitude in its order, and what came of it. */
    private static List<Trial> all(Search search, DoublePredicate breaks) {
        List<Trial> trials = new ArrayList<>();
        while (Finder.next(search, trials, 0) instanceof Finder.Step.Try next) {
            trials.add(breaks.test(next.magnitude()) ? broke(next.magnitude()) : held(next.magnitude()));
        }
        return trials;
    }

    private static List<Double> magnitudes(List<Trial> trials) {
        return trials.stream().map(Trial::magnitude).toList();
    }

    @Test
    void nothingIsDoneFirstThenTwiceAsMuchUntilItBreaksThenTheMiddle() {
        List<Trial> trials = all(MILLIS, magnitude -> magnitude >= 100);
        assertThat(magnitudes(trials)).containsExactly(0.0, 10.0, 20.0, 40.0, 80.0, 160.0, 160.0, 113.0, 113.0, 95.0);
        Perimeter found = done(Finder.next(MILLIS, trials, 0));
        assertThat(found.status()).isEqualTo(Status.FOUND);
        assertThat(found.holds()).isEqualTo(95);
        assertThat(found.breaks()).isEqualTo(113);
        assertThat(found.broke()).isEqualTo("p99");
        assertThat(found.breaking()).isEqualTo(4);
    }

    @Test
    void whatBreaksOnceIsTriedAgainAndTwoOfThreeDecide() {
        assertThat(tried(next(MILLIS, held(0), broke(10)))).isEqualTo(10);
        assertThat(tried(next(MILLIS, held(0), broke(10), held(10)))).isEqualTo(10);
        assertThat(tried(next(MILLIS, held(0), broke(10), held(10), held(10)))).isEqualTo(20);
        Perimeter below = done(next(MILLIS, held(0), broke(10), held(10), broke(10)));
        assertThat(below.status()).isEqualTo(Status.BELOW);
        assertThat(below.mixed()).isEqualTo(1);
    }

    @Test
    void whatBreaksWhileNothingIsDoneIsUnsteady() {
        assertThat(tried(next(MILLIS, broke(0)))).isZero();
        assertThat(done(next(MILLIS, broke(0), broke(0))).status()).isEqualTo(Status.UNSTEADY);
    }

    @Test
    void whatNothingBreaksIsBeyond() {
        List<Trial> trials = all(MILLIS, magnitude -> false);
        assertThat(magnitudes(trials)).containsExactly(0.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1000.0);
        Perimeter beyond = done(Finder.next(MILLIS, trials, 0));
        assertThat(beyond.status()).isEqualTo(Status.BEYOND);
        assertThat(beyond.holds()).isEqualTo(1000);
        assertThat(beyond.breaks()).isNaN();
    }

    @Test
    void whatMustBeWithstoodIsTriedBeforeTheMiddle() {
        Search required = new Search(Axis.LATENCY, 10, 1000, 25, 40, 12, 20, 150);
        assertThat(tried(next(required, held(0), held(80), broke(160), broke(160))))
                .isEqualTo(150);
    }

    @Test
    void lessIsHarderWhereItIsBandwidth() {
        Search bytes = new Search(Axis.BANDWIDTH, 100_000, 1000, 25, 40, 12, 20, 100_000);
        List<Trial> trials = all(bytes, magnitude -> magnitude > 0 && magnitude <= 30_000);
        Perimeter found = done(Finder.next(bytes, trials, 0));
        assertThat(found.holds()).isGreaterThan(30_000);
        assertThat(found.breaks()).isLessThanOrEqualTo(30_000);
        assertThat(found.holds() / found.breaks()).isLessThanOrEqualTo(1.25);
    }

    @Test
    void whatHeldOnTheWayUpAndBreaksAfterwardsIsSaid() {
        // It broke at 160 once, and from then on at 80 as well: a state that it does not come back from by itself.
        List<Trial> trials = new ArrayList<>();
        boolean[] hurt = {false};
        while (Finder.next(MILLIS, trials, 0) instanceof Finder.Step.Try next) {
            boolean breaks = next.magnitude() >= (hurt[0] ? 50 : 160);
            hurt[0] |= breaks;
            trials.add(breaks ? broke(next.magnitude()) : held(next.magnitude()));
        }
        Perimeter found = done(Finder.next(MILLIS, trials, 0));
        assertThat(found.status()).isEqualTo(Status.FOUND);
        assertThat(found.heldBefore()).isEqualTo(80);
        assertThat(found.holds()).isLessThan(50);
        assertThat(found.breaks()).isGreaterThanOrEqualTo(50);
    }

    @Test
    void budgetsEndItWithWhatIsKnown() {
        Search few = new Search(Axis.LATENCY, 10, 1000, 25, 4, 12, 20, 10);
        Perimeter some = done(next(few, held(0), held(10), held(20), held(40)));
        assertThat(some.status()).isEqualTo(Status.UNFINISHED);
        assertThat(some.holds()).isEqualTo(40);

        Search harmless = new Search(Axis.LATENCY, 10, 1000, 25, 40, 2, 20, 10);
        Perimeter wide = done(next(harmless, held(0), held(10), broke(20), broke(20)));
        assertThat(wide.status()).isEqualTo(Status.UNFINISHED);
        assertThat(wide.breaks()).isEqualTo(20);

        Perimeter dear = done(Finder.next(MILLIS, List.of(held(0), held(10)), 20.1));
        assertThat(dear.reason()).isEqualTo("20.1% of an error budget is spent, and 20.0% may");
    }

    @Test
    void whatDoesNotRecoverEndsIt() {
        Perimeter hurt =
                done(next(MILLIS, held(0), held(10), new Trial(20, Outcome.BROKE, "p99", "p99: still slow", false)));
        assertThat(hurt.status()).isEqualTo(Status.UNFINISHED);
        assertThat(hurt.breaks()).isEqualTo(20);
        assertThat(hurt.reason()).contains("did not recover from 20 ms");
    }

    @Test
    void whatShowsNothingIsTriedAgainAndNotForEver() {
        Trial nothing = new Trial(10, Outcome.NOTHING, "", "no call was made", true);
        assertThat(tried(next(MILLIS, held(0), nothing, nothing))).isEqualTo(10);
        assertThat(done(next(MILLIS, held(0), nothing, nothing, nothing)).reason())
                .contains("no call was made");
        Trial aborted = new Trial(10, Outcome.ABORTED, "", "halted by ann", true);
        assertThat(done(next(MILLIS, held(0), aborted)).status()).isEqualTo(Status.ABORTED);
    }

    /** Whatever the system answers, at random: it ends, and nothing above a confirmed break is tried again. */
    @Test
    void nothingHarderThanAConfirmedBreakIsTriedAgain() {
        long seed = RandomGenerator.getDefault().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
            double chance = random.nextDouble();
            List<Trial> trials = new ArrayList<>();
            double confirmed = Double.POSITIVE_INFINITY;
            int breaks = 0;
            while (Finder.next(MILLIS, trials, 0) instanceof Finder.Step.Try next) {
                assertThat(next.magnitude())
                        .as("seed %d, round %d", seed, round)
                        .isLessThan(confirmed);
                boolean first = trials.isEmpty() || trials.getLast().magnitude() != next.magnitude();
                Trial trial = random.nextDouble() < chance ? broke(next.magnitude()) : held(next.magnitude());
                trials.add(trial);
                breaks = (first ? 0 : breaks) + (trial.outcome() == Outcome.BROKE ? 1 : 0);
                if (breaks == 2) {
                    confirmed = next.magnitude();
                    breaks = 0;
                }
            }
            assertThat(trials).as("seed %d, round %d", seed, round).hasSizeLessThanOrEqualTo(40);
        }
    }

    /** A tenth of what {@code bench/run perimeter} does. */
    @Test
    void itFindsThresholdsThatAreKnown() {
        long seed = Long.getLong("seed", 20261121);
        int searches = Integer.getInteger("searches", 100);
        Simulation.Outcome sharp = Simulation.of(Simulation.Service.SHARP, searches, seed);
        Simulation.Outcome soft = Simulation.of(Simulation.Service.SOFT, searches, seed);
        Simulation.Outcome flaky = Simulation.of(Simulation.Service.FLAKY, searches, seed);
        String said = "seed " + seed + ": " + sharp + ", " + soft + ", " + flaky;
        assertThat(sharp.share(sharp.close())).as(said).isEqualTo(1);
        assertThat(sharp.share(sharp.around())).as(said).isGreaterThanOrEqualTo(0.95);
        assertThat(soft.share(soft.close())).as(said).isGreaterThanOrEqualTo(0.83);
        assertThat(flaky.share(flaky.close())).as(said).isGreaterThanOrEqualTo(0.83);
        for (Simulation.Outcome each : List.of(sharp, soft, flaky)) {
            assertThat(each.breaking()).as(said).isLessThanOrEqualTo(6.5);
            assertThat(each.sweep() / each.trials()).as(said).isGreaterThanOrEqualTo(3);
        }
        System.out.println(said);
    }

    @Test
    void whatABreakLeavesBehindIsAFigure() {
        Perimeter forgets = done(Finder.next(MILLIS, all(MILLIS, magnitude -> magnitude >= 100), 0));
        assertThat(forgets.heldBefore()).isNaN();
        assertThat(forgets.hysteresis()).isZero();
        assertThat(forgets.recovery()).as("nobody measured it").isNull();

        List<Trial> trials = new ArrayList<>();
        boolean broken = false;
        while (Finder.next(MILLIS, trials, 0) instanceof Finder.Step.Try next) {
            boolean breaks = next.magnitude() >= (broken ? 50 : 100);
            broken |= breaks;
            trials.add(
                    breaks
                            ? new Trial(
                                    next.magnitude(),
                                    Outcome.BROKE,
                                    "p99",
                                    "p99: too slow",
                                    true,
                                    Duration.ofMillis((long) (next.magnitude() * 10)))
                            : held(next.magnitude()));
        }
        Perimeter remembers = done(Finder.next(MILLIS, trials, 0));
        assertThat(remembers.heldBefore()).isEqualTo(80);
        assertThat(remembers.hysteresis())
                .isEqualTo(100 * (1 - remembers.holds() / 80))
                .isBetween(39.0, 41.0);
        assertThat(remembers.recovery()).as("after 160 ms, the hardest").isEqualTo(Duration.ofMillis(1600));

        assertThat(done(Finder.next(MILLIS, all(MILLIS, magnitude -> false), 0)).hysteresis())
                .as("it never broke")
                .isNaN();
        assertThat(Perimeter.hysteresis(1000, 4000))
                .as("of what is harder the less there is of it")
                .isEqualTo(75);
    }
}
