package io.homeostat.gate;

import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one edge and one version. Counted by all event loops at once; a histogram takes 7 KiB once it is needed. */
final class VersionTally {

    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final Map<Outcome, Ending> ended = new ConcurrentHashMap<>();

    private static final class Ending {
        private final LongAdder micros = new LongAdder();
        private final AtomicLongArray buckets = new AtomicLongArray(LatencyBuckets.COUNT);
    }

    void began() {
        open.incrementAndGet();
    }

    void over() {
        open.decrementAndGet();
    }

    void received(long bytes) {
        bytesIn.add(bytes);
    }

    void sent(long bytes) {
        bytesOut.add(bytes);
    }

    /** @param nanos latency */
    void ended(Outcome outcome, long nanos) {
        Ending known = ended.get(outcome);
        Ending ending = known == null ? ended.computeIfAbsent(outcome, first -> new Ending()) : known;
        long micros = nanos / 1_000;
        ending.micros.add(micros);
        ending.buckets.getAndIncrement(LatencyBuckets.of(micros));
    }

    boolean isOpen() {
        return open.get() > 0;
    }

    EdgeCounters read(Edge edge, String version) {
        Map<Outcome, Ended> outcomes = new EnumMap<>(Outcome.class);
        ended.forEach((outcome, ending) -> outcomes.put(outcome, read(ending)));
        return new EdgeCounters(edge, version, bytesIn.sum(), bytesOut.sum(), open.get(), outcomes);
    }

    /** The count is that of the buckets, so that the two always agree. */
    private static Ended read(Ending ending) {
        long micros = ending.micros.sum();
        long count = 0;
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        for (int i = 0; i < LatencyBuckets.COUNT; i++) {
            long in = ending.buckets.get(i);
            if (in > 0) {
                count += in;
                buckets.put(i, in);
            }
        }
        return new Ended(count, micros, new Latencies(buckets));
    }
}
