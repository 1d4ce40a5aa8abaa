package io.homeostat.deliver.judge;

import java.util.Arrays;

/**
 * How long requests took, as exact counts in cells that grow by two percent each, from a microsecond to a quarter of an hour. 8 KiB
 * however many requests; two of them can be added.
 *
 * <p>Because cells grow by a constant factor, "canary against baseline times 1.2" is a shift by a number of cells. Not
 * thread-safe.
 */
public final class Latencies {

    static final double GROWTH = 1.02;
    static final int CELLS = 1042;

    private static final double LEAST = 1e-6;
    private static final double LOG_GROWTH = Math.log(GROWTH);

    private final long[] counts = new long[CELLS];
    private long size;

    /** @param seconds below a microsecond and above a quarter of an hour fall into the outermost cells */
    public void add(double seconds) {
        add(seconds, 1);
    }

    public void add(double seconds, long times) {
        counts[cell(seconds)] += times;
        size += times;
    }

    public void add(Latencies other) {
        for (int i = 0; i < CELLS; i++) {
            counts[i] += other.counts[i];
        }
        size += other.size;
    }

    /** The same values, each less by so many seconds. */
    Latencies less(double seconds) {
        Latencies less = new Latencies();
        for (int i = 0; i < CELLS; i++) {
            less.counts[seconds == 0 ? i : cell(upperEnd(i) - seconds)] += counts[i];
        }
        less.size = size;
        return less;
    }

    public long size() {
        return size;
    }

    /** Upper end, in seconds, of the cell that holds the quantile; at most two percent above it. 0 when empty. */
    public double quantile(double p) {
        if (size == 0) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(p * size));
        long below = 0;
        int cell = -1;
        while (below < rank) {
            below += counts[++cell];
        }
        return upperEnd(cell);
    }

    /** How many took longer; those of the same cell did not. */
    long above(double seconds) {
        long above = 0;
        for (int cell = cell(seconds) + 1; cell < CELLS; cell++) {
            above += counts[cell];
        }
        return above;
    }

    /** In seconds. */
    static double upperEnd(int cell) {
        return LEAST * Math.pow(GROWTH, cell);
    }

    long[] counts() {
        return Arrays.copyOf(counts, CELLS);
    }

    /** The ratio that a shift by so many cells means. */
    static double ratio(int shift) {
        return Math.pow(GROWTH, shift);
    }

    /** The smallest shift that means at least this ratio. */
    static int shift(double ratio) {
        return (int) Math.ceil(Math.log(ratio) / LOG_GROWTH - 1e-9);
    }

    private static int cell(double seconds) {
        return seconds <= LEAST ? 0 : Math.min(CELLS - 1, (int) Math.ceil(Math.log(seconds / LEAST) / LOG_GROWTH));
    }
}
