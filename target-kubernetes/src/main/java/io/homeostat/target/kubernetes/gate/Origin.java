package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * The Service behind a gate.
 *
 * @param uid of this Service, which the Secret of its gate goes with
 * @param service the one in front of which the gate stands
 */
record Origin(ObjectKey service, String uid, Node.Mapping spec) {

    /** Null for one that is about to go: its gate keeps what it has until it ends. */
    static @Nullable Origin read(Node.Mapping object) {
        Node.Mapping metadata = object.mapping("metadata");
        return metadata.text("deletionTimestamp") != null
                ? null
                : new Origin(
                        new ObjectKey(
                                "",
                                "Service",
                                metadata.text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                                metadata.mapping("labels").text(GatedService.ORIGIN, "")),
                        metadata.text("uid", ""),
                        object.mapping("spec"));
    }

    String namespace() {
        return service.namespace();
    }

    /** Of its Deployment and its Secret. */
    String gate() {
        return service.name() + "-gate";
    }

    String name() {
        return service.name() + "-origin";
    }

    /** Any of its addresses, with the port in the form {@code HOST:PORT}; empty while it has none. */
    String address(int port) {
        String host = spec.text("clusterIP", "");
        return host.isEmpty() || host.equals("None") ? "" : host + ":" + port;
    }
}
