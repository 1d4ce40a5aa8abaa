package io.homeostat.deliver.judge;

/**
 * Which version had more slow requests than its share, window by window. {@link QuantileTest} and {@link DistributionBound} take
 * requests as independent, but whatever stalls a machine makes a hundred of them slow at once, on whichever version they happen
 * to be. Here all slow requests of one window together weigh at most one, as failed ones do in {@link CountEvidence}, so a stall
 * is one event.
 *
 * <p>Slow is what is above a quantile of the baseline's earlier windows; for the canary, above that times its margin and by what
 * is acceptable. Any bound that is known before the window will do: if the canary is no slower than the margin allows, then no
 * more than its share of the slow requests falls on it, and {@link RatioTest} holds. Not thread-safe.
 */
final class SlowRequests {

    /** Requests of the baseline before anything is called slow. */
    static final int FEWEST = 100;

    private final double quantile;
    private final double margin;
    private final double acceptable;
    private final double window;
    private final Latencies earlier = new Latencies();
    private final CountEvidence counts;
    private Latencies baseline = new Latencies();
    private Latencies canary = new Latencies();
    private long number = Long.MIN_VALUE;

    /**
     * @param quantile of the baseline from which on a request is slow, between 0 and 1
     * @param window in seconds, above 0
     */
    SlowRequests(double quantile, Policy policy, double window) {
        this.quantile = quantile;
        this.margin = policy.latencyMargin();
        this.acceptable = policy.latencyAcceptable();
        this.window = window;
        this.counts = new CountEvidence(window);
    }

    /** @param at seconds since any fixed moment */
    void add(boolean isCanary, double at, double seconds, long times) {
        long now = (long) Math.floor(at / window);
        if (now != number) {
            endWindow();
            number = now;
        }
        (isCanary ? canary : baseline).add(seconds, times);
    }

    /** What comes next belongs to another stall, wherever the window is. */
    void endWindow() {
        if (earlier.size() >= FEWEST) {
            double slow = earlier.quantile(quantile);
            counts.add(
                    0,
                    new Phase(
                            baseline.size(),
                            canary.size(),
                            baseline.above(slow),
                            canary.above(slow * margin + acceptable)));
            counts.endWindow();
        }
        earlier.add(baseline);
        baseline = new Latencies();
        canary = new Latencies();
        number = Long.MIN_VALUE;
    }

    /** ln E against "no more than its share of the slow requests falls on the canary". */
    double logE() {
        return RatioTest.logE(counts.phases(), 1);
    }
}
