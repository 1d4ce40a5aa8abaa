package io.homeostat.deliver.simulation;

import io.homeostat.deliver.judge.Phase;
import java.util.random.RandomGenerator;

/**
 * Simulated users, one second at a time, from a seed.
 *
 * @param rate requests a second, both arms together
 * @param baseErrors share of the baseline's requests that fail
 * @param ratio how many times as often they fail on the canary
 */
public record Traffic(double rate, double baseErrors, double ratio) {

    /** What one second brings with this share of the traffic on the canary. */
    public Phase second(double share, RandomGenerator random) {
        double canary = poisson(rate * share, random);
        double baseline = poisson(rate * (1 - share), random);
        return new Phase(
                baseline,
                canary,
                Math.min(baseline, poisson(baseline * baseErrors, random)),
                Math.min(canary, poisson(canary * baseErrors * ratio, random)));
    }

    /** The same, but each failure is one of a client that tries again and again: bursts of about {@code size} on one arm. */
    public Phase bursts(double share, double size, RandomGenerator random) {
        Phase calm = second(share, random);
        return new Phase(
                calm.baselineExposure(),
                calm.canaryExposure(),
                burst(calm.baselineExposure(), baseErrors, size, random),
                burst(calm.canaryExposure(), baseErrors * ratio, size, random));
    }

    private static double burst(double requests, double errorRate, double size, RandomGenerator random) {
        double begun = poisson(requests * errorRate / size, random);
        double errors = 0;
        for (int i = 0; i < begun; i++) {
            errors += 1 + poisson(size - 1, random);
        }
        return Math.min(requests, errors);
    }

    static double poisson(double mean, RandomGenerator random) {
        if (mean > 50) {
            return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
