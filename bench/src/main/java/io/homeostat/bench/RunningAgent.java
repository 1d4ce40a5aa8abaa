package io.homeostat.bench;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An agent as users run it: a process of its own, started by the launcher. */
final class RunningAgent implements AutoCloseable {

    private static final long LIMIT_NANOS = 120_000_000_000L;

    private final Process process;
    private final Path state;
    private final double readyMillis;

    private RunningAgent(Process process, Path state, double readyMillis) {
        this.process = process;
        this.state = state;
        this.readyMillis = readyMillis;
    }

    /** @param more further options of {@code homeostat agent} */
    static RunningAgent start(Path source, Path state, String... more) throws IOException {
        long begun = System.nanoTime();
        Files.createDirectories(state.getParent());
        List<String> command = new ArrayList<>(
                List.of(launcher().toString(), "agent", "--source", source.toString(), "--state", state.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        state.resolveSibling(state.getFileName() + ".log").toFile())
                .start();
        RunningAgent starting = new RunningAgent(process, state, 0);
        while (!starting.isReady()) {
            if (!process.isAlive() || System.nanoTime() - begun > LIMIT_NANOS) {
                throw new IOException("the agent did not start; see " + state + ".log");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return new RunningAgent(process, state, (System.nanoTime() - begun) / 1e6);
    }

    static Path launcher() {
        return Path.of(System.getProperty("homeostat", "./homeostat")).toAbsolutePath();
    }

    private boolean isReady() {
        try {
            return Files.exists(state.resolve("agent.json")) && get("/readyz").flag("ready", false);
        } catch (IOException notYet) {
            return false;
        }
    }

    /** From the launcher's start to the answer "ready". */
    double readyMillis() {
        return readyMillis;
    }

    Node.Mapping get(String path) throws IOException {
        return call("GET", path, null);
    }

    Node.Mapping post(String path, String json) throws IOException {
        return call("POST", path, json.getBytes(StandardCharsets.UTF_8));
    }

    String url() throws IOException {
        return ((Node.Mapping) Json.read(Files.readAllBytes(state.resolve("agent.json")))).text("url", "");
    }

    /** What the agent's process has computed so far, in hundredths of a second. */
    long cpuTicks() throws IOException {
        long pid = get("/api/v1/status").mapping("agent").integer("pid", 0);
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name of the process may hold blanks; after it come the fields from the third on.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    /**
     * Waits for the first event of a type. The agent sends it, so the wait takes nothing from what is measured, as a question
     * every few milliseconds would.
     */
    Node.Mapping event(String type) throws IOException {
        HttpURLConnection connection = connection("GET", "/api/v1/events?follow=true&type=" + type);
        connection.setReadTimeout((int) (LIMIT_NANOS / 1_000_000));
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && line.isBlank()) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new IOException("the agent ended its events before there was a " + type);
            }
            return (Node.Mapping) Json.read(line);
        }
    }

    private HttpURLConnection connection(String method, String path) throws IOException {
        Node.Mapping where = (Node.Mapping) Json.read(Files.readAllBytes(state.resolve("agent.json")));
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(where.text("url", "") + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + where.text("token", ""));
        return connection;
    }

    private Node.Mapping call(String method, String path, byte @Nullable [] body) throws IOException {
        HttpURLConnection connection = connection(method, path);
        if (body != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        try (InputStream in = connection.getInputStream()) {
            return (Node.Mapping) Json.read(in.readAllBytes());
        }
    }

    /** Waits until the status says so. */
    void await(Predicate<Node.Mapping> condition) throws IOException {
        long begun = System.nanoTime();
        while (!condition.test(get("/api/v1/status"))) {
            if (System.nanoTime() - begun > LIMIT_NANOS) {
                throw new IOException("waited in vain; the status is " + get("/api/v1/status"));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    static boolean allSynced(Node.Mapping status, int applications) {
        long synced = status.sequence("applications").stream()
                .filter(application -> application instanceof Node.Mapping mapping
                        && mapping.text("state", "").equals("synced")
                        && mapping.mapping("health").text("status", "").equals("healthy"))
                .count();
        return synced == applications;
    }

    /** Resident memory of the agent's process in MiB, after a collection would have had time to run. */
    double residentMib() throws IOException {
        long pid = get("/api/v1/status").mapping("agent").integer("pid", 0);
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS for pid " + pid);
    }

    /** Stops the agent and everything that it runs. */
    @Override
    public void close() throws IOException {
        call("POST", "/api/v1/shutdown", "{\"workloads\":true}".getBytes(StandardCharsets.UTF_8));
        try {
            process.waitFor();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
