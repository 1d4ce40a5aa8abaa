package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.SourceSpec;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader is killed in the middle of a sync: another goes on within ten seconds, and does nothing a second time. */
@Tag("cluster")
class LeadersFallTest {

    private static final int OBJECTS = 40;
    /** So many events after its start the leader dies: the first sync has about ten, each object of the second one two. */
    private static final int DIES_AFTER = 45;

    @TempDir
    Path directory;

    private Path kubeconfig;
    private ApiServer server;
    private String namespace;

    @BeforeEach
    void open() throws IOException {
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        kubeconfig = Path.of(file == null ? String.valueOf(System.getenv("KUBECONFIG")) : file);
        server = ApiServer.of(kubeconfig, null, 100, 10);
        namespace = "test-fall-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
        server.call(Request.post("/api/v1/namespaces", (Node.Mapping) Json.read("""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}""".formatted(namespace))));
        write("environments/test/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec: {include: [apps], sync: {interval: 1s}, target: {kubernetes: {namespace: NS}}}
                """);
        settings(0);
    }

    @AfterEach
    void close() throws IOException {
        server.call(Request.delete("/api/v1/namespaces/" + namespace, Node.Mapping.EMPTY));
        server.close();
    }

    private void settings(int number) throws IOException {
        write("apps/shop/settings-" + number + ".yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings-%d, namespace: NS}
                data: {a: b}
                """.formatted(number));
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve("repository").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text.replace("NS", namespace));
    }

    private boolean exists(int number) throws IOException {
        try {
            server.call(Request.get("/api/v1/namespaces/" + namespace + "/configmaps/settings-" + number));
            return true;
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return false;
            }
            throw failure;
        }
    }

    /** What an agent answers to who asks for its status, whatever the code. */
    private static String answer(Path state) throws Exception {
        Path file = state.resolve("agent.json");
        if (!Files.exists(file)) {
            return "";
        }
        Node.Mapping where = (Node.Mapping) Json.read(Files.readAllBytes(file));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(where.text("url", "") + "/api/v1/status"))
                                    .header("Authorization", "Bearer " + where.text("token", ""))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 90_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void anotherGoesOnAndDoesNothingTwice() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName(),
                directory.resolve("repository").toString(),
                directory.resolve("leader").toString(),
                String.valueOf(DIES_AFTER),
                "agent");
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        Process leader = builder.inheritIO().start();
        CompletableFuture<Agent> follower = new CompletableFuture<>();
        try {
            await("the first sync", () -> exists(0));
            Thread.ofVirtual().start(() -> {
                try {
                    follower.complete(Agent.start(new Agent.Settings(
                            SourceSpec.of(directory.resolve("repository").toString()),
                            directory.resolve("follower"),
                            null,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            null,
                            null,
                            kubeconfig,
                            null,
                            Access.OWNER)));
                } catch (Exception failed) {
                    follower.completeExceptionally(failed);
                }
            });
            await(
                    "the one who waits to say who leads",
                    () -> answer(directory.resolve("follower")).contains("this agent waits for its turn: "));
            for (int i = 1; i <= OBJECTS; i++) {
                settings(i);
            }
            await("the leader's death", () -> !leader.isAlive());
            Instant death = Instant.now();
            assertThat(follower).as("two lead at a time").isNotDone();
            try (Agent _ = follower.get(60, TimeUnit.SECONDS)) {
                await("all of it", () -> {
                    for (int i = 0; i <= OBJECTS; i++) {
                        if (!exists(i)) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            List<Event> before = events("leader");
            List<Event> after = events("follower");
            Set<String> done = objects(before);
            assertThat(done).as("it died in the middle").hasSizeBetween(2, OBJECTS);
            assertThat(objects(after)).as("done a second time").doesNotContainAnyElementsOf(done);
            Instant taken = after.stream()
                    .filter(event -> event.type().equals(Facts.STEP_INTENDED))
                    .findFirst()
                    .orElseThrow()
                    .time();
            assertThat(Duration.between(death, taken)).isLessThan(Duration.ofSeconds(10));
        } finally {
            leader.destroyForcibly();
        }
    }

    private List<Event> events(String disk) throws IOException {
        List<Event> events = new ArrayList<>();
        try (Journal journal = FileJournal.open(directory.resolve(disk).resolve("journal"), InstantSource.system())) {
            journal.read(0, event -> {
                events.add(event);
                return true;
            });
        }
        return events;
    }

    private static Set<String> objects(List<Event> events) {
        return events.stream()
                .filter(event -> event.type().equals(Facts.STEP_DONE))
                .map(Event::object)
                .collect(Collectors.toSet());
    }
}
