package io.homeostat.gate;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    /** @param run names this life of this process */
    Tallies(String run, Instant since) {
        this.run = run;
        this.since = since;
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
        return new Counters(run, since, read);
    }
}
