package io.homeostat.gate.control;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A histogram of latencies: how many fell into each of {@link LatencyBuckets}; empty buckets are absent. A value.
 *
 * @param buckets counts by number of the bucket
 */
public record Latencies(SortedMap<Integer, Long> buckets) {

    public static final Latencies NONE = new Latencies(new TreeMap<>());

    public Latencies {
        buckets = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
    }

    public long count() {
        return buckets.values().stream().mapToLong(Long::longValue).sum();
    }

    public Latencies plus(Latencies other) {
        SortedMap<Integer, Long> sum = new TreeMap<>(buckets);
        other.buckets.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
        return new Latencies(sum);
    }

    /** What came on top since an earlier reading of the same counters; a bucket that shrank counts as nothing. */
    public Latencies since(Latencies earlier) {
        SortedMap<Integer, Long> rest = new TreeMap<>();
        buckets.forEach((bucket, count) -> {
            long more = count - earlier.buckets.getOrDefault(bucket, 0L);
            if (more > 0) {
                rest.put(bucket, more);
            }
        });
        return new Latencies(rest);
    }

    /** How many took at most this long; those in the bucket that the bound divides count as longer. */
    public long atMost(Duration bound) {
        long micros = bound.toNanos() / 1_000;
        long count = 0;
        for (var bucket : buckets.entrySet()) {
            if (LatencyBuckets.until(bucket.getKey()) - 1 <= micros) {
                count += bucket.getValue();
            }
        }
        return count;
    }

    /**
     * An upper bound of the quantile, at most 3.2 % above it; zero where nothing was counted.
     *
     * @param quantile 0 to 1
     */
    public Duration quantile(double quantile) {
        long rank = Math.max(1, (long) Math.ceil(quantile * count()));
        long seen = 0;
        for (var bucket : buckets.entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                long until = LatencyBuckets.until(bucket.getKey());
                long micros = until == Long.MAX_VALUE ? LatencyBuckets.from(bucket.getKey()) : until;
                return Duration.ofNanos(micros * 1_000);
            }
        }
        return Duration.ZERO;
    }
}
