package io.homeostat.agent;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.Outcome;
import io.homeostat.model.Node;
import io.homeostat.signal.SignalFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rate, errors and duration of every edge and version, between two readings of the gate's counters. Pure. */
final class TopView {

    private TopView() {}

    private record Key(Edge edge, String version) {}

    /** Of several gates; those that are in only one of the readings are left out. */
    static Node.Mapping of(List<Counters> before, List<Counters> after, Duration between) {
        return of(
                Counted.together(Counted.common(before, after)),
                Counted.together(Counted.common(after, before)),
                between);
    }

    /** {@code {seconds, edges: [{caller, callee, version, perSecond, failedShare, p50Millis, p99Millis, open}]}}. */
    static Node.Mapping of(Counters before, Counters after, Duration between) {
        Map<Key, EdgeCounters> earlier = new HashMap<>();
        // Another run of the gate began at zero.
        if (before.run().equals(after.run())) {
            before.edges().forEach(edge -> earlier.put(new Key(edge.edge(), edge.version()), edge));
        }
        double seconds = between.toNanos() / 1e9;
        List<Node> edges = new ArrayList<>();
        for (EdgeCounters now : after.edges()) {
            EdgeCounters then = earlier.get(new Key(now.edge(), now.version()));
            long requests = now.requests() - (then == null ? 0 : then.requests());
            if (requests > 0 || now.open() > 0) {
                edges.add(edge(now, then, requests, seconds));
            }
        }
        return Node.Mapping.EMPTY
                .with("seconds", SignalFacts.number(seconds))
                .with("edges", JsonList.of(edges, each -> each));
    }

    private static Node.Mapping edge(EdgeCounters now, @Nullable EdgeCounters then, long requests, double seconds) {
        long failed = failed(now) - (then == null ? 0 : failed(then));
        Latencies latencies = latencies(now, then);
        Node.Mapping view = Node.Mapping.EMPTY
                .with("caller", now.edge().from())
                .with("callee", now.edge().callee())
                .with("version", now.version())
                .with("perSecond", SignalFacts.number(requests / seconds))
                .with("failedShare", SignalFacts.number(requests == 0 ? Double.NaN : (double) failed / requests))
                .with("open", now.open());
        return latencies.count() == 0
                ? view
                : view.with("p50Millis", millis(latencies, 0.5)).with("p99Millis", millis(latencies, 0.99));
    }

    private static long failed(EdgeCounters edge) {
        return edge.outcomes().entrySet().stream()
                .filter(ended -> ended.getKey().isFailure())
                .mapToLong(ended -> ended.getValue().count())
                .sum();
    }

    private static Latencies latencies(EdgeCounters now, @Nullable EdgeCounters then) {
        Latencies all = Latencies.NONE;
        for (Map.Entry<Outcome, Ended> ended : now.outcomes().entrySet()) {
            if (!ended.getKey().isEnd()) {
                continue;
            }
            Latencies earlier =
                    then == null ? Latencies.NONE : then.ended(ended.getKey()).latencies();
            all = all.plus(ended.getValue().latencies().since(earlier));
        }
        return all;
    }

    private static Node millis(Latencies latencies, double quantile) {
        return SignalFacts.number(latencies.quantile(quantile).toNanos() / 1e6);
    }
}
