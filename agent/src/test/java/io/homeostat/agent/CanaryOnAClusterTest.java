package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts on a real cluster: real pods, real gates, users who call all the time, and agents that come and go. */
@Tag("cluster")
class CanaryOnAClusterTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final String CANARY = "homeostat.io/split";
    private static final int USERS = 3;
    private static final int PAUSE_MILLIS = 20;

    @TempDir
    Path directory;

    private Path kubeconfig;
    private ApiServer server;
    private String namespace = "";
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Thread> users = new ArrayList<>();
    private volatile boolean left;
    private volatile String worst = "";

    @BeforeEach
    void open() throws IOException {
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        kubeconfig = Path.of(file == null ? String.valueOf(System.getenv("KUBECONFIG")) : file);
        server = ApiServer.of(kubeconfig, null, 100, 10);
        Assumptions.assumeTrue(
                Json.write(server.call(Request.get("/api/v1/nodes"))).contains('"' + IMAGE + '"'),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        namespace = "test-canary-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
        server.call(Request.post("/api/v1/namespaces", (Node.Mapping) Json.read("""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "%s"}}""".formatted(namespace))));
        write("environments/test/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  include: [apps, reliability]
                  sync: {interval: 1s}
                  target: {kubernetes: {namespace: NS, gate: {image: "%s", replicas: 1}}}
                """.formatted(IMAGE));
        write("reliability/api.yaml", """
                apiVersion: homeostat.io/v1
                kind: Rollout
                metadata: {name: api}
                spec:
                  workload: {name: api, namespace: NS}
                  canary:
                    steps: [{weight: 0, hold: 3s}, {weight: 30, hold: 5s}, {weight: 60, hold: 5s}]
                    judge: {inconclusive: promote, extend: 0s, latency: {warmup: 0s}}
                """);
        write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: enabled}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        api("one", 0);
    }

    @AfterEach
    void close() throws Exception {
        left = true;
        for (Thread user : users) {
            user.join();
        }
        if (!namespace.isEmpty()) {
            server.call(Request.delete("/api/v1/namespaces/" + namespace, Node.Mapping.EMPTY));
        }
        server.close();
    }

    private void api(String answer, int failing) throws IOException {
        write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  replicas: 2
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 15
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c]
                          args:
                            - |
                              mkdir -p /tmp/www/cgi-bin
                              cat >/tmp/www/cgi-bin/say <<'END'
                              #!/bin/sh
                              [ $((RANDOM %% 100)) -ge %d ] || printf 'Status: 500 Internal Server Error\\r\\n'
                              printf 'Content-Type: text/plain\\r\\n\\r\\n%s'
                              END
                              chmod 755 /tmp/www/cgi-bin/say
                              exec httpd -f -p 8080 -h /tmp/www
                          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
                          lifecycle: {preStop: {exec: {command: [sleep, "10"]}}}
                """.formatted(failing, answer));
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

    private void openForUsers() throws IOException {
        String address = get("/api/v1/namespaces/" + namespace + "/services/api")
                .mapping("spec")
                .text("clusterIP", "");
        for (int i = 0; i < USERS; i++) {
            users.add(Thread.ofVirtual().start(() -> {
                while (!left) {
                    boolean isGood = false;
                    try (Socket socket = new Socket(address, 80)) {
                        socket.setSoTimeout(20_000);
                        socket.getOutputStream()
                                .write("GET /cgi-bin/say HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                        worst = answer.startsWith("HTTP/1.1 200 ") ? worst : answer;
                        isGood = answer.startsWith("HTTP/1.1 200 ") || answer.startsWith("HTTP/1.0 200 ");
                    } catch (IOException broken) {
                        worst = broken.toString();
                    }
                    (isGood ? answered : failed).incrementAndGet();
                    LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
                }
            }));
        }
    }

    private Node.Mapping get(String path) throws IOException {
        return server.call(Request.get(path));
    }

    private Node.Mapping shop(String disk) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .filter(application -> application.text("name", "").equals("shop"))
                .findFirst()
                .orElse(Node.Mapping.EMPTY);
    }

    private Node.Mapping rollout(String disk) throws IOException {
        List<Node> all = AgentCalls.get(directory.resolve(disk), "/api/v1/rollouts?name=api")
                .sequence("rollouts");
        return all.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) all.getFirst();
    }

    private void await(String disk, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 90_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what + "\n" + shop(disk) + "\n" + rollout(disk) + "\n"
                        + answered + " answered, " + failed + " failed: " + worst + "\n" + story(disk));
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** What the agent has written down. */
    private String story(String disk) throws IOException {
        StringBuilder story = new StringBuilder();
        try (var files = Files.list(directory.resolve(disk).resolve("journal"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                story.append(Files.readString(file));
            }
        }
        return story.toString();
    }

    private void awaitPhase(String disk, String phase) throws Exception {
        await(
                disk,
                "a rollout that is " + phase,
                () -> rollout(disk).text("phase", "").equals(phase));
    }

    /** The Deployment's own. */
    private Set<String> pods() throws IOException {
        return get("/api/v1/namespaces/" + namespace + "/pods?labelSelector=app%3Dapi,!homeostat.io/side")
                .sequence("items")
                .stream()
                .map(pod -> ((Node.Mapping) pod).mapping("metadata"))
                .filter(metadata -> metadata.text("deletionTimestamp") == null)
                .map(metadata -> metadata.text("name", ""))
                .collect(Collectors.toSet());
    }

    private boolean isAlone() throws IOException {
        String deployments = "/apis/apps/v1/namespaces/" + namespace + "/deployments/api";
        try {
            get(deployments + "-canary");
            return false;
        } catch (ApiFailure failure) {
            Node.Mapping live = get(deployments);
            return failure.isMissing()
                    && live.mapping("metadata").mapping("annotations").text(CANARY) == null
                    && !live.mapping("spec").flag("paused", false);
        }
    }

    @Test
    void aBadVersionIsTakenBackAndAGoodOneGoesAllTheWay() throws Exception {
        try (Agent _ = agent("first")) {
            await("first", "the shop", () -> shop("first").text("state", "").equals("synced"));
            openForUsers();
            await("first", "answers", () -> answered.get() > 100);
            assertThat(failed).hasValue(0);
            Set<String> before = pods();

            api("two", 50);
            await("first", "a stage without traffic", () -> rollout("first").integer("stage", -1) == 0);
            assertThat(failed).as("nobody has met it yet").hasValue(0);
            awaitPhase("first", "failed");
            assertThat(rollout("first").text("message", "")).contains("errors: ");
            await(
                    "first",
                    "the quarantine",
                    () -> !shop("first").mapping("quarantine").isEmpty());
            await("first", "the canary to go", this::isAlone);
            assertThat(pods()).as("nobody touched those that were good").isEqualTo(before);
            long users = failed.get();
            assertThat(users).isPositive();
            long then = answered.get();
            await("first", "answers", () -> answered.get() > then + 100);
            assertThat(failed).as("none fails any more").hasValue(users);
            System.out.println("a version that fails every second request was taken back after " + users
                    + " failed requests of " + (users + then));

            api("three", 0);
            awaitPhase("first", "completed");
            await(
                    "first",
                    "the new version everywhere",
                    () -> isAlone() && shop("first").text("state", "").equals("synced"));
            assertThat(pods()).doesNotContainAnyElementsOf(before).hasSize(2);
            assertThat(failed).as("a good version costs nobody anything").hasValue(users);

            api("four", 0);
            await("first", "a stage with traffic", () -> rollout("first").integer("weight", 0) > 0);
        }
        Set<String> before = pods();
        long users = failed.get();
        try (Agent _ = agent("second")) {
            awaitPhase("second", "completed");
            await(
                    "second",
                    "the new version everywhere",
                    () -> isAlone() && shop("second").text("state", "").equals("synced"));
            assertThat(pods()).doesNotContainAnyElementsOf(before).hasSize(2);
            assertThat(failed).as("an agent on an empty disk went on").hasValue(users);
        }
    }
}
