package io.homeostat.agent;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;

/** Where the Services of an application can be reached, so that nobody has to look for it. */
final class ServiceView {

    private ServiceView() {}

    /** {@code [{name, port, address}]}: one for each port that has an address; {@code port} is its name or number. */
    static Node of(List<Live> owned) {
        List<Node> reachable = new ArrayList<>();
        for (Live live : owned) {
            String host = live.status().text("address", "");
            if (!live.key().kind().equals("Service") || host.isEmpty()) {
                continue;
            }
            for (Node each : live.content().mapping("spec").sequence("ports")) {
                if (each instanceof Node.Mapping port) {
                    int number = port.integer("port", 0);
                    reachable.add(Node.Mapping.EMPTY
                            .with("name", live.key().name())
                            .with("port", port.text("name", Integer.toString(number)))
                            .with("address", host + ":" + number));
                }
            }
        }
        return JsonList.of(reachable, each -> each);
    }
}
