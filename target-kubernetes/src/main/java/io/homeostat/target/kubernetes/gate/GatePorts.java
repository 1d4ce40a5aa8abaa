package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * At which port of a gate pod each port of its Service is served. It depends on the Service alone, and no port moves because another
 * one came or went, so that a running gate and its Service never mean different ports. Pure.
 */
final class GatePorts {

    /** Below it are the gate's own ports, and those that only root may open. */
    private static final int FIRST = 10_000;

    private GatePorts() {}

    /**
     * @param name as the Service has it; empty where it has none
     * @param port of the Service
     * @param at port of the gate's pods
     */
    record Place(String name, int port, String appProtocol, int at) {}

    /** @param spec of the Service */
    static List<Place> of(Node.Mapping spec) {
        List<Place> places = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (Node each : spec.sequence("ports")) {
            if (each instanceof Node.Mapping port) {
                int number = port.integer("port", 0);
                int at = number + FIRST <= 65_535 ? number + FIRST : number - FIRST;
                // Two ports 20,000 apart may meet; then the second one goes to the next that is free.
                while (!taken.add(at)) {
                    at = at == 65_535 ? FIRST : at + 1;
                }
                places.add(new Place(port.text("name", ""), number, port.text("appProtocol", ""), at));
            }
        }
        return places;
    }
}
