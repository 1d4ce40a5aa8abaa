package io.homeostat.deliver.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.homeostat.deliver.simulation.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How surely and how soon a worse canary is found: 200 requests a second, one in a thousand fails, 5/10/25/50 % for five minutes
 * each, one look a second, alpha 1 %. {@code -Dtrials=1000} is the full count.
 */
class PowerTest {

    private static final int TRIALS = Integer.getInteger("trials", 100);
    private static final long SEED = Long.getLong("seed", 20261121);
    private static final double[] STEPS = {0.05, 0.10, 0.25, 0.50};

    @ParameterizedTest
    @CsvSource({"10, 1.0, 45", "5, 1.0, 146", "2, 0.94, 771"})
    void foundAsOftenAndAsSoonAsPublished(double ratio, double found, int median) {
        int[] seconds = new int[TRIALS];
        for (int trial = 0; trial < TRIALS; trial++) {
            seconds[trial] = foundAt(new Traffic(200, 0.001, ratio), new Random(SEED + trial));
        }
        Arrays.sort(seconds);
        long hits = Arrays.stream(seconds).filter(at -> at < Integer.MAX_VALUE).count();
        System.out.printf(
                "%.0f×: %d of %d found, median %d s, seed %d%n", ratio, hits, TRIALS, seconds[TRIALS / 2], SEED);

        // three standard deviations of the count for the shorter run, 15 % for the median's spread
        assertThat(hits / (double) TRIALS).isGreaterThanOrEqualTo(found - 3 * Math.sqrt(found * (1 - found) / TRIALS));
        assertThat((double) seconds[TRIALS / 2]).isLessThanOrEqualTo(median * 1.15);
    }

    private static int foundAt(Traffic traffic, Random random) {
        CountEvidence evidence = new CountEvidence(0);
        for (int second = 0; second < 1200; second++) {
            evidence.add(second, traffic.second(STEPS[second / 300], random));
            if (RatioTest.logE(evidence.phases(), 1) >= -Math.log(Judge.partOfErrors(0.01))) {
                return second + 1;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** The order in which what was seen arrives within a block changes nothing, and between blocks next to nothing. */
    @Test
    void theOrderOfArrivalDoesNotMatter() {
        Random random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            CountEvidence one = new CountEvidence(0);
            CountEvidence other = new CountEvidence(0);
            List<Phase> seen = new ArrayList<>();
            Traffic traffic = new Traffic(500, 0.01, 1 + 3 * random.nextDouble());
            for (int second = 0; second < 60; second++) {
                seen.add(traffic.second(0.2, random));
            }
            seen.forEach(each -> one.add(0, each));
            Collections.shuffle(seen, random);
            seen.forEach(each -> other.add(0, each));

            assertThat(RatioTest.logE(other.phases(), 1))
                    .as("seed " + SEED + ", round " + round)
                    .isCloseTo(
                            RatioTest.logE(one.phases(), 1),
                            offset(1e-9 + 0.01 * Math.abs(RatioTest.logE(one.phases(), 1))));
        }
    }
}
