package io.homeostat.cli.demo;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.client.AgentException;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The agent, started as anybody would start it: {@code homeostat agent}, in a session of its own. */
final class AgentProcess {

    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int LOG_LINES = 15;

    private final Process process;
    private final Path state;
    private final Path log;

    private AgentProcess(Process process, Path state, Path log) {
        this.process = process;
        this.state = state;
        this.log = log;
    }

    static AgentProcess start(Path source, Path state, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        // Ctrl-C at the demo is for the demo alone, which then takes down what it started.
        command.add("setsid");
        String launcher = System.getProperty("homeostat.launcher", "");
        if (launcher.isEmpty()) {
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xmx64m"));
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.homeostat.cli.Main"));
        } else {
            command.add(launcher);
        }
        command.addAll(List.of("agent", "--source", source.toString(), "--state", state.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("HOMEOSTAT_BUILD", "never");
        return new AgentProcess(builder.start(), state, log);
    }

    /** Whether it listens and has taken up its work. */
    Seen ready() throws IOException, Unexpected {
        if (!process.isAlive()) {
            throw new Unexpected("the agent ended with exit code " + process.exitValue() + ":\n" + lastWords());
        }
        try {
            client().get("/readyz");
            return Seen.yes("pid " + client().agent().pid());
        } catch (AgentException notYet) {
            return Seen.notYet(String.valueOf(notYet.getMessage()));
        }
    }

    /** Where a browser may watch. */
    String console() throws IOException {
        AgentClient client = client();
        return client.agent().url() + client.post("/api/v1/console").text("path", "");
    }

    AgentClient client() throws AgentException {
        return AgentClient.of(state);
    }

    /** Its last lines of output, for when it fails. */
    String lastWords() throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** Ends it and everything that it runs. Harmless when it is gone already. */
    void down() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        client().post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
        try {
            process.onExit().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException stuck) {
            process.destroyForcibly();
            throw new IOException(
                    "the agent did not end within " + STOP.toSeconds() + " s and was killed:\n" + lastWords());
        }
    }
}
