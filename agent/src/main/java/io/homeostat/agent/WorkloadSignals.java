package io.homeostat.agent;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What conditions see as {@code workload}. Pure. */
final class WorkloadSignals {

    static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet");

    private WorkloadSignals() {}

    /**
     * Each by {@code NAMESPACE/NAME}, and by its name alone where that says which: when only one has it, or only one in these
     * namespaces.
     */
    static Node.Mapping of(Collection<Live> lives, Set<String> namespaces) {
        Node.Mapping workloads = Node.Mapping.EMPTY;
        Map<String, List<Live>> byName = new TreeMap<>();
        for (Live live : lives) {
            if (WORKLOADS.contains(live.key().kind())) {
                byName.computeIfAbsent(live.key().name(), first -> new ArrayList<>())
                        .add(live);
                workloads =
                        workloads.with(live.key().namespace() + "/" + live.key().name(), seen(live));
            }
        }
        for (Map.Entry<String, List<Live>> each : byName.entrySet()) {
            List<Live> near = each.getValue().stream()
                    .filter(live -> namespaces.contains(live.key().namespace()))
                    .toList();
            List<Live> meant = near.isEmpty() ? each.getValue() : near;
            if (meant.size() == 1) {
                workloads = workloads.with(each.getKey(), seen(meant.getFirst()));
            }
        }
        return workloads;
    }

    private static Node.Mapping seen(Live live) {
        return Node.Mapping.EMPTY
                .with("ready", live.status().integer("readyReplicas", 0))
                .with("wanted", live.content().mapping("spec").integer("replicas", 1));
    }
}
