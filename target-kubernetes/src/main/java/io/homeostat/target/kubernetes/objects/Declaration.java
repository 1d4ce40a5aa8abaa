package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A document as it is applied. Nothing is added that a person would have to know of: what an API server would not store is taken
 * out, and what it needs to tell the elements of a list apart is put in (old ones do not fill it in before they look).
 */
public final class Declaration {

    private static final Node TCP = Node.Text.of("TCP");

    /** Where in a pod's specification containers stand. */
    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    private static final Set<String> WORKLOADS = Set.of(
            "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "PodTemplate");

    private Declaration() {}

    /** Completing a completed document changes nothing. */
    public static Node.Mapping of(String kind, Node.Mapping document) {
        Node.Mapping filled = withoutNulls(document).without("status");
        filled = filled.with("metadata", filled.mapping("metadata").without("creationTimestamp"));
        if (kind.equals("Secret")) {
            return encoded(filled);
        }
        if (kind.equals("Service")) {
            return ports(filled, "spec", "port");
        }
        if (kind.equals("Pod")) {
            return within(filled, "spec", Declaration::pod);
        }
        if (kind.equals("CronJob")) {
            return within(
                    filled,
                    "spec",
                    spec -> within(spec, "jobTemplate", job -> within(job, "spec", Declaration::template)));
        }
        return WORKLOADS.contains(kind) ? within(filled, "spec", Declaration::template) : filled;
    }

    private interface Change {
        Node.Mapping of(Node.Mapping mapping);
    }

    private static Node.Mapping within(Node.Mapping in, String key, Change change) {
        return in.get(key) instanceof Node.Mapping below ? replaced(in, key, change.of(below)) : in;
    }

    private static Node.Mapping template(Node.Mapping spec) {
        return within(spec, "template", template -> within(template, "spec", Declaration::pod));
    }

    private static Node.Mapping pod(Node.Mapping spec) {
        Node.Mapping filled = spec;
        for (String list : CONTAINERS) {
            if (filled.get(list) instanceof Node.Sequence containers) {
                List<Node> changed = new ArrayList<>();
                for (Node container : containers.elements()) {
                    changed.add(
                            container instanceof Node.Mapping mapping
                                    ? protocols(mapping, "containerPort")
                                    : container);
                }
                filled = replaced(filled, list, new Node.Sequence(changed, containers.at()));
            }
        }
        return filled;
    }

    private static Node.Mapping ports(Node.Mapping document, String key, String port) {
        return within(document, key, spec -> protocols(spec, port));
    }

    private static Node.Mapping protocols(Node.Mapping holder, String port) {
        if (!(holder.get("ports") instanceof Node.Sequence ports)) {
            return holder;
        }
        List<Node> changed = new ArrayList<>();
        for (Node each : ports.elements()) {
            changed.add(
                    each instanceof Node.Mapping mapping && mapping.get(port) != null && mapping.get("protocol") == null
                            ? mapping.with("protocol", TCP)
                            : each);
        }
        return replaced(holder, "ports", new Node.Sequence(changed, ports.at()));
    }

    /** {@code stringData} is never stored: its values stand in {@code data}, encoded. */
    private static Node.Mapping encoded(Node.Mapping secret) {
        if (!(secret.get("stringData") instanceof Node.Mapping plain)) {
            return secret;
        }
        Map<String, Node.Field> data =
                new LinkedHashMap<>(secret.mapping("data").fields());
        plain.fields().forEach((name, field) -> {
            if (field.value() instanceof Node.Hidden hidden) {
                String value =
                        Base64.getEncoder().encodeToString(hidden.reveal().getBytes(StandardCharsets.UTF_8));
                data.put(name, new Node.Field(field.keyAt(), new Node.Hidden(value, hidden.at())));
            }
        });
        return replaced(secret.without("stringData"), "data", new Node.Mapping(data, plain.at()));
    }

    private static Node.Mapping withoutNulls(Node.Mapping mapping) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        mapping.fields().forEach((name, field) -> {
            if (!(field.value() instanceof Node.Null)) {
                fields.put(name, new Node.Field(field.keyAt(), withoutNulls(field.value())));
            }
        });
        return new Node.Mapping(fields, mapping.at());
    }

    private static Node withoutNulls(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> withoutNulls(mapping);
            case Node.Sequence sequence ->
                new Node.Sequence(
                        sequence.elements().stream()
                                .map(Declaration::withoutNulls)
                                .toList(),
                        sequence.at());
            default -> node;
        };
    }

    /** Like {@link Node.Mapping#with}, but the key's place in the file stays. */
    private static Node.Mapping replaced(Node.Mapping mapping, String key, Node value) {
        Map<String, Node.Field> copy = new LinkedHashMap<>(mapping.fields());
        Node.Field before = copy.get(key);
        copy.put(key, new Node.Field(before == null ? Position.NONE : before.keyAt(), value));
        return new Node.Mapping(copy, mapping.at());
    }
}
