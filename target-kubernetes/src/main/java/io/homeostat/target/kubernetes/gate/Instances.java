package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** The instances behind a Service, from its Endpoints or EndpointSlices, whichever a cluster serves. Pure. */
final class Instances {

    private Instances() {}

    /**
     * @param objects all Endpoints or EndpointSlices of the Service
     * @param port its name; empty where it has none
     * @param version of a pod, by namespace and name; empty where it is not known
     */
    static List<Backend> of(Collection<Node.Mapping> objects, String port, BiFunction<String, String, String> version) {
        // By address: an endpoint may stand in two slices for a moment while the cluster moves it.
        Map<String, Backend> found = new TreeMap<>();
        for (Node.Mapping object : objects) {
            if (object.get("subsets") != null || object.get("endpoints") == null) {
                ofEndpoints(object, port, version, found);
            } else {
                ofSlice(object, port, version, found);
            }
        }
        return List.copyOf(found.values());
    }

    private static void ofEndpoints(
            Node.Mapping object, String port, BiFunction<String, String, String> version, Map<String, Backend> into) {
        for (Node.Mapping subset : mappings(object.sequence("subsets"))) {
            int number = number(subset, port);
            for (Node.Mapping address : mappings(subset.sequence("addresses"))) {
                add(into, address.text("ip", ""), number, true, address.mapping("targetRef"), version);
            }
            for (Node.Mapping address : mappings(subset.sequence("notReadyAddresses"))) {
                add(into, address.text("ip", ""), number, false, address.mapping("targetRef"), version);
            }
        }
    }

    private static void ofSlice(
            Node.Mapping slice, String port, BiFunction<String, String, String> version, Map<String, Backend> into) {
        int number = number(slice, port);
        for (Node.Mapping endpoint : mappings(slice.sequence("endpoints"))) {
            for (Node address : endpoint.sequence("addresses")) {
                // An unknown readiness counts as ready, as the API says.
                boolean ready = endpoint.mapping("conditions").flag("ready", true);
                add(into, address.toString(), number, ready, endpoint.mapping("targetRef"), version);
            }
        }
    }

    private static int number(Node.Mapping of, String port) {
        for (Node.Mapping each : mappings(of.sequence("ports"))) {
            if (each.text("name", "").equals(port)) {
                return each.integer("port", 0);
            }
        }
        return 0;
    }

    private static void add(
            Map<String, Backend> into,
            String address,
            int port,
            boolean ready,
            Node.Mapping target,
            BiFunction<String, String, String> version) {
        if (!address.isEmpty() && port > 0) {
            String name = target.text("name", address);
            into.merge(
                    address,
                    new Backend(name, address, port, ready, version.apply(target.text("namespace", ""), name)),
                    (one, other) -> one.ready() ? one : other);
        }
    }

    private static List<Node.Mapping> mappings(List<Node> nodes) {
        List<Node.Mapping> mappings = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Mapping mapping) {
                mappings.add(mapping);
            }
        }
        return mappings;
    }
}
