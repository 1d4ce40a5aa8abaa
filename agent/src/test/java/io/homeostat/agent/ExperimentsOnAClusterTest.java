package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Access;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.source.SourceSpec;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Execution;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.fault.Undoer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments of a whole agent on a real cluster: what they may do there, what is in their way, and what is left when it dies. */
@Tag("cluster")
class ExperimentsOnAClusterTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");

    /**
     * The bar is three seconds, for the whole proof, {@code -Dtrials=50}, on a quiet machine; any may be busy in the short one.
     * {@code -Dlatest} says another.
     */
    private static final Duration LATEST =
            Duration.ofSeconds(Integer.getInteger("latest", Integer.getInteger("trials") == null ? 5 : 3));

    /** As many as a lease lasts, and a leader is missed, and somebody is there in its place; on any machine. */
    private static final Duration FALLEN = Duration.ofSeconds(60);

    /** Answered by the gate and by nobody else. */
    private static final int OURS = 507;

    private static final Set<String> ALL = Set.of("cpu", "error", "overlay", "scale", "cordon", "taint", "records");

    @TempDir
    Path directory;

    private Path kubeconfig;
    private ApiServer server;
    private String namespace = "";
    private Thread undoer;
    private HttpServer promise;
    private volatile boolean broken;
    private final AtomicLong brokenSince = new AtomicLong();
    /** What was said when a run was to begin. */
    private Node.Mapping begun = Node.Mapping.EMPTY;
    /** The pod in which a script of ours runs. */
    private String stressed = "";

    @BeforeEach
    void open() throws IOException {
        String file = System.getenv("HOMEOSTAT_TEST_KUBECONFIG");
        kubeconfig = Path.of(file == null ? String.valueOf(System.getenv("KUBECONFIG")) : file);
        server = ApiServer.of(kubeconfig, null, 100, 10);
        Assumptions.assumeTrue(
                Json.write(server.call(Request.get("/api/v1/nodes"))).contains('"' + IMAGE + '"'),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        namespace = "test-chaos-" + Long.toString(System.nanoTime() % 1_000_000_000, 36);
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
        write("apps/shop/web.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {mode: calm}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: main
                          image: localhost/busybox:1
                          command: [sh, -c, "mkdir -p /tmp/www; echo hello >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: NS}
                spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: enabled}}
                spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calm, namespace: NS, labels: {homeostat.io/chaos: "off"}}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: calm}}
                  template:
                    metadata: {labels: {app: calm}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - {name: main, image: "localhost/busybox:1", command: [sleep, "3600"]}
                """);
        promise = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        promise.createContext("/", exchange -> {
            boolean breaks = broken;
            exchange.sendResponseHeaders(breaks ? 500 : 200, -1);
            exchange.close();
            if (breaks) {
                brokenSince.compareAndSet(0, System.nanoTime());
            }
        });
        promise.start();
        write("reliability/all-at-once.yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: all-at-once}
                spec:
                  owner: ann
                  hypothesis:
                    probes: [{name: the promise, http: {url: "http://127.0.0.1:%d/", within: 10s}}]
                    every: 100ms
                    steady: 200ms
                  faults:
                    - cpu: {workload: web, namespace: NS, load: 20}
                    - error: {to: api, namespace: NS, status: %d}
                    - configuration: {workload: web, namespace: NS, configMap: settings, key: mode, value: wild}
                    - scale: {workload: web, namespace: NS, to: 4}
                    - cordon: {workload: web, namespace: NS}
                    - taint: {workload: web, namespace: NS}
                  blastRadius: {percent: 100}
                  duration: 10m
                  recovery: 60s
                """.formatted(promise.getAddress().getPort(), OURS));
        experiment("too-many", "kill: {workload: web, namespace: NS, instances: 2}", "3s");
        experiment("opted-out", "kill: {workload: calm, namespace: NS}", "3s");
        experiment("one-less", "kill: {workload: web, namespace: NS}", "3s");
        experiment("fewer", "scale: {workload: web, namespace: NS, to: 2}", "60s");
        experiment("busy", "cpu: {workload: web, namespace: NS, load: 20}", "6s");
        experiment("stopped", "pause: {workload: web, namespace: NS}", "3s");
        experiment("no-gate", "error: {to: web, namespace: NS}", "3s");
        experiment("alone", "apiUnreachable: {}", "3s");
        Undoer undoes = Undoer.of(kubeconfig, null, namespace, InstantSource.system(), System.out::println);
        undoer = Thread.ofPlatform().daemon().start(() -> {
            try {
                undoes.run();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void experiment(String name, String fault, String duration) throws IOException {
        write("reliability/" + name + ".yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: %s}
                spec:
                  owner: ann
                  hypothesis:
                    probes: [{name: it goes on, process: {command: ["true"], within: 5s}}]
                    every: 200ms
                    steady: 500ms
                  faults: [{%s}]
                  duration: %s
                  recovery: 60s
                """.formatted(name, fault, duration));
    }

    /** Also after a test that failed: the namespace takes the records with it, and a node stays closed for all that follow. */
    @AfterEach
    void close() throws Exception {
        await("the records to be gone", () -> records().isEmpty());
        undoer.interrupt();
        undoer.join();
        promise.stop(0);
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

    private Node.Mapping run(String disk, String name) throws IOException {
        return AgentCalls.post(
                directory.resolve(disk), "/api/v1/experiment", "{\"action\": \"run\", \"name\": \"" + name + "\"}");
    }

    private Node.Mapping last(String disk, String name) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/experiments?name=" + name)
                .mapping("experiment")
                .mapping("last");
    }

    private boolean isHealthy(String disk) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .anyMatch(shop -> shop.text("name", "").equals("shop")
                        && shop.text("health", shop.mapping("health").text("status", ""))
                                .equalsIgnoreCase("healthy"));
    }

    private int replicas() throws IOException {
        return server.call(Request.get(deployment())).mapping("spec").integer("replicas", 0);
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    private void verdict(String disk, String name, String expected) throws Exception {
        await(
                "a verdict on " + name,
                () -> !last(disk, name).text("verdict", "").isEmpty());
        assertThat(last(disk, name).text("verdict", ""))
                .as(() -> {
                    try {
                        return last(disk, name).toString();
                    } catch (IOException gone) {
                        return gone.toString();
                    }
                })
                .isEqualTo(expected);
    }

    @Test
    void whatAClusterCanDoIsDoneRefusedCountedAndNeverLeftBehind() throws Exception {
        try (Agent one = agent("one")) {
            await("shop to be healthy", () -> isHealthy("one") && isSynced("one"));
            assertThat(one.url()).startsWith("http://127.0.0.1:");

            // The surface has what can be done here, and nothing else.
            List<String> classes =
                    AgentCalls.get(directory.resolve("one"), "/api/v1/coverage").sequence("cells").stream()
                            .map(Node.Mapping.class::cast)
                            .filter(cell -> cell.text("target", "").equals(namespace + "/Deployment/web"))
                            .map(cell -> cell.text("class", cell.text("faultClass", "")))
                            .toList();
            assertThat(classes)
                    .contains("kill", "terminate", "crashLoop", "scale", "cordon", "drain", "taint")
                    .contains("cpu", "memory", "io");
            assertThat(classes).doesNotContain("pause", "fileDescriptors", "apiUnreachable");

            assertThat(run("one", "no-gate").toString())
                    .contains("no gate stands in front of " + namespace + "/Service/web")
                    .contains("homeostat.io/gate: enabled");

            assertThat(run("one", "too-many").toString()).contains("2 of 3 instances");
            assertThat(run("one", "opted-out").toString()).contains("has opted out");

            // What is suggested for it may begin as it is.
            List<Node.Mapping> suggested = AgentCalls.get(
                            directory.resolve("one"), "/api/v1/coverage/suggestions?last=1000")
                    .sequence("suggestions")
                    .stream()
                    .map(Node.Mapping.class::cast)
                    .filter(each -> each.text("target", "").equals(namespace + "/Deployment/web"))
                    .filter(each -> List.of("cpu", "memory", "io").contains(each.text("class", "")))
                    .toList();
            assertThat(suggested).hasSize(3);
            for (Node.Mapping each : suggested) {
                Node.Mapping asked =
                        Node.Mapping.EMPTY.with("action", "plan").with("document", each.text("document", ""));
                assertThat(AgentCalls.post(directory.resolve("one"), "/api/v1/experiment", Json.write(asked))
                                .sequence("refusals"))
                        .as(each.text("class", ""))
                        .isEmpty();
            }

            assertThat(run("one", "stopped").toString())
                    .contains("this target cannot do pause: the first process of a container cannot be stopped");

            run("one", "one-less");
            verdict("one", "one-less", "held");
            run("one", "busy");
            await("the shell of a pod to be busy", () -> !busy().isEmpty());
            verdict("one", "busy", "held");
            assertThat(busy()).as("whose shells are busy").isEmpty();
            run("one", "alone");
            verdict("one", "alone", "held");

            AgentCalls.post(
                    directory.resolve("one"),
                    "/api/v1/freeze",
                    "{\"application\": \"shop\", \"owner\": \"ann\", \"reason\": \"Christmas\", \"for\": \"1h\"}");
            assertThat(run("one", "fewer").toString()).contains("frozen by ann");
            AgentCalls.post(directory.resolve("one"), "/api/v1/unfreeze", "{\"application\": \"shop\"}");

            run("one", "fewer");
            await("two instances", () -> replicas() == 2);
            await("it to be seen", () -> last("one", "fewer").toString().contains("during"));
        }
        // Ended in the middle of it: what the agent did not undo any more, the undoer does.
        await("the declared number", () -> replicas() == 3);
        try (Agent two = agent("two")) {
            await("shop to be healthy", () -> isHealthy("two") && isSynced("two"));
            assertThat(two.url()).isNotEmpty();
            assertThat(replicas()).isEqualTo(3);
            run("two", "one-less");
            verdict("two", "one-less", "held");
        }
    }

    /** The time runs from the first answer of this test to a check that breaks the promise, until nothing is left in the cluster. */
    @Test
    void whenAPromiseBreaksEveryFaultIsUndone() throws Exception {
        int trials = Integer.getInteger("trials", 5);
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<Long> millis = new ArrayList<>();
        try (Agent one = agent("one")) {
            assertThat(one.url()).isNotEmpty();
            for (int trial = 0; trial < trials; trial++) {
                String where = "seed " + seed + ", trial " + trial;
                String pod = beginAll("one", where);
                LockSupport.parkNanos((long) (random.nextDouble() * 2e9));
                millis.add(untilNothingIsLeft(where, pod));
            }
        }
        millis.sort(null);
        long p99 = millis.get((int) Math.ceil(millis.size() * 0.99) - 1);
        System.out.println(
                millis.size() + " promises broke on a cluster, seed " + seed + ": every fault was undone after "
                        + millis.get(millis.size() / 2) + " ms in the median, " + p99 + " ms p99, " + millis.getLast()
                        + " ms at most");
        assertThat(Duration.ofMillis(p99)).as("seed %s: %s", seed, millis).isLessThanOrEqualTo(LATEST);
    }

    /** @return the pod under stress */
    private String beginAll(String disk, String where) throws Exception {
        await(where + ": shop to be healthy", () -> isHealthy(disk) && isSynced(disk));
        stressed = "";
        try {
            await(where + ": the run to begin", () -> {
                // A Service that nobody calls has no edge.
                int _ = status();
                begun = run(disk, "all-at-once");
                return !begun.text("run", "").isEmpty();
            });
            await(where + ": all of them to be done", () -> {
                if (stressed.isEmpty()) {
                    stressed = busy().stream().findFirst().orElse("");
                    return false;
                }
                return left(() -> true).equals(ALL);
            });
        } catch (AssertionError never) {
            throw new AssertionError(
                    never.getMessage() + "\n" + begun + "\n" + left(() -> !stressed.isEmpty()) + "\n"
                            + last(disk, "all-at-once"),
                    never);
        }
        return stressed;
    }

    private long untilNothingIsLeft(String where, String pod) throws Exception {
        try (Watcher stress = new Watcher(pod)) {
            brokenSince.set(0);
            broken = true;
            await(
                    where + ": all of them to be undone",
                    () -> brokenSince.get() != 0 && left(stress::isThere).isEmpty());
            long millis =
                    Duration.ofNanos(System.nanoTime() - brokenSince.get()).toMillis();
            broken = false;
            verdict("one", "all-at-once", "broken");
            await(
                    where + ": all instances",
                    () -> server.call(Request.get(deployment()))
                                    .mapping("status")
                                    .integer("readyReplicas", 0)
                            == 3);
            return millis;
        }
    }

    /**
     * The one who holds everything is killed; what it held ends by those who outlive it, another agent leads, and the journal of
     * the one that died tells one verdict when it is read again.
     */
    @Test
    void aLeaderThatIsKilledInTheMiddleLeavesNothingAndOneVerdict() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName(),
                directory.resolve("repository").toString(),
                directory.resolve("leader").toString());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        Process leader = builder.inheritIO().start();
        CompletableFuture<Agent> follower = new CompletableFuture<>();
        try {
            await("a leader", () -> status("leader").contains("healthy") && isHealthy("leader") && isSynced("leader"));
            Thread.ofVirtual().start(() -> {
                try {
                    follower.complete(agent("follower"));
                } catch (Exception failed) {
                    follower.completeExceptionally(failed);
                }
            });
            await("the one who waits", () -> status("follower").contains("waits for its turn"));
            String pod = beginAll("leader", "the leader");
            try (Watcher stress = new Watcher(pod)) {
                leader.destroyForcibly().waitFor();
                long killed = System.nanoTime();
                await("the stress to end by itself", () -> !stress.isThere());
                long script = System.nanoTime() - killed;
                await("all of it to be undone", () -> left(stress::isThere).isEmpty());
                long all = System.nanoTime() - killed;
                System.out.println("the leader was killed in the middle of an experiment: its stress had ended after "
                        + script / 1_000_000 + " ms, all of it was undone after " + all / 1_000_000 + " ms");
                assertThat(Duration.ofNanos(script)).isLessThan(Duration.ofSeconds(20));
                assertThat(Duration.ofNanos(all)).isLessThan(FALLEN);
            }
            try (Agent _ = follower.get(60, TimeUnit.SECONDS)) {
                await("the next one to keep shop", () -> isHealthy("follower") && isSynced("follower"));
                assertThat(left(() -> !busy().isEmpty())).as("taken up again").isEmpty();
                run("follower", "one-less");
                verdict("follower", "one-less", "held");
            }
        } finally {
            leader.destroyForcibly();
        }
        try (Agent _ = agent("leader")) {
            verdict("leader", "all-at-once", "inconclusive");
            assertThat(last("leader", "all-at-once").text("reason", "")).contains("the agent died in the middle of it");
            assertThat(left(() -> !busy().isEmpty())).isEmpty();
        }
        List<Event> ended = new ArrayList<>();
        try (Journal journal =
                FileJournal.open(directory.resolve("leader").resolve("journal"), InstantSource.system())) {
            journal.read(0, event -> {
                if (event.type().equals("experiment.ended")) {
                    ended.add(event);
                }
                return true;
            });
        }
        assertThat(ended).as("one verdict").hasSize(1);
    }

    private boolean isSynced(String disk) throws IOException {
        return AgentCalls.get(directory.resolve(disk), "/api/v1/status").sequence("applications").stream()
                .map(Node.Mapping.class::cast)
                .anyMatch(shop -> shop.text("name", "").equals("shop")
                        && shop.text("state", "").equals("synced"));
    }

    /** What an agent says of itself; nothing before it listens. */
    private String status(String disk) {
        try {
            return Json.write(AgentCalls.get(directory.resolve(disk), "/api/v1/status"));
        } catch (IOException notYet) {
            return "";
        }
    }

    /** What a caller of the gated Service is answered with; 0 when with nothing. */
    private int status() throws IOException {
        String address = server.call(Request.get("/api/v1/namespaces/" + namespace + "/services/api"))
                .mapping("spec")
                .text("clusterIP", "");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, 80), 5_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: api\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return all.startsWith("HTTP/") ? Integer.parseInt(all.split(" ", 3)[1]) : 0;
        } catch (IOException broken) {
            return 0;
        }
    }

    /** What of it stands in the cluster; records are the last to go. */
    private Set<String> left(Callable<Boolean> isUnderStress) throws Exception {
        Set<String> left = new TreeSet<>();
        if (isUnderStress.call()) {
            left.add("cpu");
        }
        if (status() == OURS) {
            left.add("error");
        }
        if (!server.call(Request.get("/api/v1/namespaces/" + namespace + "/configmaps/settings"))
                .mapping("data")
                .text("mode", "")
                .equals("calm")) {
            left.add("overlay");
        }
        if (replicas() != 3) {
            left.add("scale");
        }
        for (Node each : server.call(Request.get("/api/v1/nodes")).sequence("items")) {
            Node.Mapping spec = ((Node.Mapping) each).mapping("spec");
            if (spec.flag("unschedulable", false)) {
                left.add("cordon");
            }
            if (spec.sequence("taints").toString().contains("homeostat.io/chaos")) {
                left.add("taint");
            }
        }
        if (!records().isEmpty()) {
            left.add("records");
        }
        return left;
    }

    private List<Node> records() throws IOException {
        String records = "/api/v1/namespaces/" + namespace + "/configmaps?labelSelector=homeostat.io/fault-of";
        return server.call(Request.get(records)).sequence("items");
    }

    /** Looks for a script of ours in one pod all the time, so that nobody waits for a shell to begin. */
    private final class Watcher implements AutoCloseable {
        private final Execution looking;
        private boolean isThere = true;

        Watcher(String pod) throws IOException {
            looking = server.exec(namespace, pod, "main", List.of("sh", "-c", """
                    while :; do
                      if grep -q homeostat-[s]tress /proc/[0-9]*/cmdline 2>/dev/null; then echo there; else echo gone; fi
                      sleep 0.2
                    done"""));
        }

        boolean isThere() throws IOException {
            for (String line = looking.hear(Duration.ZERO); line != null; line = looking.hear(Duration.ZERO)) {
                isThere = line.equals("there");
            }
            assertThat(looking.isSilent())
                    .as("the shell that looks: %s", looking.failure())
                    .isFalse();
            return isThere;
        }

        @Override
        public void close() {
            looking.close();
        }
    }

    /** The pods in which a script of ours runs. */
    private List<String> busy() throws IOException {
        List<String> busy = new ArrayList<>();
        String pods = "/api/v1/namespaces/" + namespace + "/pods";
        for (Node each :
                server.call(Request.get(pods + "?labelSelector=app%3Dweb")).sequence("items")) {
            Node.Mapping pod = (Node.Mapping) each;
            String name = pod.mapping("metadata").text("name", "");
            if (pod.mapping("metadata").text("deletionTimestamp") != null
                    || !pod.mapping("status").text("phase", "").equals("Running")) {
                continue;
            }
            String script = "grep -l homeostat-[s]tress /proc/[0-9]*/cmdline 2>/dev/null; exit 0";
            try (Execution looking = server.exec(namespace, name, "main", List.of("sh", "-c", script))) {
                if (looking.hear(Duration.ofSeconds(10)) != null) {
                    busy.add(name);
                }
            }
        }
        return busy;
    }

    private String deployment() {
        return "/apis/apps/v1/namespaces/" + namespace + "/deployments/web";
    }
}
