package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.LogOptions;
import io.homeostat.converge.Target.LogSink;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.objects.PodEvidence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pods behind an object: what is wrong with them, and what they write. */
final class Pods {

    private static final int EVIDENCE_LINES = 20;
    private static final int MOST_PODS = 100;

    private final ApiServer server;
    private final InstantSource clock;

    Pods(ApiServer server, InstantSource clock) {
        this.server = server;
        this.clock = clock;
    }

    /** The pods of a workload, at most a hundred; of a pod itself; of anything else none. */
    List<Node.Mapping> of(Observed.Seen seen) throws IOException {
        ObjectKey key = seen.live().key();
        if (key.kind().equals("Pod") && key.group().isEmpty()) {
            return List.of(server.call(Request.get(pods(key.namespace()) + "/" + key.name())));
        }
        return of(seen, MOST_PODS);
    }

    /** So many of them at most. */
    List<Node.Mapping> of(Observed.Seen seen, int most) throws IOException {
        String selector = selector(seen);
        return selector == null ? List.of() : list(pods(seen.live().key().namespace()), selector, most);
    }

    /**
     * Those that the newest template made: what is left of the one before tells nothing about it.
     *
     * @return none when it cannot be told yet
     */
    List<Node.Mapping> newest(Observed.Seen seen) throws IOException {
        ObjectKey key = seen.live().key();
        List<Node.Mapping> pods = of(seen);
        if (pods.isEmpty()) {
            return pods;
        }
        if (key.kind().equals("StatefulSet")) {
            String revision = seen.raw().mapping("status").text("updateRevision", "");
            return labelled(pods, "controller-revision-hash", revision);
        }
        if (!key.kind().equals("Deployment")) {
            return pods;
        }
        String number =
                seen.raw().mapping("metadata").mapping("annotations").text("deployment.kubernetes.io/revision", "");
        String selector = selector(seen);
        if (selector == null || number.isEmpty()) {
            return List.of();
        }
        for (Node.Mapping set :
                list("/apis/apps/v1/namespaces/" + key.namespace() + "/replicasets", selector, MOST_PODS)) {
            Node.Mapping metadata = set.mapping("metadata");
            if (metadata.mapping("annotations")
                    .text("deployment.kubernetes.io/revision", "")
                    .equals(number)) {
                return labelled(
                        pods, "pod-template-hash", metadata.mapping("labels").text("pod-template-hash", ""));
            }
        }
        return List.of();
    }

    /** How many of these are ready. */
    static int ready(List<Node.Mapping> pods) {
        return (int) pods.stream()
                .filter(pod -> pod.mapping("status").sequence("conditions").stream()
                        .anyMatch(each -> each instanceof Node.Mapping condition
                                && condition.text("type", "").equals("Ready")
                                && condition.text("status", "").equals("True")))
                .count();
    }

    /** How often containers of these pods ended and were started again. */
    static long restarts(List<Node.Mapping> pods) {
        long restarts = 0;
        for (Node.Mapping pod : pods) {
            for (Node each : pod.mapping("status").sequence("containerStatuses")) {
                restarts += each instanceof Node.Mapping container ? container.integer("restartCount", 0) : 0;
            }
        }
        return restarts;
    }

    private static List<Node.Mapping> labelled(List<Node.Mapping> pods, String label, String value) {
        return pods.stream()
                .filter(pod -> pod.mapping("metadata")
                        .mapping("labels")
                        .text(label, "")
                        .equals(value))
                .toList();
    }

    private List<Node.Mapping> list(String collection, String selector, int most) throws IOException {
        List<Node.Mapping> found = new ArrayList<>();
        Node.Mapping list =
                server.call(Request.get(collection + "?limit=" + most + "&labelSelector=" + escaped(selector)));
        for (Node each : list.sequence("items")) {
            if (each instanceof Node.Mapping mapping) {
                found.add(mapping);
            }
        }
        return found;
    }

    private static String pods(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    private static @Nullable String selector(Observed.Seen seen) {
        ObjectKey key = seen.live().key();
        if (key.kind().equals("Job") && key.group().equals("batch")) {
            return "job-name=" + key.name();
        }
        if (!Set.of("apps", "batch").contains(key.group())) {
            return null;
        }
        List<String> terms = new ArrayList<>();
        Node.Mapping labels = seen.raw().mapping("spec").mapping("selector").mapping("matchLabels");
        labels.fields().forEach((name, field) -> terms.add(name + "=" + field.value()));
        return terms.isEmpty() ? null : String.join(",", terms);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What is wrong, most telling first, with the last lines of what has died. */
    List<Evidence> evidence(Observed.Seen seen) throws IOException {
        List<Evidence> all = new ArrayList<>(evidence(seen.live().key().namespace(), of(seen)));
        all.addAll(PodEvidence.ofObject(seen.raw().mapping("status")));
        if (all.isEmpty()) {
            all.addAll(warnings(seen.live().key()));
        }
        return all;
    }

    /** What is wrong with one, most telling first. */
    List<PodEvidence.Finding> findings(Node.Mapping pod) {
        return PodEvidence.of(pod, clock.instant());
    }

    List<Evidence> evidence(String namespace, List<Node.Mapping> pods) {
        List<Evidence> all = new ArrayList<>();
        for (Node.Mapping pod : pods) {
            for (PodEvidence.Finding finding : findings(pod)) {
                all.add(finding.evidence(lines(namespace, finding)));
            }
        }
        return all;
    }

    private List<String> lines(String namespace, PodEvidence.Finding finding) {
        if (!finding.hasRun()) {
            return List.of();
        }
        String path = log(namespace, finding.pod(), finding.container()) + "&tailLines=" + EVIDENCE_LINES
                + (finding.hasEnded() ? "&previous=true" : "");
        List<String> lines = new ArrayList<>();
        try {
            read(path, line -> lines.add(line));
        } catch (IOException unreadable) {
            // Logs may be gone with their container; the rest is evidence enough.
        }
        return lines;
    }

    /** What the cluster warned of, about the object or what it made: {@code exceeded quota}. */
    private List<Evidence> warnings(ObjectKey key) throws IOException {
        Node.Mapping events = server.call(Request.get(
                "/api/v1/namespaces/" + key.namespace() + "/events?limit=200&fieldSelector=type%3DWarning"));
        return PodEvidence.ofEvents(key.name(), events.sequence("items"));
    }

    private static String log(String namespace, String pod, String container) {
        return pods(namespace) + "/" + pod + "/log?container=" + container;
    }

    private interface Line {
        boolean take(String line) throws IOException;
    }

    private void read(String path, Line sink) throws IOException {
        try (InputStream stream = server.stream(Request.get(path));
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!sink.take(line)) {
                    return;
                }
            }
        }
    }

    void logs(Observed.Seen seen, LogOptions options, LogSink sink) throws IOException {
        if (options.follow()) {
            new PodLogs(
                            () -> of(seen),
                            (pod, container, more, into) -> read(path(seen, pod, container, more), into::line),
                            sink)
                    .follow(options);
            return;
        }
        String more = PodLogs.options(options);
        for (Node.Mapping pod : of(seen)) {
            String name = pod.mapping("metadata").text("name", "");
            for (Node each : pod.mapping("spec").sequence("containers")) {
                String container = each instanceof Node.Mapping mapping ? mapping.text("name", "") : "";
                try {
                    read(
                            path(seen, name, container, more),
                            line -> sink.line(PodLogs.title(name, container, pod), line));
                } catch (ApiFailure notStarted) {
                    if (notStarted.code() != 400 && !notStarted.isMissing()) {
                        throw notStarted;
                    }
                }
            }
        }
    }

    private static String path(Observed.Seen seen, String pod, String container, String more) {
        return log(seen.live().key().namespace(), pod, container) + more;
    }
}
