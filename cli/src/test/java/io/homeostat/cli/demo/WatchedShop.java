package io.homeostat.cli.demo;

import io.homeostat.cli.Checkout;
import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The shop of the demo on an agent of its own, with objectives and customers, for whoever wants to look at it. */
final class WatchedShop implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

    private static final String OBJECTIVES = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: %s}
        spec:
          service: web
          indicator:
            metadata: {name: %s-seen}
            spec:
              ratioMetric:
                rawType: success
                raw: {metricSource: {type: process, spec: {command: ["%s"]}}}
          timeWindow: [{duration: %s, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{displayName: answers, target: 0.99}]
        """;

    private static final String EXPERIMENT = """
        apiVersion: homeostat.io/v1
        kind: Experiment
        metadata: {name: one-web-less}
        spec:
          owner: ann
          description: One of the webs is killed, and another one stands in.
          hypothesis: {probes: [{name: one is ready, cel: "workload['web'].ready >= 0"}]}
          faults: [{kill: {workload: web}}]
          duration: 3s
        """;

    private final Path state;
    private final Path log;
    private final Repository repository;
    private final int port;
    private @Nullable Process process;

    private WatchedShop(Path directory, Repository repository, int port) {
        this.state = directory.resolve("state");
        this.log = directory.resolve("agent.log");
        this.repository = repository;
        this.port = port;
    }

    /** An objective that is kept and one that is not, and an experiment, so that there is something to look at. */
    static final Map<String, String> PROMISES = Map.of(
            "reliability/kept.yaml", OBJECTIVES.formatted("orders-kept", "orders", "true", "1h"),
            "reliability/spent.yaml", OBJECTIVES.formatted("front-page", "front-page", "false", "10m"),
            "reliability/one-web-less.yaml", EXPERIMENT);

    /**
     * Opens the shop and changes it once, so that there is something to go back to.
     *
     * @param more files, by their paths in the repository
     */
    static WatchedShop open(Path directory, Map<String, String> more) throws Exception {
        Repository repository = Repository.create(
                directory.resolve("repository"), Checkout.root().resolve("examples/shop"));
        for (Map.Entry<String, String> file : more.entrySet()) {
            repository.write(file.getKey(), file.getValue());
        }
        repository.commit("Open the shop");
        WatchedShop shop = new WatchedShop(directory, repository, freePort());
        try {
            shop.startAgent();
            shop.awaitSynced();
            repository.edit("apps/shop/config.yaml", "Welcome to the shop", "Good morning");
            repository.commit("Say good morning");
            shop.awaitRevisions(2);
            shop.awaitSynced();
            return shop;
        } catch (IOException | RuntimeException failed) {
            shop.close();
            throw new IOException(Files.readString(shop.log), failed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** At the address it always had. */
    void startAgent() throws IOException {
        Path home = Path.of(System.getProperty("java.home"));
        ProcessBuilder builder = new ProcessBuilder(
                        home.resolve("bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.homeostat.cli.Main",
                        "agent",
                        "--source",
                        repository.root().toString(),
                        "--state",
                        state.toString(),
                        "--listen",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The shop's programs are run by the java on PATH.
        builder.environment().merge("PATH", home.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        process = builder.start();
    }

    /** As when its machine loses power: nothing is said to anybody. */
    void killAgent() throws InterruptedException {
        process().destroyForcibly();
        running().waitFor();
    }

    private Process running() {
        return Objects.requireNonNull(process, "an agent");
    }

    Path state() {
        return state;
    }

    AgentClient client() throws AgentException {
        return AgentClient.of(state);
    }

    Repository repository() {
        return repository;
    }

    ProcessHandle process() {
        return running().toHandle();
    }

    /** Logs a browser in, once. */
    String address() throws IOException {
        return client().agent().url() + client().post("/api/v1/console").text("path", "");
    }

    String url() throws IOException {
        return client().agent().url();
    }

    Node.Mapping application() throws IOException {
        List<Node> applications = client().get("/api/v1/status").sequence("applications");
        return applications.isEmpty() || !(applications.getFirst() instanceof Node.Mapping first)
                ? Node.Mapping.EMPTY
                : first;
    }

    void awaitState(String state) throws IOException {
        await("the shop is " + state, () -> application().text("state", "").equals(state));
    }

    void awaitSynced() throws IOException {
        await(
                "the shop is healthy",
                () -> application().text("state", "").equals("synced")
                        && application().mapping("health").text("status", "").equals("healthy"));
    }

    private void awaitRevisions(int count) throws IOException {
        await(
                count + " syncs",
                () -> client().get("/api/v1/history").sequence("revisions").size() >= count);
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(String what, Condition condition) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (AgentException notYet) {
                // It starts.
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException("waited in vain until " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client().post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
            running().onExit().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            running().destroyForcibly();
        } finally {
            repository.close();
        }
    }
}
