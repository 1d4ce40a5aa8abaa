package io.homeostat.gate;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Everything this gate counts. It is bounded: of edges and versions that are configured no more, only so many are kept, since
 * whoever reads the counters now and then wants the last of them too.
 */
final class Tallies {

    private static final int MOST_EDGES = 2_000;
    private static final int MOST_VERSIONS = 20;

    private final String run;
    private final Instant since;
    private final Map<Edge, EdgeTally> edges = new ConcurrentHashMap<>();
    private volatile Supplier<List<EdgeCounters>> before = List::of;

    /** @param run names this life of this process */
    Tallies(String run, Instant since) {
        this.run = run;
        this.since = since;
    }

    /** What was counted elsewhere, under the name of this run, comes on top. */
    void after(Supplier<List<EdgeCounters>> elsewhere) {
        before = elsewhere;
    }

    EdgeTally of(Edge edge) {
        return edges.computeIfAbsent(edge, EdgeTally::new);
    }

    /** Told with each configuration what is in it. */
    void keep(Set<Edge> configured, List<String> versions) {
        if (edges.size() > MOST_EDGES) {
            edges.keySet().removeIf(edge -> !configured.contains(edge));
        }
        edges.values().forEach(edge -> edge.keep(versions, MOST_VERSIONS));
    }

    Counters read() {
        List<EdgeCounters> read = new ArrayList<>();
        edges.values().forEach(edge -> edge.read(read));
        List<EdgeCounters> elsewhere = before.get();
        return new Counters(run, since, elsewhere.isEmpty() ? read : sum(read, elsewhere));
    }

    private static List<EdgeCounters> sum(List<EdgeCounters> some, List<EdgeCounters> others) {
        Map<List<Object>, EdgeCounters> sum = new LinkedHashMap<>();
        some.forEach(one -> sum.put(List.of(one.edge(), one.version()), one));
        others.forEach(other -> sum.merge(List.of(other.edge(), other.version()), other, EdgeCounters::plus));
        return List.copyOf(sum.values());
    }
}
