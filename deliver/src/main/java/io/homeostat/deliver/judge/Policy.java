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
 * @param latencyAcceptable in seconds: latencies that are higher by less than this are no worse; from 0 on
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
        double latencyAcceptable,
        int fewestRequests) {

    public static final Policy DEFAULT = new Policy(0.01, 1, 1.5, 0.001, 0.99, 1.1, 1.5, 0, 100);

    public Policy withAlpha(double value) {
        return new Policy(
                value,
                margin,
                tolerance,
                acceptableRate,
                quantile,
                latencyMargin,
                latencyTolerance,
                latencyAcceptable,
                fewestRequests);
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
                latencyAcceptable,
                fewestRequests);
    }

    public Policy withAcceptableRate(double value) {
        return new Policy(
                alpha,
                margin,
                tolerance,
                value,
                quantile,
                latencyMargin,
                latencyTolerance,
                latencyAcceptable,
                fewestRequests);
    }

    public Policy withLatency(double newQuantile, double newMargin, double newTolerance, double newAcceptable) {
        return new Policy(
                alpha,
                margin,
                tolerance,
                acceptableRate,
                newQuantile,
                newMargin,
                newTolerance,
                newAcceptable,
                fewestRequests);
    }
}
