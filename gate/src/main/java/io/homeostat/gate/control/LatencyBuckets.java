package io.homeostat.gate.control;

/**
 * The buckets of every latency histogram, in microseconds: 64 of one microsecond, then 32 to each doubling, so that a bucket is
 * at most 1/32 (3.2 %) of its values wide. The last begins at some 4.6 hours and has no end.
 *
 * <p>They are the same for all, in every gate, so histograms add up bucket by bucket.
 */
public final class LatencyBuckets {

    private static final int BITS = 5;
    private static final int PER_DOUBLING = 1 << BITS;
    private static final int DOUBLINGS = 28;

    public static final int COUNT = PER_DOUBLING * (DOUBLINGS + 2);

    private LatencyBuckets() {}

    /** @param micros less than 0 counts as 0 */
    public static int of(long micros) {
        if (micros < 2 * PER_DOUBLING) {
            return (int) Math.max(0, micros);
        }
        int shift = 63 - BITS - Long.numberOfLeadingZeros(micros);
        return (int) Math.min(COUNT - 1, ((long) shift << BITS) + (micros >> shift));
    }

    /** The least value of a bucket, in microseconds. */
    public static long from(int bucket) {
        int shift = Math.max(0, (bucket >> BITS) - 1);
        return (long) (bucket - (shift << BITS)) << shift;
    }

    /** The least value above a bucket, in microseconds; {@link Long#MAX_VALUE} for the last. */
    public static long until(int bucket) {
        return bucket + 1 < COUNT ? from(bucket + 1) : Long.MAX_VALUE;
    }
}
