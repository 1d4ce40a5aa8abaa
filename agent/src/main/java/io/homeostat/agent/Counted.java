package io.homeostat.agent;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What all gates of an environment have counted: one of a machine, any number in a cluster. Each counts by itself, and begins at
 * zero when it starts.
 */
interface Counted {

    /**
     * Of each gate; empty where there is none.
     *
     * @throws IOException when one that is there cannot be asked
     */
    List<Counters> read() throws IOException;

    /** As if one gate had counted it all. */
    static Counters together(List<Counters> gates) {
        if (gates.size() == 1) {
            return gates.getFirst();
        }
        record Key(Edge edge, String version) {}
        Map<Key, EdgeCounters> sums = new LinkedHashMap<>();
        Set<String> runs = new TreeSet<>();
        Instant since = null;
        for (Counters gate : gates) {
            runs.add(gate.run());
            since = since == null || gate.since().isBefore(since) ? gate.since() : since;
            gate.edges().forEach(edge -> sums.merge(new Key(edge.edge(), edge.version()), edge, EdgeCounters::plus));
        }
        return new Counters(String.join("+", runs), since == null ? Instant.EPOCH : since, List.copyOf(sums.values()));
    }

    /** The same by callee alone, whoever called and whichever version answered; copies of requests are nobody's calls. */
    static List<Counters> byCallee(List<Counters> gates) {
        List<Counters> all = new ArrayList<>();
        for (Counters gate : gates) {
            Map<String, EdgeCounters> sums = new LinkedHashMap<>();
            for (EdgeCounters edge : gate.edges()) {
                if (!edge.edge().caller().equals(Edge.MIRROR)) {
                    String callee = edge.edge().callee();
                    EdgeCounters any = new EdgeCounters(
                            new Edge("", callee, ""),
                            "",
                            edge.bytesIn(),
                            edge.bytesOut(),
                            edge.open(),
                            edge.outcomes());
                    sums.merge(callee, any, EdgeCounters::plus);
                }
            }
            all.add(new Counters(gate.run(), gate.since(), List.copyOf(sums.values())));
        }
        return all;
    }

    /** Of those gates that are in both readings, by which alone it can be told what went on between them. */
    static List<Counters> common(List<Counters> of, List<Counters> and) {
        Set<String> runs = new HashSet<>();
        and.forEach(gate -> runs.add(gate.run()));
        List<Counters> common = new ArrayList<>(of);
        common.removeIf(gate -> !runs.contains(gate.run()));
        return common;
    }
}
