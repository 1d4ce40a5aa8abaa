package io.homeostat.deliver.judge;

/**
 * Is the canary slower anywhere in the whole distribution? Weak for tails (two arms of 10,000 need a gap of 0.057): {@link
 * QuantileTest} is for those. Sees a shift of the middle, or a change of spread, that no chosen quantile shows.
 *
 * <p>ε(n, a) = 0.85·sqrt((ln ln(e·n) + 0.8·ln(1612/a)) / n) bounds |F̂ₙ − F| for all x and all n at once: Howard and Ramdas,
 * <i>Sequential estimation of quantiles</i>, Bernoulli 2022 (arXiv 1906.09712), corollary 2.
 */
public final class DistributionBound {

    private DistributionBound() {}

    /** How far the observed distribution of n values may be from the true one. */
    public static double epsilon(double n, double alpha) {
        return 0.85 * Math.sqrt((Math.log(Math.log(Math.E * n)) + 0.8 * Math.log(1612 / alpha)) / n);
    }

    /**
     * The largest gap by which the canary's distribution lies to the right of (is slower than) the baseline's.
     *
     * @param at the latency, in seconds, below which that gap is, on the baseline; 0 when there is none
     * @param gap as a share of requests, 0 to 1
     * @param needed what the gap has to exceed to be believed at this alpha
     */
    public record Gap(double at, double gap, double needed) {
        public boolean isWorse() {
            return gap > needed;
        }
    }

    /**
     * Both must hold at least one value.
     *
     * @param shift cells by which the canary may be slower before it counts
     */
    public static Gap gap(Latencies baseline, Latencies canary, double alpha, int shift) {
        long[] base = baseline.counts();
        long[] other = canary.counts();
        double baseBelow = 0;
        double canaryBelow = 0;
        double widest = 0;
        double at = 0;
        for (int cell = 0; cell < shift; cell++) {
            canaryBelow += other[cell] / (double) canary.size();
        }
        for (int cell = 0; cell + shift < base.length; cell++) {
            baseBelow += base[cell] / (double) baseline.size();
            canaryBelow += other[cell + shift] / (double) canary.size();
            if (baseBelow - canaryBelow > widest) {
                widest = baseBelow - canaryBelow;
                at = Latencies.upperEnd(cell);
            }
        }
        return new Gap(at, widest, needed(baseline, canary, alpha));
    }

    private static double needed(Latencies baseline, Latencies canary, double alpha) {
        return epsilon((double) baseline.size(), alpha / 2) + epsilon((double) canary.size(), alpha / 2);
    }
}
