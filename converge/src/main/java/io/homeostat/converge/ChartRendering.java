package io.homeostat.converge;

import io.homeostat.model.Application;
import io.homeostat.model.Chart;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents of an application's chart. Each stands under the application's directory, in the file that Helm names as its
 * source.
 */
final class ChartRendering {

    private static final String SOURCE = "# Source: ";
    private static final Set<String> CLUSTER_WIDE = Set.of(
            "/Namespace",
            "/PersistentVolume",
            "admissionregistration.k8s.io/MutatingWebhookConfiguration",
            "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
            "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
            "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
            "apiextensions.k8s.io/CustomResourceDefinition",
            "apiregistration.k8s.io/APIService",
            "flowcontrol.apiserver.k8s.io/FlowSchema",
            "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
            "gateway.networking.k8s.io/GatewayClass",
            "networking.k8s.io/IngressClass",
            "node.k8s.io/RuntimeClass",
            "rbac.authorization.k8s.io/ClusterRole",
            "rbac.authorization.k8s.io/ClusterRoleBinding",
            "scheduling.k8s.io/PriorityClass",
            "storage.k8s.io/CSIDriver",
            "storage.k8s.io/StorageClass");

    private @Nullable Charts charts;

    /**
     * @param snapshot to see whether the directory of a chart is there
     * @return what the chart says; never throws for what a user wrote
     */
    Documents.Parsed render(Application application, Chart chart, Snapshot snapshot, Checkout checkout) {
        String printed;
        try {
            if (chart.origin() instanceof Chart.Origin.Directory directory
                    && snapshot.files(directory.path()).stream()
                            .noneMatch(file -> file.path().equals(Layout.in(directory.path(), "Chart.yaml")))) {
                return refused(Problem.error(chart.at(), "no-chart", "there is no chart in '" + directory + "'")
                        .expecting("a directory with a Chart.yaml, relative to this file's"));
            }
            Charts helm = charts();
            printed = helm.render(chart, checkout.files());
            String different = difference(printed, helm.render(chart, checkout.files()));
            if (different != null) {
                return refused(Problem.error(
                                chart.at(),
                                "chart-not-repeatable",
                                "the chart says something else each time it is rendered, in " + different)
                        .expecting("the same documents for the same commit")
                        .suggesting("set what it makes up (a password, a certificate, a date) in `values`"));
            }
        } catch (Charts.Away away) {
            return refused(Problem.error(chart.at(), Rendering.AWAY, String.valueOf(away.getMessage()))
                    .suggesting("it is tried again by itself"));
        } catch (IOException failed) {
            return refused(Problem.error(chart.at(), "chart", String.valueOf(failed.getMessage())));
        }
        List<Document> documents = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Set<Problem> aside = new HashSet<>();
        Map<String, Problem> unread = new TreeMap<>();
        for (Map.Entry<String, String> file : bySource(printed).entrySet()) {
            Documents.Parsed parsed = Documents.parse(
                    Layout.in(application.path(), file.getKey()),
                    file.getValue().getBytes(StandardCharsets.UTF_8));
            parsed.documents().forEach(document -> documents.add(inNamespace(document, chart.namespace())));
            problems.addAll(parsed.problems());
            aside.addAll(parsed.aside());
            unread.putAll(parsed.unread());
        }
        return new Documents.Parsed(List.copyOf(documents), List.copyOf(problems), aside, unread);
    }

    private static Documents.Parsed refused(Problem problem) {
        return new Documents.Parsed(List.of(), List.of(problem), Set.of());
    }

    private synchronized Charts charts() throws IOException {
        if (charts == null) {
            charts = ServiceLoader.load(Charts.class, Charts.class.getClassLoader())
                    .findFirst()
                    .orElseThrow(() -> new IOException("this installation renders no charts: homeostat-helm.jar is not"
                            + " on its class path; commit the rendered documents instead of spec.helm"));
        }
        return charts;
    }

    /** What Helm printed, by the file that it comes from, in the order printed. */
    static Map<String, String> bySource(String printed) {
        Map<String, StringBuilder> files = new LinkedHashMap<>();
        StringBuilder before = new StringBuilder();
        StringBuilder into = before;
        for (String line : printed.split("\n")) {
            if (line.equals("---")) {
                // Which file the next document is of says its first line.
                into = before;
                before.setLength(0);
            } else if (line.startsWith(SOURCE) && into == before) {
                into = files.computeIfAbsent(line.substring(SOURCE.length()).strip(), name -> new StringBuilder());
                into.append("---\n").append(before);
            } else {
                into.append(line).append('\n');
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((file, text) -> texts.put(file, text.toString()));
        return texts;
    }

    /** The first file in which two renderings differ; null when they are equal. */
    static @Nullable String difference(String one, String other) {
        if (one.equals(other)) {
            return null;
        }
        Map<String, String> left = bySource(one);
        Map<String, String> right = bySource(other);
        for (Map.Entry<String, String> file : left.entrySet()) {
            if (!file.getValue().equals(right.get(file.getKey()))) {
                return file.getKey();
            }
        }
        return "which files there are";
    }

    /** Helm installs what names no namespace into the release's. */
    private static Document inNamespace(Document document, String namespace) {
        ObjectKey key = document.key();
        if (namespace.equals(ObjectKey.DEFAULT_NAMESPACE)
                || document.metadata().get("namespace") instanceof Node.Text
                || CLUSTER_WIDE.contains(key.group() + "/" + key.kind())) {
            return document;
        }
        Node.Mapping placed = document.metadata().with("namespace", new Node.Text(namespace, Position.NONE));
        return new Document(
                new ObjectKey(key.group(), key.kind(), namespace, key.name()),
                document.apiVersion(),
                document.content().with("metadata", placed));
    }
}
