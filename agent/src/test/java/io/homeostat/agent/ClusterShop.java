package io.homeostat.agent;

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
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A namespace of a real cluster with a web service of real pods behind a real gate, and users who call it all the time. */
final class ClusterShop implements AutoCloseable {

    static final String IMAGE = System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final int USERS = 3;
    private static final int PAUSE_MILLIS = 20;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    final String namespace;
    final AtomicLong answered = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    /** What was answered, and how often. */
    final Map<String, Long> answers = new ConcurrentHashMap<>();

    private final Path directory;
    private final Path kubeconfig;
    private final ApiServer server;
    private final List<Thread> users = new ArrayList<>();
    private volatile boolean left;
    private volatile String worst = "";

    ClusterShop(Path directory) throws IOException {
        this.directory = directory;
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        this.kubeconfig = Path.of(file == null ? String.valueOf(System.getenv("KUBECONFIG")) : file);
        this.server = ApiServer.of(kubeconfig, null, 100, 10);
        Assumptions.assumeTrue(
                Json.write(get("/api/v1/nodes")).contains('"' + IMAGE + '"'),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        this.namespace = "test-shop-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
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
        write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: enabled}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
    }

    /** A pod template that answers with a word, and fails so many of a hundred requests. */
    static String template(String answer, int failing) {
        return """
                template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 10
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
                          lifecycle: {preStop: {exec: {command: [sleep, "8"]}}}
                """.formatted(failing, answer);
    }

    /** The Deployment, replaced without a gap. */
    void deployment(String template, String replicas) throws IOException {
        write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  %s
                  progressDeadlineSeconds: 120
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                """.formatted(replicas) + "  " + template);
    }

    /** The Rollout of the Deployment. */
    void rollout(String strategy, String indented) throws IOException {
        write("reliability/api.yaml", """
                apiVersion: homeostat.io/v1
                kind: Rollout
                metadata: {name: api}
                spec:
                  workload: {name: api, namespace: NS}
                  %s: %s
                """.formatted(strategy, indented));
    }

    Node.Mapping liveDeployment(String name) throws IOException {
        return get("/apis/apps/v1/namespaces/" + namespace + "/deployments/" + name);
    }

    /** Nothing stands beside the Deployment. */
    boolean isAlone() throws IOException {
        try {
            liveDeployment("api-canary");
            return false;
        } catch (ApiFailure failure) {
            Node.Mapping live = liveDeployment("api");
            return failure.isMissing()
                    && live.mapping("metadata").mapping("annotations").text("homeostat.io/split") == null
                    && !live.mapping("spec").flag("paused", false);
        }
    }

    /** {@code NS} in it is the namespace. */
    void write(String file, String text) throws IOException {
        Path path = directory.resolve("repository").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text.replace("NS", namespace));
    }

    Agent agent(String disk) throws Exception {
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

    void openForUsers() throws IOException {
        String address = address();
        for (int i = 0; i < USERS; i++) {
            users.add(Thread.ofVirtual().start(() -> {
                while (!left) {
                    call(address);
                    LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000L);
                }
            }));
        }
    }

    private void call(String address) {
        boolean isGood = false;
        try {
            String answer = answer(address, "");
            isGood = answer.startsWith("HTTP/1.1 200 ") || answer.startsWith("HTTP/1.0 200 ");
            worst = isGood ? worst : answer;
            if (isGood) {
                answers.merge(word(answer), 1L, Long::sum);
            }
        } catch (IOException broken) {
            worst = broken.toString();
        }
        (isGood ? answered : failed).incrementAndGet();
    }

    private static String answer(String address, String headers) throws IOException {
        try (Socket socket = new Socket(address, 80)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /cgi-bin/say HTTP/1.1\r\nHost: api\r\n" + headers + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String word(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n")).replaceAll("[^a-z]", "");
    }

    /** The word that somebody gets who sends this header. */
    String answerTo(String header) throws IOException {
        return word(answer(address(), header + "\r\n"));
    }

    private String address() throws IOException {
        return get("/api/v1/namespaces/" + namespace + "/services/api")
                .mapping("spec")
                .text("clusterIP", "");
    }

    Node.Mapping get(String path) throws IOException {
        return server.call(Request.get(path));
    }

    Node.Mapping call(Request request) throws IOException {
        return server.call(request);
    }

    Node.Mapping application(String disk) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .filter(application -> application.text("name", "").equals("shop"))
                .findFirst()
                .orElse(Node.Mapping.EMPTY);
    }

    boolean isSynced(String disk) throws IOException {
        return application(disk).text("state", "").equals("synced");
    }

    Node.Mapping rollout(String disk) throws IOException {
        List<Node> all = AgentCalls.get(directory.resolve(disk), "/api/v1/rollouts?name=api")
                .sequence("rollouts");
        return all.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) all.getFirst();
    }

    Node.Mapping post(String disk, String path, String json) throws IOException {
        return AgentCalls.post(directory.resolve(disk), path, json);
    }

    void await(String disk, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what + "\n" + application(disk) + "\n" + rollout(disk) + "\n"
                        + answered + " answered, " + failed + " failed: " + worst + "\n" + story(disk));
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    void awaitPhase(String disk, String phase) throws Exception {
        await(
                disk,
                "a rollout that is " + phase,
                () -> rollout(disk).text("phase", "").equals(phase));
    }

    /** So many more answers. */
    void awaitAnswers(String disk, int more) throws Exception {
        long then = answered.get();
        await(disk, "answers", () -> answered.get() >= then + more);
    }

    /** What was answered wrong last. */
    String worst() {
        return worst;
    }

    /** What the agent has written down. */
    String story(String disk) throws IOException {
        StringBuilder story = new StringBuilder();
        try (var files = Files.list(directory.resolve(disk).resolve("journal"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                story.append(Files.readString(file));
            }
        }
        return story.toString();
    }

    @Override
    public void close() throws IOException {
        left = true;
        try {
            for (Thread user : users) {
                user.join();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        server.call(Request.delete("/api/v1/namespaces/" + namespace, Node.Mapping.EMPTY));
        server.close();
    }
}
