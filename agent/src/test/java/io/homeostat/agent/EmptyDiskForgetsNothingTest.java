package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.SourceSpec;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent knows of a cluster outlives its disk. */
@Tag("cluster")
class EmptyDiskForgetsNothingTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: NAME, namespace: NS}
            data: {a: b}
            """;

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - {name: main, image: "IMAGE", imagePullPolicy: IfNotPresent, command: [sleep, "1000000"]}
            """;

    @TempDir
    Path directory;

    private Path kubeconfig;
    private ApiServer server;
    private String namespace;

    @BeforeEach
    void open() throws IOException {
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG") == null
                ? System.getenv("KUBECONFIG")
                : System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        if (file == null) {
            Assertions.fail("cluster tests need a cluster: let HOMEOSTAT_TEST_KUBECONFIG name one;"
                    + " `dev/cluster/up DIR` starts one and prints the path");
        }
        kubeconfig = Path.of(file);
        server = ApiServer.of(kubeconfig, null, 100, 10);
        namespace = "test-memory-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
        server.call(Request.post("/api/v1/namespaces", (Node.Mapping) Json.read("""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}""".formatted(namespace))));
        write("environments/test/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec: {include: [apps], sync: {interval: 1s}, target: {kubernetes: {namespace: NS}}}
                """);
        write("apps/shop/settings.yaml", SETTINGS.replace("NAME", "settings"));
    }

    @AfterEach
    void close() throws IOException {
        server.call(Request.delete("/api/v1/namespaces/" + namespace, Node.Mapping.EMPTY));
        server.close();
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve("repository").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text.replace("NS", namespace));
    }

    private Agent agent(String disk) throws Exception {
        return Agent.start(new Agent.Settings(
                SourceSpec.of(directory.resolve("repository").toString()),
                directory.resolve(disk),
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null,
                null,
                kubeconfig,
                null,
                Access.OWNER));
    }

    private Node.Mapping get(String disk, String path) throws IOException {
        return AgentCalls.get(directory.resolve(disk), path);
    }

    private Node.Mapping shop(String disk) throws IOException {
        return get(disk, "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .filter(application -> application.text("name", "").equals("shop"))
                .findFirst()
                .orElse(Node.Mapping.EMPTY);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void freezesGoodRevisionsAndTheInventoryAreKnownOnAnotherDisk() throws Exception {
        String good;
        try (Agent _ = agent("first")) {
            await("the shop", () -> shop("first").text("state", "").equals("synced"));
            good = shop("first").text("revision", "");
            AgentCalls.post(directory.resolve("first"), "/api/v1/freeze", """
                    {"application": "shop", "owner": "ada", "reason": "sale", "for": "1h"}""");
        }
        for (String more : List.of("more", "third", "fourth")) {
            write("apps/shop/" + more + ".yaml", SETTINGS.replace("NAME", more));
        }
        try (Agent _ = agent("second")) {
            await(
                    "the freeze",
                    () -> shop("second").mapping("freeze").text("owner", "").equals("ada"));
            await("the hold", () -> shop("second").toString().contains("frozen by ada"));
            assertThat(get("second", "/api/v1/why?name=shop").toString())
                    .contains(good.replace("sha256:", "").substring(0, 8));
            AgentCalls.post(directory.resolve("second"), "/api/v1/unfreeze", """
                    {"application": "shop"}""");
            await("the new commit", () -> shop("second").text("state", "").equals("synced"));
        }
        Files.delete(directory.resolve("repository/apps/shop/settings.yaml"));
        try (Agent _ = agent("third")) {
            await(
                    "the prune of what another disk's agent made",
                    () ->
                            server
                                    .call(Request.get("/api/v1/namespaces/" + namespace + "/configmaps"))
                                    .sequence("items")
                                    .stream()
                                    .noneMatch(item -> item.toString().contains("name: settings")));
        }
    }

    @Test
    void aBadRevisionStaysOutOnAnotherDisk() throws Exception {
        write("apps/shop/web.yaml", WEB.replace("IMAGE", "localhost/busybox:1"));
        String good;
        try (Agent _ = agent("first")) {
            await("the shop", () -> shop("first").text("state", "").equals("synced"));
            good = shop("first").text("revision", "");
            write("apps/shop/web.yaml", WEB.replace("IMAGE", "localhost/nothing:7"));
            await("the quarantine", () -> !shop("first").mapping("quarantine").isEmpty());
        }
        try (Agent _ = agent("second")) {
            await("the quarantine", () -> !shop("second").mapping("quarantine").isEmpty());
            assertThat(shop("second").mapping("quarantine").text("reason", "")).contains("localhost/nothing:7");
            assertThat(shop("second").text("lastGood", "")).isEqualTo(good);
        }
    }

    @Test
    void aJournalThatLostItsEndIsSeenByWhatTheClusterRemembers() throws Exception {
        try (Agent _ = agent("first")) {
            await("the shop", () -> shop("first").text("state", "").equals("synced"));
        }
        Path journal = directory.resolve("first/journal");
        Path old = directory.resolve("old");
        copy(journal, old);
        write("apps/shop/more.yaml", SETTINGS.replace("NAME", "more"));
        try (Agent _ = agent("first")) {
            await(
                    "the change",
                    () -> shop("first").integer("objects", 0) == 2
                            && shop("first").text("state", "").equals("synced"));
        }
        copy(old, journal);
        try (Agent _ = agent("first")) {
            await("the loss to be said", () -> told("first", ClusterMemory.TRUNCATED));
            await("the shop", () -> shop("first").text("state", "").equals("synced"));
        }
    }

    private boolean told(String disk, String type) throws IOException {
        StringBuilder told = new StringBuilder();
        try (var files = Files.list(directory.resolve(disk).resolve("journal"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                told.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return told.indexOf(type) >= 0;
    }

    /** What stood there before is gone. */
    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (var files = Files.list(to)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
