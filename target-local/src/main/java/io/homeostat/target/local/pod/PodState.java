package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far an instance is; what changes of it.
 *
 * @param ports port of the machine by {@code CONTAINER/CONTAINERPORT}; {@code CONTAINER/0} where a container declares none
 * @param deletingSince it is on its way out; null: it is to stay
 * @param deletingReason why, in words; empty while it is to stay
 */
public record PodState(
        Map<String, Integer> ports,
        @Nullable Instant deletingSince,
        String deletingReason,
        Map<String, ContainerState> containers) {

    public static final PodState NEW = new PodState(Map.of(), null, "", Map.of());

    public PodState {
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
        containers = Collections.unmodifiableMap(new LinkedHashMap<>(containers));
    }

    public ContainerState container(String name) {
        return containers.getOrDefault(name, ContainerState.NEW);
    }

    public boolean isDeleting() {
        return deletingSince != null;
    }

    PodState with(String container, ContainerState state) {
        Map<String, ContainerState> changed = new LinkedHashMap<>(containers);
        changed.put(container, state);
        return new PodState(ports, deletingSince, deletingReason, changed);
    }

    PodState withPorts(Map<String, Integer> changed) {
        return new PodState(changed, deletingSince, deletingReason, containers);
    }

    PodState deleting(Instant now, String reason) {
        return isDeleting() ? this : new PodState(ports, now, reason, containers);
    }

    Node.Mapping asNode() {
        Node.Mapping portNodes = Node.Mapping.EMPTY;
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            portNodes = portNodes.with(port.getKey(), port.getValue());
        }
        Node.Mapping states = Node.Mapping.EMPTY;
        for (Map.Entry<String, ContainerState> state : containers.entrySet()) {
            states = states.with(state.getKey(), state.getValue().asNode());
        }
        Node.Mapping node = Node.Mapping.EMPTY.with("ports", portNodes).with("containers", states);
        return deletingSince == null
                ? node
                : node.with("deletingSince", deletingSince.toString()).with("deletingReason", deletingReason);
    }

    /** @throws RuntimeException when it is not what {@link #asNode} wrote */
    static PodState from(Node.Mapping node) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        Node.Mapping portNodes = node.mapping("ports");
        portNodes.fields().keySet().forEach(name -> ports.put(name, portNodes.integer(name, 0)));
        Map<String, ContainerState> states = new LinkedHashMap<>();
        Node.Mapping stateNodes = node.mapping("containers");
        stateNodes.fields().keySet().forEach(name -> states.put(name, ContainerState.from(stateNodes.mapping(name))));
        String deleting = node.text("deletingSince");
        return new PodState(
                ports, deleting == null ? null : Instant.parse(deleting), node.text("deletingReason", ""), states);
    }
}
