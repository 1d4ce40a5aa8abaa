package io.homeostat.target.kubernetes;

import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/** The cluster that tests run against, and somebody else who works in it. */
final class Cluster {

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final ApiServer SERVER = server();

    private Cluster() {}

    static Path kubeconfig() {
        for (String variable : new String[] {"HOMEOSTAT_TEST_KUBECONFIG", "KUBECONFIG"}) {
            String path = System.getenv(variable);
            if (path != null && !path.isBlank()) {
                return Path.of(path);
            }
        }
        return Assertions.fail("cluster tests need a cluster: let HOMEOSTAT_TEST_KUBECONFIG name one;"
                + " `dev/cluster/up DIR` starts one and prints the path");
    }

    private static ApiServer server() {
        try {
            return ApiServer.of(kubeconfig(), null, 1000, 50);
        } catch (IOException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    static ApiServer api() {
        return SERVER;
    }

    /** A namespace of one's own. */
    static String namespace(String about) throws IOException {
        String name = "test-" + about + "-" + Long.toString(System.nanoTime() % 1_000_000_000, 36) + "-"
                + NAMES.incrementAndGet();
        SERVER.call(Request.post("/api/v1/namespaces", tree("""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}""".formatted(name))));
        return name;
    }

    static void drop(String namespace) throws IOException {
        try {
            SERVER.call(Request.delete("/api/v1/namespaces/" + namespace, Node.Mapping.EMPTY));
        } catch (ApiFailure gone) {
            if (!gone.isMissing() && !gone.isConflict()) {
                throw gone;
            }
        }
    }

    static Node.Mapping tree(String json) {
        try {
            return (Node.Mapping) Json.read(json);
        } catch (IOException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    /** The only document in a piece of YAML. */
    static Node.Mapping yaml(String text) {
        return Documents.parse("test.yaml", text.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst()
                .content();
    }

    static Node.Mapping get(String path) throws IOException {
        return SERVER.call(Request.get(path));
    }

    static boolean exists(String path) throws IOException {
        try {
            SERVER.call(Request.get(path));
            return true;
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return false;
            }
            throw failure;
        }
    }

    static void delete(String path) throws IOException {
        SERVER.call(Request.delete(path, Node.Mapping.EMPTY));
    }

    /** Why something may not come up here, for whoever reads of a test that failed: nodes, pods and warnings. */
    static String scene(String namespace) {
        StringBuilder scene = new StringBuilder();
        try {
            for (Node.Mapping node : items("/api/v1/nodes")) {
                scene.append(name(node)).append(' ').append(line(node.mapping("spec")));
                of(node.mapping("status"), "conditions")
                        .filter(condition -> condition.text("type", "").equals("Ready"))
                        .forEach(ready -> scene.append(' ').append(line(ready)));
                scene.append('\n');
            }
            List<Node.Mapping> everywhere = items("/api/v1/pods");
            scene.append(everywhere.size()).append(" pods on it\n");
            for (Node.Mapping pod : items("/api/v1/namespaces/" + namespace + "/pods")) {
                scene.append(name(pod))
                        .append(' ')
                        .append(line(pod.mapping("status")))
                        .append('\n');
            }
            for (Node.Mapping event : items("/api/v1/namespaces/" + namespace + "/events")) {
                scene.append(event.mapping("involvedObject").text("name", ""))
                        .append(": ")
                        .append(event.text("reason", ""))
                        .append(' ')
                        .append(event.text("message", ""))
                        .append('\n');
            }
        } catch (IOException unknown) {
            scene.append("the cluster does not answer: ").append(unknown.getMessage());
        }
        return scene.toString();
    }

    private static String line(Node.Mapping node) {
        String line = Json.write(node);
        return line.length() > 1000 ? line.substring(0, 1000) + "…" : line;
    }

    private static String name(Node.Mapping object) {
        return object.mapping("metadata").text("name", "");
    }

    private static List<Node.Mapping> items(String path) throws IOException {
        return of(SERVER.call(Request.get(path)), "items").toList();
    }

    private static Stream<Node.Mapping> of(Node.Mapping node, String list) {
        return node.sequence(list).stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast);
    }

    /** As a person with kubectl edit would. */
    static void patch(String path, String manager, String json) throws IOException {
        SERVER.call(new Request(
                "PATCH", path + "?fieldManager=" + manager, "application/merge-patch+json", tree(json), null));
    }

    /** As somebody else who applies from the server's side. */
    static void apply(String path, String manager, String yaml) throws IOException {
        SERVER.call(Request.apply(path + "?fieldManager=" + manager, yaml(yaml)));
    }
}
