package io.homeostat.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.deliver.simulation.Traffic;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What judges with a fixed horizon get wrong, and what the verdict says about it. */
class JudgeTest {

    private static final long SEED = Long.getLong("seed", 7);
    private final Random random = new Random(SEED);
    private final Evidence evidence = new Evidence(Policy.DEFAULT, 0);
    private Policy policy = Policy.DEFAULT;
    private @Nullable Verdict verdict;

    @Test
    void aFewErrorsWhereThereWereNone() {
        see(0, 20, new Phase(190, 10, 0, 0));
        assertThat(look()).isInstanceOf(Verdict.Inconclusive.class);

        see(20, 4, new Phase(190, 10, 0, 1));

        assertThat(look()).isInstanceOfSatisfying(Verdict.Fail.class, fail -> {
            assertThat(fail.reason()).isEqualTo("worse than the baseline: errors");
            Finding errors = Objects.requireNonNull(fail.finding("errors"));
            assertThat(errors.canaryValue()).isEqualTo(4);
            assertThat(errors.baselineValue()).isZero();
            assertThat(errors.interval().lower()).isGreaterThan(1);
            assertThat(errors.logE()).isGreaterThan(Math.log(100));
        });
    }

    @Test
    void nothingEverFails() {
        see(0, 50, new Phase(100, 100, 0, 0));
        assertThat(look()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(Outlook.of(evidence, policy, Objects.requireNonNull(verdict)))
                .isNotNull()
                .satisfies(outlook -> assertThat(outlook.worse()).isFalse())
                .satisfies(outlook -> assertThat(outlook.factor()).isBetween(1.5, 3.0));

        see(50, 150, new Phase(100, 100, 0, 0));

        assertThat(look()).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void theSameShareOfErrorsPassesOnceTheIntervalIsInsideTheTolerance() {
        policy = policy.withAcceptableRate(0);
        Traffic traffic = new Traffic(1000, 0.02, 1);
        int seconds = 0;
        while (!(look() instanceof Verdict.Pass) && seconds < 600) {
            evidence.errors().add(seconds++, traffic.second(0.5, random));
            assertThat(verdict).as("seed " + SEED).isNotInstanceOf(Verdict.Fail.class);
        }

        assertThat(verdict).as("seed " + SEED).isInstanceOfSatisfying(Verdict.Pass.class, pass -> {
            Interval interval = Objects.requireNonNull(pass.finding("errors")).interval();
            assertThat(interval.upper()).isLessThanOrEqualTo(1.5);
            assertThat(interval.lower()).isLessThan(1);
        });
    }

    @Test
    void oneArmIsMissing() {
        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.NoData.class, none -> assertThat(none.reason()).isEqualTo("no requests on either arm"));

        see(0, 100, new Phase(100, 0, 1, 0));
        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.NoData.class, none -> assertThat(none.reason()).isEqualTo("no requests on the canary"));
    }

    @Test
    void latenciesOfOneArmAreMissing() {
        see(0, 200, new Phase(100, 100, 0, 0));
        evidence.baselineLatencies().add(0.1, 20_000);

        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.NoData.class,
                        none -> assertThat(none.reason()).isEqualTo("no latencies on the canary"));
    }

    @Test
    void oneOutlierIsNoRegression() {
        see(0, 200, new Phase(100, 100, 0, 0));
        latencies(20_000, 20_000, 1);
        evidence.canaryLatencies().add(600);

        assertThat(look()).as("seed " + SEED).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void theSameMedianWithAHeavierTail() {
        see(0, 200, new Phase(100, 100, 0, 0));
        latencies(20_000, 20_000, 1);
        for (int i = 0; i < 600; i++) {
            evidence.canaryLatencies().add(0.5 + random.nextDouble());
        }

        assertThat(look())
                .as("seed " + SEED)
                .isInstanceOfSatisfying(
                        Verdict.Fail.class, fail -> assertThat(fail.reason()).contains("p99"));
    }

    @Test
    void theSameMedianWithAWiderSpread() {
        see(0, 200, new Phase(100, 100, 0, 0));
        latencies(20_000, 20_000, 3);

        assertThat(look()).as("seed " + SEED).isInstanceOfSatisfying(Verdict.Fail.class, fail -> {
            Finding p99 = Objects.requireNonNull(fail.finding("p99"));
            assertThat(p99.ratio()).isGreaterThan(1.5);
            assertThat(p99.interval().lower()).isGreaterThan(1.1).isLessThan(p99.ratio());
            assertThat(p99.interval().upper()).isGreaterThan(p99.ratio());
        });
    }

    /** Slower for everybody, but not at the tail: what one quantile cannot see. */
    @Test
    void aSlowerMiddleWithTheSameTail() {
        see(0, 200, new Phase(100, 100, 0, 0));
        for (int i = 0; i < 20_000; i++) {
            boolean slow = i % 20 == 0;
            evidence.baselineLatencies().add(slow ? 1 : 0.01);
            evidence.canaryLatencies().add(slow ? 1 : 0.02);
        }

        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class,
                        fail -> assertThat(fail.reason()).isEqualTo("worse than the baseline: latency"));
    }

    /** Twice as slow, by less than anybody feels; and by more. */
    @Test
    void whatNobodyFeelsIsNoRegression() {
        see(0, 200, new Phase(100, 100, 0, 0));
        for (int i = 0; i < 20_000; i++) {
            double chance = random.nextDouble();
            evidence.baselineLatencies().add(0.0008 + 0.0004 * chance);
            evidence.canaryLatencies().add(0.0016 + 0.0008 * chance);
        }
        assertThat(look()).isInstanceOf(Verdict.Fail.class);
        verdict = null;
        policy = policy.withLatency(0.99, 1.1, 1.5, 0.002);
        assertThat(look()).isInstanceOf(Verdict.Pass.class);

        evidence.canaryLatencies().add(0.004, 40_000);
        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class, fail -> assertThat(fail.reason()).contains("p99", "latency"));
    }

    @Test
    void anInstanceThatCrashesAgainAndAgain() {
        see(0, 200, new Phase(100, 100, 0, 0));
        for (int second = 0; second < 60; second++) {
            evidence.crashes().add(second, new Phase(9, 1, 0, second % 10 == 9 ? 1 : 0));
        }

        assertThat(look())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class,
                        fail -> assertThat(fail.reason()).isEqualTo("worse than the baseline: crashes"));
    }

    /** The interval only ever narrows, and what was once shown stays shown. */
    @Test
    void lookingMoreOftenTakesNothingBack() {
        Traffic traffic = new Traffic(200, 0.01, 4);
        Interval before = Interval.UNKNOWN;
        double logE = Double.NEGATIVE_INFINITY;
        for (int second = 0; second < 200; second++) {
            evidence.errors().add(second, traffic.second(0.1, random));
            Finding errors = Objects.requireNonNull(look().finding("errors"));
            assertThat(errors.interval().lower()).as("seed " + SEED).isGreaterThanOrEqualTo(before.lower());
            assertThat(errors.interval().upper()).as("seed " + SEED).isLessThanOrEqualTo(before.upper());
            assertThat(errors.logE()).isGreaterThanOrEqualTo(logE);
            before = errors.interval();
            logE = errors.logE();
        }
        assertThat(before.lower()).as("seed " + SEED).isLessThan(4);
        assertThat(before.upper()).as("seed " + SEED).isGreaterThan(4);
    }

    @Test
    void severalMetricsShareOneAlpha() {
        assertThat(Holm.rejected(new double[] {0.004, 0.02, 0.03}, new double[] {1, 1, 1}, 0, 0.05))
                .containsExactly(true, true, true);
        assertThat(Holm.rejected(new double[] {0.02, 0.004, 0.06}, new double[] {1, 1, 1}, 0, 0.05))
                .containsExactly(true, true, false);
        assertThat(Holm.rejected(new double[] {0.02, 0.02, 0.06}, new double[] {1, 1, 1}, 0, 0.05))
                .containsExactly(false, false, false);
        assertThat(Holm.rejected(new double[] {0.03, 1}, new double[] {3, 1}, 0, 0.05))
                .containsExactly(true, false);
        assertThat(Holm.rejected(new double[] {0.02}, new double[] {1}, 1, 0.05))
                .as("a half is kept for what may come")
                .containsExactly(true);
        assertThat(Holm.rejected(new double[] {0.03}, new double[] {1}, 1, 0.05))
                .containsExactly(false);
    }

    private void see(int from, int seconds, Phase each) {
        for (int second = from; second < from + seconds; second++) {
            evidence.errors().add(second, each);
        }
    }

    /** Log-normal around 50 ms; the canary's spread is so many times the baseline's. */
    private void latencies(int baseline, int canary, double spread) {
        for (int i = 0; i < baseline; i++) {
            evidence.baselineLatencies().add(0.05 * Math.exp(0.3 * random.nextGaussian()));
        }
        for (int i = 0; i < canary; i++) {
            evidence.canaryLatencies().add(0.05 * Math.exp(0.3 * spread * random.nextGaussian()));
        }
    }

    private Verdict look() {
        verdict = new Judge(policy).judge(evidence, verdict);
        return verdict;
    }
}
