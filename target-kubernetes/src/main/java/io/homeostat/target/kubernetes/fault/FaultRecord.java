package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Digests;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A fault as it stands in the cluster: a ConfigMap that is written before anything is done, changed as long as its holder lives,
 * and deleted when it is undone.
 *
 * @param environment of which, as labels name it
 * @param heartbeat so long it stays without being changed
 * @param lasts so long it stays at most
 * @param beat changes with every sign of life
 * @param isLeft nobody renews it any more: whoever comes first undoes it
 */
record FaultRecord(
        String environment,
        String holder,
        String id,
        Duration heartbeat,
        Duration lasts,
        long beat,
        boolean isLeft,
        List<Undo> undo) {

    /** Label of such ConfigMaps: of which environment. */
    static final String LABEL = "homeostat.io/fault-of";

    FaultRecord next() {
        return new FaultRecord(environment, holder, id, heartbeat, lasts, beat + 1, isLeft, undo);
    }

    FaultRecord left() {
        return new FaultRecord(environment, holder, id, heartbeat, lasts, beat, true, undo);
    }

    /** Names of runs and faults may be longer than a name of an object. */
    String name() {
        return name(environment, holder, id);
    }

    static String name(String environment, String holder, String id) {
        byte[] said = (environment + "/" + holder + "/" + id).getBytes(StandardCharsets.UTF_8);
        return "fault-" + HexFormat.of().formatHex(Digests.sha256().digest(said), 0, 10);
    }

    /** @param version of the object that this replaces; empty for a new one */
    Node.Mapping object(String namespace, String version) {
        Node.Mapping metadata = Node.Mapping.EMPTY
                .with("name", name())
                .with("namespace", namespace)
                .with("labels", Node.Mapping.EMPTY.with(LABEL, environment));
        List<Node> ways = new ArrayList<>();
        undo.forEach(each -> ways.add(each.written()));
        Node.Mapping data = Node.Mapping.EMPTY
                .with("holder", holder)
                .with("id", id)
                .with("heartbeatMillis", Long.toString(heartbeat.toMillis()))
                .with("lastsMillis", Long.toString(lasts.toMillis()))
                .with("beat", Long.toString(beat))
                .with("left", Boolean.toString(isLeft))
                .with("undo", Json.write(new Node.Sequence(ways, Position.NONE)));
        return Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "ConfigMap")
                .with("metadata", version.isEmpty() ? metadata : metadata.with("resourceVersion", version))
                .with("data", data);
    }

    /** @throws IOException when it cannot be understood: then nobody may say that it is undone */
    static FaultRecord of(Node.Mapping object) throws IOException {
        Node.Mapping data = object.mapping("data");
        String name = object.mapping("metadata").text("name", "");
        List<Undo> ways = new ArrayList<>();
        try {
            for (Node each : ((Node.Sequence) Json.read(data.text("undo", "[]"))).elements()) {
                Undo way = each instanceof Node.Mapping mapping ? Undo.of(mapping) : null;
                if (way == null) {
                    throw new IOException(
                            "the way back in the ConfigMap " + name + " is of a newer version of homeostat: " + each);
                }
                ways.add(way);
            }
            return new FaultRecord(
                    object.mapping("metadata").mapping("labels").text(LABEL, ""),
                    data.text("holder", ""),
                    data.text("id", ""),
                    Duration.ofMillis(Long.parseLong(data.text("heartbeatMillis", "0"))),
                    Duration.ofMillis(Long.parseLong(data.text("lastsMillis", "0"))),
                    Long.parseLong(data.text("beat", "0")),
                    Boolean.parseBoolean(data.text("left", "false")),
                    List.copyOf(ways));
        } catch (NumberFormatException | ClassCastException malformed) {
            throw new IOException(
                    "the ConfigMap " + name + " is no record of a fault: " + malformed.getMessage(), malformed);
        }
    }
}
