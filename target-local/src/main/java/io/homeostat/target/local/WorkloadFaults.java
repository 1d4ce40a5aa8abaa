package io.homeostat.target.local;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.local.fault.Overlays;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.Kubelet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Faults of workloads as a whole: fields lie over what was declared, and the controllers do the rest. */
final class WorkloadFaults {

    private final Machine machine;
    private final Overlays overlays;
    private final Map<String, Set<String>> seen = new HashMap<>();

    WorkloadFaults(Machine machine, Overlays overlays) {
        this.machine = machine;
        this.overlays = overlays;
    }

    List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        return machine.loop().call(() -> {
            overlays.keep(holder, faults.stream().map(Fault::id).collect(Collectors.toSet()));
            List<State> states = new ArrayList<>();
            for (Fault fault : faults) {
                states.add(hold(holder, heartbeat, fault));
            }
            if (faults.isEmpty()) {
                seen.remove(holder);
            }
            return states;
        });
    }

    private State hold(String holder, Duration heartbeat, Fault fault) throws IOException {
        if (!(fault.place() instanceof Place.OnWorkload place) || !(fault.effect() instanceof Effect.Scale scale)) {
            throw new IllegalArgumentException(fault + " is none of workloads");
        }
        ObjectKey workload = place.workload();
        if (machine.objects().get(workload) == null) {
            throw new IOException(workload + " is not there, so nothing can be done to it");
        }
        Instant now = machine.clock().instant();
        @Nullable
        Instant ends = overlays.hold(
                holder,
                fault.id(),
                workload,
                Node.Mapping.EMPTY.with("replicas", scale.replicas()),
                fault.lasts(),
                heartbeat,
                now);
        Set<String> observed = seen.computeIfAbsent(holder, first -> new HashSet<>());
        if (ends != null) {
            machine.loop().at(ends, () -> overlays.expire(machine.clock().instant()));
            if (isThere(machine.kubelet().of(workload), scale.replicas())) {
                observed.add(fault.id());
            }
        }
        boolean wasSeen = observed.contains(fault.id());
        return new State(fault.id(), ends != null, wasSeen, wasSeen ? "it had " + scale.replicas() + " instances" : "");
    }

    /** Exactly so many, each of which was seen to run, and none on its way out. */
    private static boolean isThere(List<Kubelet.View> views, int count) {
        return views.size() == count
                && views.stream()
                        .allMatch(view -> !view.state().isDeleting()
                                && view.state().containers().values().stream().anyMatch(ContainerState::seen));
    }

    void release(Set<String> holders) throws IOException {
        machine.loop().call(() -> {
            overlays.release(holders);
            return true;
        });
    }
}
