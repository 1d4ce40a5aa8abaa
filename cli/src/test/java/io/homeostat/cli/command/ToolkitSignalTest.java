package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Chaos Toolkit file as a person runs it: a process of its own, which gets signals. */
class ToolkitSignalTest {

    @TempDir
    Path directory;

    private Process start(String... options) throws Exception {
        Path file = directory.resolve("experiment.json");
        Files.writeString(file, """
            {"title": "t", "description": "d",
             "steady-state-hypothesis": {"title": "h", "probes": [{"type": "probe", "name": "fine", "tolerance": 0,
               "provider": {"type": "process", "path": "true"}}]},
             "method": [{"type": "action", "name": "waits",
               "provider": {"type": "process", "path": "sh", "arguments": "-c 'touch waiting; sleep 1000'"}}],
             "rollbacks": [{"type": "action", "name": "undoes",
               "provider": {"type": "process", "path": "touch", "arguments": ["undone"]}}]}
            """);
        List<String> command = new ArrayList<>(List.of(
                // Who is started in the background by a shell ignores it, and so does what it starts.
                "perl",
                "-e",
                "$SIG{INT} = 'DEFAULT'; exec @ARGV",
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.homeostat.cli.Main",
                "experiment",
                "run",
                file.toString(),
                "--journal",
                "journal.json"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectOutput(directory.resolve("out").toFile()).redirectErrorStream(true);
        builder.environment().put("HOMEOSTAT_STATE", directory.resolve("nobody").toString());
        return builder.start();
    }

    @ParameterizedTest
    @CsvSource({
        "INT, '', true",
        "TERM, '', true",
        "INT, ctk, false",
        "TERM, ctk, false",
        "INT, always, true",
        "INT, never, false",
        "INT, deviated, false"
    })
    void aSignalEndsTheMethodAndTheJournalIsWritten(String signal, String how, boolean rolledBack) throws Exception {
        Process process = switch (how) {
            case "" -> start();
            case "ctk" -> start("--compat", "ctk");
            default -> start("--compat", "ctk", "--rollback-strategy", how);
        };
        awaitMethod();
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        Node.Mapping journal = (Node.Mapping) Json.read(Files.readAllBytes(directory.resolve("journal.json")));
        assertThat(journal.text("status", "")).isEqualTo("interrupted");
        assertThat(Files.exists(directory.resolve("undone"))).isEqualTo(rolledBack);
        assertThat(journal.sequence("rollbacks").isEmpty()).isEqualTo(!rolledBack);
    }

    @Test
    void haltEndsTheMethodAndItIsRolledBack() throws Exception {
        AtomicBoolean halted = new AtomicBoolean();
        HttpServer agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        agent.createContext("/api/v1/experiments", exchange -> {
            byte[] answer = (halted.get() ? "{\"halt\": {\"by\": \"ann\"}}" : "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        agent.start();
        try {
            Files.createDirectories(directory.resolve("nobody"));
            Files.writeString(
                    directory.resolve("nobody/agent.json"),
                    "{\"url\": \"http://127.0.0.1:" + agent.getAddress().getPort()
                            + "\", \"token\": \"t\", \"pid\": 1, \"environment\": \"e\"}");
            Process process = start();
            awaitMethod();
            halted.set(true);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(Files.readString(directory.resolve("out"))).contains("all chaos is halted by ann");
            Node.Mapping journal = (Node.Mapping) Json.read(Files.readAllBytes(directory.resolve("journal.json")));
            assertThat(journal.text("status", "")).isEqualTo("interrupted");
            assertThat(directory.resolve("undone")).exists();
        } finally {
            agent.stop(0);
        }
    }

    private void awaitMethod() {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(directory.resolve("waiting"))) {
            assertThat(System.nanoTime()).as("the method begins").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void itHoldsAndSaysSo() throws Exception {
        Process process = start("--compat", "ctk");
        awaitMethod();
        // Whoever ends the program of the action ends the method in order.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(directory.resolve("out"))).endsWith("held\n");
    }
}
