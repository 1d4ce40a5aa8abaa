package io.homeostat.target.kubernetes;

import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One step of a project's history: what it declared then, so quiet that no image is needed. Nothing runs (replicas 0), everything
 * is in one namespace, and what cannot be changed in place may be made anew.
 *
 * @param documents as JSON, by {@code Kind/name}
 */
record Snapshotted(String name, Map<String, String> documents) {

    private static final Set<String> SCALED = Set.of("Deployment", "StatefulSet", "ReplicaSet");
    private static final Set<String> LEFT_OUT = Set.of("Namespace", "Pod", "HorizontalPodAutoscaler");

    /** The directories of a directory, in the order of their names: each one snapshot of any number of files. */
    static List<Snapshotted> read(Path directory, String namespace) throws IOException {
        List<Snapshotted> steps = new ArrayList<>();
        try (Stream<Path> snapshots = Files.list(directory)) {
            for (Path snapshot : snapshots.filter(Files::isDirectory).sorted().toList()) {
                List<Document> documents = new ArrayList<>();
                try (Stream<Path> files = Files.walk(snapshot)) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        if (file.toString().matches(".*\\.(yaml|yml|json)")) {
                            documents.addAll(Documents.parse(file.toString(), Files.readAllBytes(file))
                                    .documents());
                        }
                    }
                }
                steps.add(of(snapshot.getFileName().toString(), documents, namespace));
            }
        }
        return steps;
    }

    /** A history that nobody had: services come, go, change their configuration, their image, their selector. */
    static List<Snapshotted> invented(long seed, int length, String namespace) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> services = new TreeMap<>();
        List<Snapshotted> steps = new ArrayList<>();
        for (int step = 0; step < length; step++) {
            for (int change = 0; change < 3 || services.isEmpty(); change++) {
                String name = "service-" + random.nextInt(12);
                if (services.size() > 4 && random.nextInt(4) == 0) {
                    services.remove(name);
                } else {
                    services.put(name, service(name, step, random.nextInt(10) == 0 ? "v" + step : "v0", random));
                }
            }
            byte[] yaml = String.join("---\n", services.values()).getBytes(StandardCharsets.UTF_8);
            steps.add(of("step-" + step, Documents.parse("step.yaml", yaml).documents(), namespace));
        }
        return steps;
    }

    private static String service(String name, int version, String label, SplittableRandom random) {
        String base = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s, label: %3$s}}
                  template:
                    metadata: {labels: {app: %1$s, label: %3$s}}
                    spec:
                      serviceAccountName: %1$s
                      containers: [{name: main, image: "registry.example.org/%1$s:%2$d", ports: [{containerPort: 8080}]}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %1$s}
                """.formatted(name, version, label);
        return random.nextBoolean() ? base : base + """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s}
                data: {version: "%d"}
                """.formatted(name, version);
    }

    private static Snapshotted of(String name, List<Document> documents, String namespace) {
        Map<String, String> quiet = new LinkedHashMap<>();
        for (Document document : documents) {
            if (!LEFT_OUT.contains(document.key().kind())) {
                quiet.put(
                        document.key().kind() + "/" + document.key().name(),
                        new String(Json.writeRevealing(quiet(document, namespace)), StandardCharsets.UTF_8));
            }
        }
        return new Snapshotted(name, quiet);
    }

    private static Node.Mapping quiet(Document document, String namespace) {
        Node.Mapping metadata = document.metadata()
                .with("namespace", namespace)
                .with(
                        "annotations",
                        document.metadata().mapping("annotations").with("homeostat.io/replace", "allowed"));
        Node.Mapping content = document.content().with("metadata", metadata);
        Node.Mapping spec = document.spec();
        return switch (document.key().kind()) {
            case String kind when SCALED.contains(kind) -> content.with("spec", spec.with("replicas", 0));
            case "Job" -> content.with("spec", spec.with("parallelism", 0));
            case "CronJob" -> content.with("spec", spec.with("suspend", Node.Bool.of(true)));
            case "DaemonSet" -> {
                Node.Mapping template = spec.mapping("template");
                Node.Mapping nowhere = template.mapping("spec")
                        .with("nodeSelector", Node.Mapping.EMPTY.with("homeostat.io/nowhere", "true"));
                yield content.with("spec", spec.with("template", template.with("spec", nowhere)));
            }
            default -> content;
        };
    }

    /** What of an earlier step is no longer declared. */
    Set<String> gone(Snapshotted before) {
        Set<String> gone = new TreeSet<>(before.documents.keySet());
        gone.removeAll(documents.keySet());
        return gone;
    }
}
