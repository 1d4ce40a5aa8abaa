package io.homeostat.target.kubernetes;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Copies of ConfigMaps and Secrets for the new version of a workload. They belong to the workload, and go with it. */
final class Copies {

    private static final List<String> KINDS = List.of("ConfigMap", "Secret");
    private static final List<String> CONTENTS = List.of("data", "binaryData");

    private final ApiServer server;
    private final String manager;

    /** @param manager under whose name they are written */
    Copies(ApiServer server, String manager) {
        this.server = server;
        this.manager = manager;
    }

    /** What pods see of it. Not for any eyes: a Secret's values are in it as they are. */
    static Map<String, String> contents(Node.Mapping object) {
        Map<String, String> contents = new TreeMap<>();
        boolean isEncoded = object.text("kind", "").equals("Secret");
        for (String field : CONTENTS) {
            object.mapping(field).fields().forEach((key, value) -> {
                String text = value.value() instanceof Node.Hidden hidden
                        ? hidden.reveal()
                        : value.value().toString();
                // As an API server keeps it: lines of base64 in a document are one there.
                contents.put(field + "/" + key, isEncoded ? text.replaceAll("\\s", "") : text);
            });
        }
        return contents;
    }

    /** Whether an object has what is wanted of it; keys that others have written are theirs. Both null: it is gone as it is to be. */
    static boolean isThere(Node.@Nullable Mapping wanted, Node.@Nullable Mapping there) {
        if (wanted == null || there == null) {
            return wanted == null && there == null;
        }
        Map<String, String> ours = contents(wanted);
        Map<String, String> found = contents(there);
        Set<String> owned = owned(there);
        found.keySet().removeIf(key -> !owned.isEmpty() && !owned.contains(key) && !ours.containsKey(key));
        return ours.equals(found);
    }

    private static Set<String> owned(Node.Mapping there) {
        Set<String> owned = new HashSet<>();
        for (Node each : there.mapping("metadata").sequence("managedFields")) {
            if (each instanceof Node.Mapping entry && entry.text("manager", "").equals(Applying.MANAGER)) {
                for (String field : CONTENTS) {
                    entry.mapping("fieldsV1")
                            .mapping("f:" + field)
                            .fields()
                            .keySet()
                            .forEach(key -> owned.add(field + "/" + key.substring("f:".length())));
                }
            }
        }
        return owned;
    }

    /** Null when there is none. */
    Node.@Nullable Mapping find(ObjectKey key) throws IOException {
        try {
            return server.call(Request.get(path(key)));
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return null;
            }
            throw failure;
        }
    }

    /**
     * @param live the Deployment whose new version reads it
     * @param object what it is a copy of, as it is to be
     * @param user as whom; null for ourselves
     */
    void make(Node.Mapping live, String kind, String name, Node.Mapping object, @Nullable String user)
            throws IOException {
        Node.Mapping owner = live.mapping("metadata");
        String namespace = owner.text("namespace", "");
        String workload = owner.text("name", "");
        Node.Mapping reference = Node.Mapping.EMPTY
                .with("apiVersion", "apps/v1")
                .with("kind", "Deployment")
                .with("name", workload)
                .with("uid", owner.text("uid", ""));
        Node.Mapping copy = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", kind)
                .with(
                        "metadata",
                        Node.Mapping.EMPTY
                                .with("name", name)
                                .with("namespace", namespace)
                                .with(
                                        "labels",
                                        Node.Mapping.EMPTY
                                                .with(Annotations.SIDE, Side.CANARY.label())
                                                .with(Annotations.BESIDE, workload))
                                .with("ownerReferences", new Node.Sequence(List.of(reference), Position.NONE)));
        for (String field : List.of("type", "data", "binaryData")) {
            Node value = object.get(field);
            copy = value == null ? copy : copy.with(field, value);
        }
        String path = path(new ObjectKey("", kind, namespace, name));
        server.call(Request.apply(path + "?force=true&fieldManager=" + manager, copy)
                .as(user));
    }

    /** @param but by their names */
    void deleteAll(ObjectKey workload, Set<String> but, @Nullable String user) throws IOException {
        for (String kind : KINDS) {
            String selector =
                    Annotations.SIDE + "%3D" + Side.CANARY.label() + "," + Annotations.BESIDE + "%3D" + workload.name();
            Node.Mapping list;
            try {
                list = server.call(Request.get(collection(kind, workload.namespace()) + "?labelSelector=" + selector));
            } catch (ApiFailure failure) {
                if (failure.code() == 403) {
                    continue; // whose kind we may not read, of that we made none
                }
                throw failure;
            }
            List<String> names = new ArrayList<>();
            for (Node each : list.sequence("items")) {
                if (each instanceof Node.Mapping one) {
                    names.add(one.mapping("metadata").text("name", ""));
                }
            }
            names.removeAll(but);
            for (String name : names) {
                delete(new ObjectKey("", kind, workload.namespace(), name), user);
            }
        }
    }

    private void delete(ObjectKey key, @Nullable String user) throws IOException {
        try {
            server.call(Request.delete(path(key), Node.Mapping.EMPTY).as(user));
        } catch (ApiFailure failure) {
            if (!failure.isMissing()) {
                throw failure;
            }
        }
    }

    private static String collection(String kind, String namespace) {
        return "/api/v1/namespaces/" + namespace + "/" + (kind.equals("Secret") ? "secrets" : "configmaps");
    }

    private static String path(ObjectKey key) {
        return collection(key.kind(), key.namespace()) + "/" + key.name();
    }
}
