package io.homeostat.cli.demo;

import io.homeostat.cli.Checkout;
import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

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

    private final Process process;
    private final Path state;
    private final Repository repository;

    private WatchedShop(Process process, Path state, Repository repository) {
        this.process = process;
        this.state = state;
        this.repository = repository;
    }

    /** Opens the shop and changes it once, so that there is something to go back to. */
    static WatchedShop open(Path directory) throws Exception {
        Repository repository = Repository.create(
                directory.resolve("repository"), Checkout.root().resolve("examples/shop"));
        // One that is kept and one that is not, so that both are there to be looked at.
        Path promises = Files.createDirectories(repository.root().resolve("reliability"));
        Files.writeString(promises.resolve("kept.yaml"), OBJECTIVES.formatted("orders-kept", "orders", "true", "1h"));
        Files.writeString(
                promises.resolve("spent.yaml"), OBJECTIVES.formatted("front-page", "front-page", "false", "10m"));
        Files.writeString(promises.resolve("one-web-less.yaml"), EXPERIMENT);
        repository.commit("Open the shop");
        Path state = directory.resolve("state");
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
                        state.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile());
        // The shop's programs are run by the java on PATH.
        builder.environment().merge("PATH", home.resolve("bin").toString(), (path, ours) -> ours + ":" + path);
        WatchedShop shop = new WatchedShop(builder.start(), state, repository);
        try {
            shop.awaitSynced();
            repository.edit("apps/shop/config.yaml", "Welcome to the shop", "Good morning");
            repository.commit("Say good morning");
            shop.awaitRevisions(2);
            shop.awaitSynced();
            return shop;
        } catch (IOException | RuntimeException failed) {
            shop.close();
            throw new IOException(Files.readString(directory.resolve("agent.log")), failed);
        }
    }

    AgentClient client() throws AgentException {
        return AgentClient.of(state);
    }

    Repository repository() {
        return repository;
    }

    ProcessHandle process() {
        return process.toHandle();
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

    private void awaitSynced() throws IOException {
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
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException stuck) {
            process.destroyForcibly();
        } finally {
            repository.close();
        }
    }
}
