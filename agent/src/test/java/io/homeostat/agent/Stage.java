package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A real repository, a real agent in a process of its own, real workloads, and a look at what really runs. */
final class Stage implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path directory;
    final Path repository;
    final Path state;
    private @Nullable Process agent;

    Stage(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.repository = directory.resolve("repo");
        this.state = directory.resolve("state");
        Files.createDirectories(repository);
        git("init", "-q", "-b", "main");
        git("config", "user.email", "test@example.org");
        git("config", "user.name", "test");
        write("environments/test/environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  target: {local: {}}
                  include: [apps]
                  images: {test/program: host}
                """);
    }

    void write(String file, String content) throws IOException {
        Path target = repository.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    void delete(String file) throws IOException {
        Files.delete(repository.resolve(file));
    }

    String commit(String message) throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", message);
        return git("rev-parse", "HEAD");
    }

    String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    /** A Deployment that runs a shell command; {@code $MARK} in its environment says which instance of what it is. */
    static String deployment(String name, int replicas, int deadlineSeconds, String version, String command) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  progressDeadlineSeconds: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: main
                          image: test/program
                          command: [sh, -c, '%5$s']
                          env:
                            - {name: MARK, value: "%1$s-%4$s"}
                """.formatted(name, replicas, deadlineSeconds, version, command);
    }

    static final String RUNS = "exec sleep 1000000";

    void startAgent(String... more) throws IOException {
        Files.deleteIfExists(state.resolve("agent.json"));
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AgentProcess.class.getName(),
                repository.toString(),
                state.toString()));
        command.addAll(List.of(more));
        agent = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()))
                .start();
    }

    void killAgent() throws InterruptedException {
        if (agent != null) {
            agent.destroyForcibly().waitFor();
        }
    }

    long agentPid() {
        if (agent == null) {
            throw new IllegalStateException("there is no agent yet");
        }
        return agent.pid();
    }

    boolean agentLives() {
        return agent != null && agent.isAlive();
    }

    /** Waits until the agent died, or the status says that there is nothing left to die at. */
    void awaitAgentsEndOr(Predicate<Node.Mapping> done) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (agentLives() && System.nanoTime() < deadline) {
            try {
                if (done.test(get("/api/v1/status"))) {
                    return;
                }
            } catch (IOException notUp) {
                // It starts, or it just died.
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Waits until exactly this many processes run, by mark. */
    void awaitRunning(Map<String, Integer> expected) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Map<String, Integer> found;
        do {
            found = new TreeMap<>();
            for (Map.Entry<String, List<Long>> entry : running().entrySet()) {
                found.put(entry.getKey(), entry.getValue().size());
            }
            if (found.equals(expected)) {
                return;
            }
            LockSupport.parkNanos(10_000_000);
        } while (System.nanoTime() < deadline);
        throw new AssertionError("expected to run: " + expected + ", runs: " + running());
    }

    Node.Mapping get(String path) throws IOException {
        return AgentCalls.get(state, path);
    }

    Node.Mapping post(String path, String json) throws IOException {
        return AgentCalls.post(state, path, json);
    }

    List<Node.Mapping> events(String query) throws IOException {
        Node.Mapping where = (Node.Mapping) Json.read(Files.readAllBytes(state.resolve("agent.json")));
        HttpURLConnection connection = (HttpURLConnection) URI.create(where.text("url", "") + "/api/v1/events?" + query)
                .toURL()
                .openConnection();
        connection.setRequestProperty("Authorization", "Bearer " + where.text("token", ""));
        List<Node.Mapping> events = new ArrayList<>();
        try (InputStream in = connection.getInputStream()) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.isBlank()) {
                    events.add((Node.Mapping) Json.read(line));
                }
            }
        }
        return events;
    }

    /** Waits for the status to say so; fails with the status that was seen last. */
    void await(String what, Predicate<Node.Mapping> condition) throws IOException {
        await(what, PATIENCE, condition);
    }

    void await(String what, Duration patience, Predicate<Node.Mapping> condition) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        Node.Mapping last = Node.Mapping.EMPTY;
        while (true) {
            try {
                last = get("/api/v1/status");
                if (condition.test(last)) {
                    return;
                }
            } catch (IOException notUp) {
                if (!agentLives()) {
                    throw new IOException(
                            "the agent is gone:\n" + Files.readString(directory.resolve("agent.log")), notUp);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for: " + what + "\nstatus: " + Json.pretty(last) + "\nevents: "
                        + tail() + "\nlog: " + Files.readString(directory.resolve("agent.log")));
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private String tail() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Node.Mapping event : events("last=40")) {
            text.append('\n')
                    .append(event.get("sequence"))
                    .append(' ')
                    .append(event.text("type", ""))
                    .append(' ');
            text.append(event.text("application", "")).append(' ').append(event.text("message", ""));
        }
        return text.toString();
    }

    void awaitSynced(String application, String revision) throws IOException {
        await(application + " synced at " + revision, status -> isSynced(status, application, revision));
    }

    static boolean isSynced(Node.Mapping status, String application, String revision) {
        Node.Mapping view = application(status, application);
        return view.text("state", "").equals("synced")
                && view.mapping("health").text("status", "").equals("healthy")
                && status.mapping("source").text("revision", "").equals(revision);
    }

    static Node.Mapping application(Node.Mapping status, String name) {
        for (Node application : status.sequence("applications")) {
            if (application instanceof Node.Mapping view
                    && view.text("name", "").equals(name)) {
                return view;
            }
        }
        return Node.Mapping.EMPTY;
    }

    /** What really runs: pids by the mark in their environment, of this stage's processes only. */
    Map<String, List<Long>> running() {
        Map<String, List<Long>> running = new TreeMap<>();
        ProcessHandle.allProcesses().forEach(process -> {
            String command = AgentProcess.commandLine(process.pid());
            String mark = variable(process.pid(), "MARK");
            // The shell that becomes the program has the same environment for a moment, but another command line.
            if (mark != null && command.startsWith("sleep 1000000") && belongsHere(process.pid())) {
                running.computeIfAbsent(mark, ignored -> new ArrayList<>()).add(process.pid());
            }
        });
        return running;
    }

    private boolean belongsHere(long pid) {
        try {
            return Path.of("/proc/" + pid + "/cwd").toRealPath().startsWith(state.toRealPath())
                    || String.valueOf(variable(pid, "HOMEOSTAT_INSTANCE_DIR")).startsWith(state.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private static @Nullable String variable(long pid, String name) {
        try {
            String environment =
                    new String(Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8);
            for (String entry : environment.split("\0")) {
                if (entry.startsWith(name + "=")) {
                    return entry.substring(name.length() + 1);
                }
            }
        } catch (IOException gone) {
            return null;
        }
        return null;
    }

    /** Stops the agent and everything that runs for it. */
    @Override
    public void close() throws IOException {
        if (!agentLives()) {
            startAgent();
            await("an agent to clean up", status -> true);
        }
        post("/api/v1/shutdown", "{\"workloads\":true}");
        if (agent != null) {
            agent.onExit().join();
        }
    }
}
