package io.homeostat.deliver.judge;

/**
 * What one metric says, with every number behind it.
 *
 * @param metric {@code errors}, {@code crashes}, {@code p99}, {@code latency} (the whole distribution)
 * @param baselineSeen what was measured on the baseline: requests, or instance seconds
 * @param baselineValue what was seen there: events, or the quantile in seconds
 * @param ratio canary to baseline, each by what was seen; NaN when the baseline shows nothing to divide by. For {@code latency}
 *     the widest gap between the two distributions, 0 to 1
 * @param interval what the ratio can be; each end holds at every moment with probability 1 − alpha
 * @param logE ln of the e-value against "not worse"; the largest so far
 * @param alpha this metric's part; 1/alpha is what the e-value needs when no other metric is worse
 */
public record Finding(
        String metric,
        Decision decision,
        double baselineSeen,
        double baselineValue,
        double canarySeen,
        double canaryValue,
        double ratio,
        Interval interval,
        double logE,
        double alpha) {

    public enum Decision {
        /** Shown to be worse than the margin. */
        WORSE,
        /** Shown to be within the tolerance. */
        GOOD_ENOUGH,
        UNDECIDED,
        /** One arm showed nothing at all. */
        NO_DATA
    }

    /** 0 to 1; min(1, 1/E). */
    public double pValue() {
        return EValues.pValue(logE);
    }

    /** What was seen and what it means, for people: {@code errors: 12 of 240, on the baseline 3 of 4600; 76.7×, …}. */
    public String inWords() {
        boolean counted = metric.equals("errors") || metric.equals("crashes");
        String seen = counted
                ? round(canaryValue) + " of " + round(canarySeen) + ", on the baseline " + round(baselineValue) + " of "
                        + round(baselineSeen)
                : Interval.shown(canaryValue * 1000) + " ms, on the baseline " + Interval.shown(baselineValue * 1000)
                        + " ms";
        String times = Double.isFinite(ratio) && !metric.equals("latency")
                ? "; " + Interval.shown(ratio) + "×, can be " + interval
                : "";
        return metric + ": " + seen + times + "; e-value " + value(logE) + " of " + value(-Math.log(alpha));
    }

    private static String round(double value) {
        return Long.toString(Math.round(value));
    }

    private static String value(double log) {
        return log > 14 ? "1e" + Math.round(log / Math.log(10)) : Interval.shown(Math.exp(log));
    }

    Finding decided(Decision newDecision) {
        return new Finding(
                metric,
                newDecision,
                baselineSeen,
                baselineValue,
                canarySeen,
                canaryValue,
                ratio,
                interval,
                logE,
                alpha);
    }
}
