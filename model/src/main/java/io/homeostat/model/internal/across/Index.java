package io.homeostat.model.internal.across;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.internal.kube.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All documents, found by name and, where they make pods, by the labels of those. */
final class Index {
    private final Map<ObjectKey, Document> byKey = new HashMap<>();
    private final List<Workload> workloads = new ArrayList<>();
    private final Map<Label, List<Workload>> byLabel = new HashMap<>();

    private record Label(String namespace, String key, Node value) {}

    /** @param pod the pod's own part: {@code metadata} and {@code spec} */
    record Workload(Document document, Node.Mapping pod) {
        Node.Mapping labels() {
            return pod.mapping("metadata").mapping("labels");
        }

        Node.Mapping spec() {
            return pod.mapping("spec");
        }
    }

    Index(List<Document> documents) {
        for (Document document : documents) {
            byKey.putIfAbsent(document.key(), document);
            Node.Mapping pod = pod(document);
            if (pod != null) {
                Workload workload = new Workload(document, pod);
                workloads.add(workload);
                workload.labels()
                        .fields()
                        .forEach((key, field) -> byLabel.computeIfAbsent(
                                        new Label(document.key().namespace(), key, field.value()),
                                        label -> new ArrayList<>())
                                .add(workload));
            }
        }
    }

    @Nullable
    Document find(String kind, String namespace, String name) {
        return byKey.get(new ObjectKey("", kind, namespace, name));
    }

    List<String> names(String kind, String namespace) {
        return byKey.keySet().stream()
                .filter(key -> key.kind().equals(kind) && key.namespace().equals(namespace))
                .map(ObjectKey::name)
                .sorted()
                .toList();
    }

    List<Workload> workloads() {
        return workloads;
    }

    /** Workloads whose pods have all these labels. */
    List<Workload> selected(String namespace, Node.Mapping selector) {
        Map.Entry<String, Node.Field> first =
                selector.fields().entrySet().iterator().next();
        Collection<Workload> candidates = byLabel.getOrDefault(
                new Label(namespace, first.getKey(), first.getValue().value()), List.of());
        return candidates.stream()
                .filter(workload -> Labels.hasAll(selector, workload.labels()))
                .toList();
    }

    /** Kinds that we do not know make pods where Kubernetes' own do. */
    private static Node.@Nullable Mapping pod(Document document) {
        Node pod = switch (document.key().group() + "/" + document.key().kind()) {
            case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job" ->
                document.content().find("spec", "template");
            case "batch/CronJob" -> document.content().find("spec", "jobTemplate", "spec", "template");
            case "/Pod" -> document.content();
            default -> null;
        };
        return pod instanceof Node.Mapping mapping ? mapping : null;
    }
}
