package io.homeostat.deliver.judge;

/**
 * Is one quantile of the canary's latency, say its p99, above the baseline's?
 *
 * <p>For a fixed x, the number k of N values that lie below x is binomial with p when x is the p-quantile. M(k) is a martingale
 * then, a beta mixture of likelihood ratios; the product of both arms' is one for the quantile they share, whatever it is, so
 * the smallest product over x is an e-value against "they share one". It falls to each side of the arms' own quantiles, so only
 * x between those two need a look. Ties are moved to their own arm's advantage.
 *
 * <p>Howard and Ramdas, <i>Sequential estimation of quantiles with applications to A/B testing and best-arm identification</i>,
 * Bernoulli 2022 (arXiv 1906.09712).
 */
public final class QuantileTest {

    /** Numbers of values per arm at which the test is sharpest. */
    public static final double SHARPEST_AT = 5_000;

    private final double p;
    private final double below;
    private final double above;
    private final double normal;

    /**
     * @param p the quantile, between 0 and 1
     * @param alpha what false alarms may happen; only tunes the mixture
     * @param sharpestAt number of values per arm at which the test should be sharpest
     */
    public QuantileTest(double p, double alpha, double sharpestAt) {
        double variance = p * (1 - p);
        double l = Math.log(1 / alpha);
        double tuned = sharpestAt * variance / (2 * l + Math.log(1 + 2 * l));
        double r = Math.max(tuned - variance, 1e-3 * variance);
        this.p = p;
        this.above = r / p;
        this.below = r / (1 - p);
        this.normal = LogGamma.beta(above, below);
    }

    /**
     * ln E against "the canary's quantile is at most the baseline's times the ratio that the shift means". 0 or less when it
     * looks as if that held.
     *
     * @param baseline how many values fell into each cell, in ascending order of cells
     * @param canary the same cells
     * @param shift cells by which the canary may be higher
     */
    public double logE(long[] baseline, long[] canary, int shift) {
        Arm base = new Arm(baseline);
        Arm other = new Arm(canary);
        int from = base.own();
        int to = other.own() - shift;
        if (base.size == 0 || other.size == 0 || to <= from) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int cell = from; cell <= to; cell++) {
            least = Math.min(least, base.least(cell) + other.least(cell + shift));
        }
        return least;
    }

    /** Bounds of the quantile's ratio, canary to baseline; each holds at every moment with probability 1 − alpha. */
    public Interval ratio(Latencies baseline, Latencies canary, double alpha) {
        long[] base = baseline.counts();
        long[] other = canary.counts();
        int lower = shift(base, other, alpha);
        int upper = shift(other, base, alpha);
        return new Interval(
                lower == -Latencies.CELLS ? 0 : Latencies.ratio(lower),
                upper == -Latencies.CELLS ? Double.POSITIVE_INFINITY : 1 / Latencies.ratio(upper));
    }

    /** The largest shift that is rejected. */
    private int shift(long[] baseline, long[] canary, double alpha) {
        double enough = -Math.log(alpha);
        int low = -Latencies.CELLS;
        int high = Latencies.CELLS;
        while (high - low > 1) {
            int middle = (low + high) >> 1;
            if (logE(baseline, canary, middle) >= enough) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** ln M(k) for N values. Convex in k. */
    private double logM(long belowX, long size) {
        double k = (double) belowX;
        double rest = (double) (size - belowX);
        return LogGamma.beta(above + rest, below + k) - normal - k * Math.log(p) - rest * Math.log1p(-p);
    }

    /** One arm's counts, added up. */
    private final class Arm {
        private final long[] below;
        private final long size;
        private final long best;

        Arm(long[] counts) {
            below = new long[counts.length + 1];
            for (int i = 0; i < counts.length; i++) {
                below[i + 1] = below[i] + counts[i];
            }
            size = below[counts.length];
            best = size == 0 ? 0 : minimiser();
        }

        /** The k at which M is smallest: by bisection on the sign of its slope. */
        private long minimiser() {
            long low = 0;
            long high = size;
            while (low < high) {
                long middle = (low + high) >>> 1;
                if (logM(middle + 1, size) < logM(middle, size)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** The first cell that x may lie in with k at its best. */
        int own() {
            int low = 0;
            int high = below.length - 2;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (below[middle + 1] >= best) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        /** The smallest ln M for an x in this cell; cells outside are empty. */
        double least(int cell) {
            if (cell < 0) {
                return logM(0, size);
            }
            if (cell >= below.length - 1) {
                return logM(size, size);
            }
            return logM(Math.clamp(best, below[cell], below[cell + 1]), size);
        }
    }
}
