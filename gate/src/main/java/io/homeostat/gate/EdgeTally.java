package io.homeostat.gate;

import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is counted of one edge, by version of the callee. */
final class EdgeTally {

    private final Edge edge;
    private final Map<String, VersionTally> versions = new ConcurrentHashMap<>();

    EdgeTally(Edge edge) {
        this.edge = edge;
    }

    /** @param version empty for what reached no backend */
    VersionTally of(String version) {
        VersionTally known = versions.get(version);
        return known == null ? versions.computeIfAbsent(version, first -> new VersionTally()) : known;
    }

    /** Forgets versions that nothing has any more, when there are too many to keep. */
    void keep(List<String> current, int most) {
        if (versions.size() > most) {
            versions.entrySet()
                    .removeIf(version -> !version.getKey().isEmpty()
                            && !current.contains(version.getKey())
                            && !version.getValue().isOpen());
        }
    }

    void read(List<EdgeCounters> into) {
        versions.forEach((version, tally) -> into.add(tally.read(edge, version)));
    }
}
