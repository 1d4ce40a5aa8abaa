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
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
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

/** A changed ConfigMap or Secret on a real cluster is a change like any other: it proves itself before everybody gets it. */
@Tag("cluster")
class ConfigurationOnAClusterTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final int USERS = 3;
    private static final int PAUSE_MILLIS = 20;

    @TempDir
    Path directory;

    private Path kubeconfig;
    private ApiServer server;
    private String namespace = "";
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Set<String> said = ConcurrentHashMap.newKeySet();
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
        namespace = "test-configuration-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
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
        rollout("canary: {steps: [{weight: 30, hold: 5s}, {weight: 60, hold: 5s}],"
                + " judge: {inconclusive: promote, extend: 0s, latency: {warmup: 0s}}}");
        write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: enabled}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS}
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
                          envFrom: [{configMapRef: {name: settings}}]
                          env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: it}}}]
                          args:
                            - |
                              mkdir -p /tmp/www/cgi-bin
                              cat >/tmp/www/cgi-bin/say <<'END'
                              #!/bin/sh
                              [ $((RANDOM % 100)) -ge $FAILING ] || printf 'Status: 500 Internal Server Error\\r\\n'
                              printf "Content-Type: text/plain\\r\\n\\r\\n$SAYS $TOKEN"
                              END
                              chmod 755 /tmp/www/cgi-bin/say
                              exec httpd -f -p 8080 -h /tmp/www
                          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
                          lifecycle: {preStop: {exec: {command: [sleep, "10"]}}}
                """);
        settings("one", 0);
        token("sesame-old");
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

    private void rollout(String strategy) throws IOException {
        write("reliability/api.yaml", """
                apiVersion: homeostat.io/v1
                kind: Rollout
                metadata: {name: api}
                spec:
                  workload: {name: api, namespace: NS}
                  %s
                """.formatted(strategy));
    }

    private void settings(String answer, int failing) throws IOException {
        write("apps/shop/settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {SAYS: "%s", FAILING: "%d"}
                """.formatted(answer, failing));
    }

    private void token(String it) throws IOException {
        write("apps/shop/token.yaml", """
                apiVersion: v1
                kind: Secret
                metadata: {name: token, namespace: NS}
                stringData: {it: %s}
                """.formatted(it));
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
        String address = get("services/api").mapping("spec").text("clusterIP", "");
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
                        isGood = answer.startsWith("HTTP/1.1 200 ") || answer.startsWith("HTTP/1.0 200 ");
                        worst = isGood ? worst : answer;
                        for (String version : List.of("one", "two", "three", "four", "sesame-old", "sesame-new")) {
                            if (answer.contains(version)) {
                                said.add(version);
                            }
                        }
                    } catch (IOException broken) {
                        worst = broken.toString();
                    }
                    (isGood ? answered : failed).incrementAndGet();
                    LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
                }
            }));
        }
    }

    private Node.Mapping get(String object) throws IOException {
        String group = object.startsWith("deployments") ? "/apis/apps/v1" : "/api/v1";
        return server.call(Request.get(group + "/namespaces/" + namespace + "/" + object));
    }

    private Node.Mapping shop(String disk) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .filter(application -> application.text("name", "").equals("shop"))
                .findFirst()
                .orElse(Node.Mapping.EMPTY);
    }

    private Node.Mapping rolledOut(String disk) throws IOException {
        List<Node> all = AgentCalls.get(directory.resolve(disk), "/api/v1/rollouts?name=api")
                .sequence("rollouts");
        return all.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) all.getFirst();
    }

    private void await(String disk, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 120_000_000_000L;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what + "\n"
                        + (isUp(disk) ? shop(disk) + "\n" + rolledOut(disk) : disk + " is away") + "\n"
                        + answered + " answered, " + failed + " failed: " + worst + "\n"
                        + Json.write(get("deployments/api")) + "\n" + story(disk));
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
                () -> rolledOut(disk).text("phase", "").equals(phase));
    }

    private void awaitSynced(String disk) throws Exception {
        await(
                disk,
                "the new version everywhere",
                () -> isAlone() && shop(disk).text("state", "").equals("synced"));
    }

    /** The Deployment's own. */
    private Set<String> pods() throws IOException {
        return get("pods?labelSelector=app%3Dapi,!homeostat.io/side").sequence("items").stream()
                .map(pod -> ((Node.Mapping) pod).mapping("metadata"))
                .filter(metadata -> metadata.text("deletionTimestamp") == null)
                .map(metadata -> metadata.text("name", ""))
                .collect(Collectors.toSet());
    }

    private boolean isAlone() throws IOException {
        try {
            get("deployments/api-canary");
            return false;
        } catch (ApiFailure failure) {
            Node.Mapping live = get("deployments/api");
            return failure.isMissing()
                    && live.mapping("metadata").mapping("annotations").text("homeostat.io/split") == null
                    && !live.mapping("spec").flag("paused", false);
        }
    }

    private int copies() throws IOException {
        String beside = "?labelSelector=homeostat.io/beside%3Dapi";
        return get("configmaps" + beside).sequence("items").size()
                + get("secrets" + beside).sequence("items").size();
    }

    private String version(String object) throws IOException {
        return get(object).mapping("metadata").text("resourceVersion", "");
    }

    private String answer() throws IOException {
        return get("configmaps/settings").mapping("data").text("SAYS", "");
    }

    @Test
    void aBadConfigurationIsTakenBackAndAGoodOneGoesAllTheWay() throws Exception {
        try (Agent _ = agent("first")) {
            await("first", "the shop", () -> shop("first").text("state", "").equals("synced"));
            openForUsers();
            await("first", "answers", () -> answered.get() > 100);
            assertThat(failed).hasValue(0);
            Set<String> before = pods();
            String settings = version("configmaps/settings");
            String template = Json.write(get("deployments/api").mapping("spec").mapping("template"));

            settings("two", 50);
            await("first", "the new version to answer", () -> said.contains("two"));
            assertThat(version("configmaps/settings")).as("kept for the others").isEqualTo(settings);
            assertThat(copies()).isEqualTo(1);
            awaitPhase("first", "failed");
            assertThat(rolledOut("first").text("message", "")).contains("errors: ");
            await(
                    "first",
                    "the quarantine",
                    () -> !shop("first").mapping("quarantine").isEmpty());
            await("first", "the canary to go", this::isAlone);
            assertThat(pods()).as("nobody touched those that were good").isEqualTo(before);
            assertThat(get("configmaps/settings").mapping("data").text("FAILING", ""))
                    .isEqualTo("0");
            assertThat(answer()).isEqualTo("one");
            assertThat(Json.write(get("deployments/api").mapping("spec").mapping("template")))
                    .isEqualTo(template);
            assertThat(copies()).as("copies that nobody reads").isZero();
            long users = failed.get();
            assertThat(users).isPositive();
            long then = answered.get();
            await("first", "answers", () -> answered.get() > then + 100);
            assertThat(failed).as("none fails any more").hasValue(users);
            System.out.println("a configuration with which every second request fails was taken back after " + users
                    + " failed requests of " + (users + then));

            settings("three", 0);
            token("sesame-new");
            await("first", "the new version to answer", () -> said.containsAll(Set.of("three", "sesame-new")));
            assertThat(answer()).as("not for everybody yet").isEqualTo("one");
            assertThat(copies()).isEqualTo(2);
            awaitPhase("first", "completed");
            awaitSynced("first");
            assertThat(pods()).doesNotContainAnyElementsOf(before).hasSize(2);
            assertThat(answer()).isEqualTo("three");
            assertThat(copies()).as("copies that nobody reads").isZero();
            assertThat(failed).as("a good one costs nobody anything").hasValue(users);
            assertThat(story("first"))
                    .as("no secret is written down")
                    .doesNotContain("sesame-old", "sesame-new")
                    .doesNotContain(Base64.getEncoder().encodeToString("sesame-new".getBytes(StandardCharsets.UTF_8)));
            said.remove("one");
            await("first", "answers", () -> answered.get() > then + 1000);
            assertThat(said).doesNotContain("one");
        }
    }

    @Test
    void theNextAgentGoesOnWithWhatTheOneBeforeItKept() throws Exception {
        Set<String> before;
        try (Agent _ = agent("first")) {
            await("first", "the shop", () -> shop("first").text("state", "").equals("synced"));
            openForUsers();
            await("first", "answers", () -> answered.get() > 100);
            before = pods();
            settings("two", 0);
            await("first", "a stage with traffic", () -> rolledOut("first").integer("weight", 0) > 0);
        }
        assertThat(answer()).isEqualTo("one");
        try (Agent _ = agent("first")) {
            awaitPhase("first", "completed");
            awaitSynced("first");
            assertThat(answer()).isEqualTo("two");
            assertThat(pods()).doesNotContainAnyElementsOf(before).hasSize(2);
            before = pods();
            settings("three", 0);
            await("first", "a stage with traffic", () -> rolledOut("first").integer("weight", 0) > 0);
        }
        assertThat(answer()).isEqualTo("two");
        try (Agent _ = agent("empty")) {
            awaitPhase("empty", "completed");
            awaitSynced("empty");
            assertThat(answer()).isEqualTo("three");
            assertThat(pods()).doesNotContainAnyElementsOf(before).hasSize(2);
            before = pods();
            settings("four", 60);
            await("empty", "the new version to answer", () -> said.contains("four"));
        }
        assertThat(answer()).isEqualTo("three");
        try (Agent _ = agent("empty")) {
            awaitPhase("empty", "failed");
            await("empty", "the canary to go", this::isAlone);
            assertThat(answer()).isEqualTo("three");
            assertThat(pods()).isEqualTo(before);
            assertThat(copies()).isZero();
        }
    }

    /** An agent in a process of its own, on a disk of its own. */
    private Process process(String disk) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName(),
                directory.resolve("repository").toString(),
                directory.resolve(disk).toString());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        return builder.inheritIO().start();
    }

    private boolean isUp(String disk) {
        try {
            return !shop(disk).isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void anAgentThatIsKilledInTheMiddleCostsNobodyAnything() throws Exception {
        Process first = process("first");
        Process second = null;
        try {
            await("first", "the agent", () -> isUp("first"));
            await("first", "the shop", () -> shop("first").text("state", "").equals("synced"));
            openForUsers();
            await("first", "answers", () -> answered.get() > 100);
            Set<String> old = pods();
            String settings = version("configmaps/settings");
            settings("two", 0);
            await("first", "the new version to answer", () -> said.contains("two"));
            first.destroyForcibly().waitFor();
            assertThat(version("configmaps/settings")).as("kept for the others").isEqualTo(settings);
            assertThat(copies()).isEqualTo(1);
            assertThat(pods()).isEqualTo(old);

            second = process("second");
            await("second", "the agent", () -> isUp("second"));
            awaitPhase("second", "completed");
            awaitSynced("second");
            assertThat(answer()).as("another one on an empty disk went on").isEqualTo("two");
            assertThat(copies()).isZero();
            assertThat(pods()).doesNotContainAnyElementsOf(old).hasSize(2);
            assertThat(failed).as(worst).hasValue(0);

            Set<String> before = pods();
            String kept = version("configmaps/settings");
            settings("three", 0);
            await("second", "the new version to answer", () -> said.contains("three"));
            second.destroyForcibly().waitFor();
            settings("two", 0);
            try (Agent _ = agent("third")) {
                await("third", "the canary to go", this::isAlone);
                awaitSynced("third");
                assertThat(version("configmaps/settings")).as("never changed").isEqualTo(kept);
                assertThat(answer()).isEqualTo("two");
                assertThat(copies()).as("copies that nobody reads").isZero();
                assertThat(pods()).as("nobody touched those that were there").isEqualTo(before);
                long then = answered.get();
                said.remove("three");
                await("third", "answers", () -> answered.get() > then + 200);
                assertThat(said).doesNotContain("three");
            }
            assertThat(failed).as(worst).hasValue(0);
        } finally {
            first.destroyForcibly();
            if (second != null) {
                second.destroyForcibly();
            }
        }
    }

    @Test
    void aFlagIsTurnedOnForSomeAndOffAgainWhenItDoesHarm() throws Exception {
        rollout("featureFlag: {configMap: settings, key: FAILING, steps: [{weight: 30, hold: 60s}]}");
        try (Agent _ = agent("first")) {
            await("first", "the shop", () -> shop("first").text("state", "").equals("synced"));
            openForUsers();
            await("first", "answers", () -> answered.get() > 100);
            Set<String> before = pods();
            settings("one", 50);
            awaitPhase("first", "failed");
            await("first", "the canary to go", this::isAlone);
            assertThat(get("configmaps/settings").mapping("data").text("FAILING", ""))
                    .isEqualTo("0");
            assertThat(pods()).isEqualTo(before);
        }
    }
}
