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
import java.util.concurrent.atomic.AtomicInteger;
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
