package io.homeostat.gate;

import io.homeostat.gate.control.Addresses;
import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Listener;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a gate serves that nobody tells any more which instances there are: where there is an address behind which somebody else
 * knows (a cluster's own Service), everything goes there. Versions cannot be told apart then, so weights rest. Pure.
 */
final class Alone {

    private Alone() {}

    static GateConfig of(GateConfig config) {
        return config.with(config.listeners().stream().map(Alone::of).toList());
    }

    private static Listener of(Listener listener) {
        InetSocketAddress origin = Addresses.of(listener.origin()).orElse(null);
        return origin == null
                ? listener
                : listener.with(
                        List.of(new Backend("origin", origin.getAddress().getHostAddress(), origin.getPort(), true)));
    }
}
