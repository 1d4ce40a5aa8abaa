package io.homeostat.agent;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import io.homeostat.signal.source.Calls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the gates have counted, as objectives read it: services and callers by their names. */
final class GateCalls implements Calls {

    private final Counted gates;

    GateCalls(Counted gates) {
        this.gates = gates;
    }

    @Override
    public List<Edge> read() throws IOException {
        List<Counters> counted = gates.read();
        if (counted.isEmpty()) {
            throw new IOException("no gate runs here, so nobody counts the calls between services");
        }
        return counted.stream().flatMap(each -> edges(each).stream()).toList();
    }

    static List<Edge> edges(Counters counters) {
        List<Edge> edges = new ArrayList<>();
        for (EdgeCounters counted : counters.edges()) {
            edges.add(edge(counters.run(), counted));
        }
        return edges;
    }

    private static Edge edge(String run, EdgeCounters counted) {
        long failed = 0;
        Latencies latencies = Latencies.NONE;
        for (Map.Entry<Outcome, Ended> ended : counted.outcomes().entrySet()) {
            failed += ended.getKey().isFailure() ? ended.getValue().count() : 0;
            latencies = ended.getKey().isEnd() ? latencies.plus(ended.getValue().latencies()) : latencies;
        }
        List<Duration> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        latencies.buckets().forEach((bucket, count) -> {
            bounds.add(Duration.ofNanos(Math.multiplyExact(last(bucket), 1_000L)));
            counts.add(count);
        });
        counts.add(0L);
        return new Edge(
                name(counted.edge().caller()),
                name(counted.edge().callee()),
                counted.version(),
                run,
                counted.requests(),
                failed,
                bounds,
                counts,
                counted.open());
    }

    /** The longest latency in a bucket, in microseconds; the last has no end that anything could be compared with. */
    private static long last(int bucket) {
        return Math.min(LatencyBuckets.until(bucket) - 1, Long.MAX_VALUE / 1_000);
    }

    /** {@code web} for {@code Service/web}, {@code shop/web} for {@code shop/Service/web}. */
    private static String name(String key) {
        String[] parts = key.split("/", -1);
        return parts.length == 3 ? parts[0] + "/" + parts[2] : parts[parts.length - 1];
    }
}
