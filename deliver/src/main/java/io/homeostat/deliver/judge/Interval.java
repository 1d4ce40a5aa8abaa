package io.homeostat.deliver.judge;

import java.util.Locale;

/**
 * What a ratio (canary to baseline) can be, given the evidence. 1 is equal; 2 is twice as much on the canary.
 *
 * @param lower from 0 on
 * @param upper {@link Double#POSITIVE_INFINITY} when nothing bounds it yet
 */
public record Interval(double lower, double upper) {

    public static final Interval UNKNOWN = new Interval(0, Double.POSITIVE_INFINITY);

    /**
     * What both allow. Of intervals that hold at every moment the intersection holds too; when they exclude each other, the
     * truth has changed meanwhile, and the newer one counts.
     */
    public Interval and(Interval newer) {
        double low = Math.max(lower, newer.lower);
        double high = Math.min(upper, newer.upper);
        return low <= high ? new Interval(low, high) : newer;
    }

    @Override
    public String toString() {
        return shown(lower) + "–" + (Double.isInfinite(upper) ? "∞" : shown(upper) + "×");
    }

    /** A ratio as people read it: three digits that matter. */
    static String shown(double ratio) {
        if (ratio == 0) {
            return "0";
        }
        int decimals = Math.max(0, 2 - (int) Math.floor(Math.log10(ratio)));
        return String.format(Locale.ROOT, "%." + Math.min(decimals, 6) + "f", ratio);
    }
}
