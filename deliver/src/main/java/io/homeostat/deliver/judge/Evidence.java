package io.homeostat.deliver.judge;

import java.util.List;

/**
 * Everything the judge is shown about one rollout. Grows no further than some 120 KiB, however long it runs. Not thread-safe.
 */
public final class Evidence {

    /** Where the whole distribution is looked at for stalls. */
    private static final double[] ELSEWHERE = {0.5, 0.9};

    private final CountEvidence errors;
    private final CountEvidence crashes;
    private final Latencies baseline = new Latencies();
    private final Latencies canary = new Latencies();
    private final List<SlowRequests> slow;

    /**
     * @param burstWindow in seconds: all failed requests of one such window weigh at most one, and all slow ones; 0: every
     *     request counts by itself
     */
    public Evidence(Policy policy, double burstWindow) {
        errors = new CountEvidence(burstWindow);
        crashes = new CountEvidence(0);
        slow = burstWindow == 0
                ? List.of()
                : List.of(
                        new SlowRequests(policy.quantile(), policy, burstWindow),
                        new SlowRequests(ELSEWHERE[0], policy, burstWindow),
                        new SlowRequests(ELSEWHERE[1], policy, burstWindow));
    }

    /** Failed requests; the exposure is all requests. */
    public CountEvidence errors() {
        return errors;
    }

    /** Instances that died; the exposure is the seconds that instances ran. */
    public CountEvidence crashes() {
        return crashes;
    }

    /**
     * Requests that took so long.
     *
     * @param at when, in seconds since any fixed moment
     */
    public void addLatency(boolean isCanary, double at, double seconds, long times) {
        (isCanary ? canary : baseline).add(seconds, times);
        slow.forEach(each -> each.add(isCanary, at, seconds, times));
    }

    Latencies baselineLatencies() {
        return baseline;
    }

    Latencies canaryLatencies() {
        return canary;
    }

    /**
     * ln E against "the canary has no more than its share of the requests above the quantile", however they are bunched;
     * infinite when every request counts by itself.
     */
    double slowAtQuantile() {
        return slow.isEmpty() ? Double.POSITIVE_INFINITY : slow.getFirst().logE();
    }

    /** The same of the rest of the distribution. */
    double slowElsewhere() {
        return slow.isEmpty()
                ? Double.POSITIVE_INFINITY
                : EValues.logMean(new double[] {slow.get(1).logE(), slow.get(2).logE()}, new double[] {0.5, 0.5});
    }

    /** What comes next belongs to another burst, wherever the window is. */
    public void endWindow() {
        errors.endWindow();
        slow.forEach(SlowRequests::endWindow);
    }

    /** Nothing more will come. */
    public void close() {
        errors.close();
        crashes.close();
        slow.forEach(SlowRequests::endWindow);
    }
}
