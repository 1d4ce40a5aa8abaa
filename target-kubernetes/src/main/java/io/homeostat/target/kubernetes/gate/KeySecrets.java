package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Secrets with keys in them, in the cluster. An agent that takes over finds them there. */
final class KeySecrets {

    private final ApiServer server;

    KeySecrets(ApiServer server) {
        this.server = server;
    }

    /** What a Secret holds, decoded; empty when there is none. Not for any output. */
    Map<String, String> read(String namespace, String name) throws IOException {
        Map<String, String> values = new TreeMap<>();
        try {
            Node.Mapping secret = server.call(Request.get(path(namespace) + "/" + name));
            secret.mapping("data").fields().forEach((key, field) -> {
                String encoded = field.value() instanceof Node.Hidden hidden
                        ? hidden.reveal()
                        : field.value().toString();
                values.put(key, new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
            });
        } catch (ApiFailure failure) {
            if (!failure.isMissing()) {
                throw failure;
            }
        }
        return values;
    }

    /** Writes all of it, whoever wrote it before. */
    void write(String namespace, String name, Node.Mapping metadata, Map<String, String> values) throws IOException {
        Node.Mapping data = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> each : values.entrySet()) {
            String encoded = Base64.getEncoder().encodeToString(each.getValue().getBytes(StandardCharsets.UTF_8));
            data = data.with(each.getKey(), new Node.Hidden(encoded, Position.NONE));
        }
        server.call(Request.apply(
                path(namespace) + "/" + name + "?fieldManager=homeostat-gates&force=true",
                Node.Mapping.EMPTY
                        .with("apiVersion", "v1")
                        .with("kind", "Secret")
                        .with("metadata", metadata.with("name", name).with("namespace", namespace))
                        .with("type", "Opaque")
                        .with("data", data)));
    }

    private static String path(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    /** The pairs that stand in a Secret as {@code 0.crt}, {@code 0.key}, {@code 1.crt} and so on. */
    static List<Keys.Pair> pairs(Map<String, String> values) throws IOException {
        List<Keys.Pair> pairs = new ArrayList<>();
        for (int i = 0; values.containsKey(i + ".crt"); i++) {
            pairs.add(Keys.read(values.getOrDefault(i + ".crt", ""), values.getOrDefault(i + ".key", "")));
        }
        return pairs;
    }

    static Map<String, String> values(List<Keys.Pair> pairs) {
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < pairs.size(); i++) {
            values.put(i + ".crt", pairs.get(i).certificate());
            values.put(i + ".key", pairs.get(i).key());
        }
        return values;
    }
}
