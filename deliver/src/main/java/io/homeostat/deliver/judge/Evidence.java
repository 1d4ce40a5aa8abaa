package io.homeostat.deliver.judge;

/**
 * Everything the judge is shown about one rollout. Grows no further than some 40 KiB, however long it runs. Not thread-safe.
 */
public final class Evidence {

    private final CountEvidence errors;
    private final CountEvidence crashes;
    private final Latencies baseline = new Latencies();
    private final Latencies canary = new Latencies();

    /** @param burstWindow in seconds: all errors of one such window weigh at most one; 0: every error counts by itself */
    public Evidence(double burstWindow) {
        errors = new CountEvidence(burstWindow);
        crashes = new CountEvidence(0);
    }

    /** Failed requests; the exposure is all requests. */
    public CountEvidence errors() {
        return errors;
    }

    /** Instances that died; the exposure is the seconds that instances ran. */
    public CountEvidence crashes() {
        return crashes;
    }

    public Latencies baselineLatencies() {
        return baseline;
    }

    public Latencies canaryLatencies() {
        return canary;
    }

    /** Nothing more will come. */
    public void close() {
        errors.close();
        crashes.close();
    }
}
