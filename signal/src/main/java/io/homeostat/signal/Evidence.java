package io.homeostat.signal;

/**
 * What speaks for or against an objective over some time, in the units of its budgeting method: events for Occurrences, slices
 * for the two others.
 *
 * @param bad units that were bad; for RatioTimeslices the sum of the bad shares of each slice
 * @param all units that there were data for
 * @param failures events that failed, whatever the units are
 * @param hasData whether anything was measured at all
 */
public record Evidence(double bad, double all, double failures, boolean hasData) {

    public static final Evidence NONE = new Evidence(0, 0, 0, false);

    /** Share that was bad, 0 to 1; not a number when there was nothing. */
    public double badShare() {
        return all > 0 ? Math.min(1, bad / all) : Double.NaN;
    }

    /**
     * How many times as fast as allowed the budget is spent: 1 spends it in exactly its window. Not a number when there was
     * nothing to judge by.
     *
     * @param target share that must be good, below 1
     */
    public double burnRate(double target) {
        return badShare() / (1 - target);
    }
}
