package io.homeostat.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.deliver.simulation.Traffic;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * An equal canary is called worse in at most alpha of all rollouts, looked at every second. {@code -Dtrials=1000} is the full
 * count; {@code -Dseed=…} plays one again.
 */
class FalseAlarmsTest {

    private static final int TRIALS = Integer.getInteger("trials", 100);
    private static final int FULL_COUNT = 1000;
    private static final long SEED = Long.getLong("seed", 20261121);
    private static final double ALPHA = 0.01;
    private static final int STEP_SECONDS = 300;
    private static final double[] STEPS = {0.05, 0.10, 0.25, 0.50};

    /** One simulated rollout: in which second the judge calls it worse, or 0. */
    private interface Rollout {
        int worseAt(Random random);
    }

    @Test
    void smoothTraffic() {
        assertThat(share(random -> errors(new Traffic(200, 0.001, 1), 0, 0, random)))
                .isLessThanOrEqualTo(allowed());
    }

    @Test
    void burstsThatCountOncePerWindow() {
        assertThat(share(random -> errors(new Traffic(200, 0.01, 1), 20, 1, random)))
                .isLessThanOrEqualTo(allowed());
    }

    /** Why the window is there: without it the same bursts deceive. */
    @Test
    void burstsThatCountOneByOneDeceive() {
        assertThat(share(random -> errors(new Traffic(200, 0.01, 1), 20, 0, random)))
                .isGreaterThan(0.1);
    }

    @Test
    void mostErrorsAtOnce() {
        assertThat(share(random -> errors(new Traffic(200, 0.5, 1), 0, 0, random)))
                .isLessThanOrEqualTo(allowed());
    }

    @Test
    void latenciesWithHeavyTails() {
        assertThat(share(FalseAlarmsTest::latencies)).isLessThanOrEqualTo(allowed());
    }

    /** A machine that stalls now and then makes a hundred requests slow at once, on whichever version they are. */
    @Test
    void latenciesThatStall() {
        assertThat(share(random -> stalls(1, 0.25, random))).isLessThanOrEqualTo(allowed());
    }

    /** Why slow requests have a window, too. */
    @Test
    void stallsWhoseRequestsCountOneByOneDeceive() {
        assertThat(share(random -> stalls(1, 0, random))).isGreaterThan(0.1);
    }

    /** Half as much again is found through all the stalls. */
    @Test
    void aSlowerVersionThatStallsLikeTheOther() {
        assertThat(share(random -> stalls(1.5, 0.25, random))).isGreaterThan(0.95);
    }

    /** With so few trials as in a usual run, chance alone may bring one or two more than alpha; at the full count, none. */
    private static double allowed() {
        return TRIALS >= FULL_COUNT ? ALPHA : ALPHA + 2.5 * Math.sqrt(ALPHA * (1 - ALPHA) / TRIALS);
    }

    private static double share(Rollout rollout) {
        long worse = IntStream.range(0, TRIALS)
                .parallel()
                .filter(trial -> rollout.worseAt(new Random(SEED + trial)) > 0)
                .count();
        System.out.printf("%d of %d called worse, seed %d%n", worse, TRIALS, SEED);
        return worse / (double) TRIALS;
    }

    private static int errors(Traffic traffic, double burst, double window, Random random) {
        CountEvidence evidence = new CountEvidence(window);
        double enough = -Math.log(ALPHA);
        for (int second = 0; second < STEPS.length * STEP_SECONDS; second++) {
            double share = STEPS[second / STEP_SECONDS];
            evidence.add(second, burst > 0 ? traffic.bursts(share, burst, random) : traffic.second(share, random));
            if (RatioTest.logE(evidence.phases(), 1) >= enough) {
                return second + 1;
            }
        }
        return 0;
    }

    /**
     * 200 requests a second for five minutes, a quarter of them on the canary, around 20 ms; every ten seconds on average one of
     * the versions stalls for a quarter of a second.
     */
    private static int stalls(double slower, double window, Random random) {
        Judge judge = Judge.ofEverything(Policy.DEFAULT);
        Evidence evidence = new Evidence(Policy.DEFAULT, window);
        Verdict verdict = null;
        for (int quarter = 0; quarter < 1_200; quarter++) {
            boolean isStall = random.nextInt(40) == 0;
            boolean isOfCanary = random.nextBoolean();
            for (int i = 0; i < 50; i++) {
                boolean isCanary = random.nextInt(4) == 0;
                double usual = 0.02 * Math.exp(0.3 * random.nextGaussian()) * (isCanary ? slower : 1);
                double waits = isStall && isCanary == isOfCanary ? 0.25 * random.nextDouble() : 0;
                evidence.addLatency(isCanary, quarter * 0.25, usual + waits, 1);
            }
            if (quarter % 4 == 3) {
                evidence.errors().add(quarter * 0.25, new Phase(150, 50, 0, 0));
                verdict = judge.judge(evidence, verdict);
                if (verdict instanceof Verdict.Fail) {
                    return quarter / 4 + 1;
                }
            }
        }
        return 0;
    }

    /** Log-normal with sigma 1.5; the 99th percentile is 33 times the median. */
    private static int latencies(Random random) {
        Latencies baseline = new Latencies();
        Latencies canary = new Latencies();
        QuantileTest test = new QuantileTest(0.99, ALPHA, QuantileTest.SHARPEST_AT);
        for (int second = 0; second < 600; second++) {
            for (int i = 0; i < 20; i++) {
                (i == 0 ? canary : baseline).add(0.02 * Math.exp(1.5 * random.nextGaussian()));
            }
            if (test.logE(baseline.counts(), canary.counts(), 0) >= -Math.log(ALPHA)) {
                return second + 1;
            }
        }
        return 0;
    }
}
