package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** What the pods of a gate are to do. Pure. */
final class Wanted {

    private Wanted() {}

    /**
     * @param generation by which the gate tells newer from older
     * @param endpoints of the origin
     * @param version of a pod, by namespace and name
     * @param carries whether an instance of that name may get traffic, as far as its version goes
     * @param callers who calls from where
     */
    static GateConfig of(
            long generation,
            Origin origin,
            Collection<Node.Mapping> endpoints,
            BiFunction<String, String, String> version,
            Predicate<String> carries,
            Map<String, String> callers) {
        List<Listener> listeners = new ArrayList<>();
        for (GatePorts.Place place : GatePorts.of(origin.spec())) {
            List<Backend> backends = Instances.of(endpoints, place.name(), version).stream()
                    .map(each -> carries.test(each.name()) ? each : each.unready())
                    .toList();
            String address = origin.address(place.port());
            listeners.add(new Listener(
                    origin.service() + ":" + place.port(),
                    address.indexOf(':') == address.lastIndexOf(':') ? "0.0.0.0" : "::",
                    place.at(),
                    new Edge(
                            "",
                            origin.service().toString(),
                            place.name().isEmpty() ? Integer.toString(place.port()) : place.name()),
                    Protocol.ofPort(place.appProtocol(), place.name()),
                    Limits.DEFAULT,
                    Handling.DEFAULT,
                    address,
                    backends));
        }
        return new GateConfig(generation, GateConfig.DEFAULT_DRAIN, "", callers, listeners);
    }
}
