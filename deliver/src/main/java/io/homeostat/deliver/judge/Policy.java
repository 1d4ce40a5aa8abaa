package io.homeostat.deliver.judge;

/**
 * What counts as worse, and what as good enough.
 *
 * @param alpha the chance that an equal canary is ever called worse, however often one looks; above 0, below 1
 * @param margin errors and crashes: worse means shown to happen more than this many times as often as on the baseline; from 1 on
 * @param tolerance errors and crashes: good enough means shown to happen less than this many times as often; above margin
 * @param acceptableRate errors: good enough also means shown to happen on less than this share of requests; 0: never enough
 * @param quantile the latency quantile that is compared, between 0 and 1
 * @param latencyMargin worse means that the quantile is shown to be more than this many times the baseline's; from 1 on
 * @param latencyTolerance good enough means that it is shown to be less than this many times the baseline's
 * @param fewestRequests of the canary before it can be good enough
 */
public record Policy(
        double alpha,
        double margin,
        double tolerance,
        double acceptableRate,
        double quantile,
        double latencyMargin,
        double latencyTolerance,
        int fewestRequests) {

    public static final Policy DEFAULT = new Policy(0.01, 1, 1.5, 0.001, 0.99, 1.1, 1.5, 100);

    public Policy withAlpha(double value) {
        return new Policy(
                value, margin, tolerance, acceptableRate, quantile, latencyMargin, latencyTolerance, fewestRequests);
    }

    public Policy withRatios(double newMargin, double newTolerance) {
        return new Policy(
                alpha,
                newMargin,
                newTolerance,
                acceptableRate,
                quantile,
                latencyMargin,
                latencyTolerance,
                fewestRequests);
    }

    public Policy withAcceptableRate(double value) {
        return new Policy(alpha, margin, tolerance, value, quantile, latencyMargin, latencyTolerance, fewestRequests);
    }

    public Policy withLatency(double newQuantile, double newMargin, double newTolerance) {
        return new Policy(
                alpha, margin, tolerance, acceptableRate, newQuantile, newMargin, newTolerance, fewestRequests);
    }
}
