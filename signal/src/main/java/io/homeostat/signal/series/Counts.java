package io.homeostat.signal.series;

/**
 * Events counted: how many there were, and how many of them were good.
 *
 * @param good from 0 to {@code total}
 */
public record Counts(double good, double total) {
    public static final Counts NONE = new Counts(0, 0);

    public double bad() {
        return Math.max(0, total - good);
    }

    public Counts plus(Counts other) {
        return new Counts(good + other.good, total + other.total);
    }

    /** What came after {@code earlier}; never negative. */
    public Counts since(Counts earlier) {
        return new Counts(Math.max(0, good - earlier.good), Math.max(0, total - earlier.total));
    }

    public Counts times(double share) {
        return new Counts(good * share, total * share);
    }
}
