package io.homeostat.cli;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.agent.Agent;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Terminal;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an AOT cache is trained with: the usual calls of a program, so that the next start finds the classes it needs loaded and
 * linked. Run by the launcher after a build, never by people; a cache that fails to come about is done without.
 */
final class Training {

    private static final String MANIFEST = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: training}
            data: {greeting: hello}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: training}
            spec:
              replicas: 0
              selector: {matchLabels: {app: training}}
              template:
                metadata: {labels: {app: training}}
                spec:
                  containers:
                    - {name: training, image: busybox, command: [sleep, "60"]}
            """;

    private static final String ENVIRONMENT = """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: training}
            spec: {target: {local: {}}, include: [apps], images: {busybox: host}}
            """;

    private static final String STATUS = """
            {"environment": "local", "protected": false, "source": {"location": "/", "revision": "0123456789abcdef", "time":
             "2026-01-01T00:00:00Z"}, "agent": {"pid": 1, "version": "0", "ready": true}, "applications": [{"name": "shop",
             "state": "synced", "health": {"status": "healthy", "message": ""}, "revision": "0123456789abcdef",
             "instances": {"ready": 1, "desired": 1}}], "answer": "because", "message": "done", "lines": [], "drift": []}
            """;

    private Training() {}

    public static void main(String... words) throws Exception {
        Path directory = Files.createTempDirectory("homeostat-training-");
        try {
            switch (words[0]) {
                case "cli" -> cli(directory);
                case "offline" -> offline(directory);
                case "agent" -> agent(directory);
                case "gate" -> gate(directory, Path.of(words[1]).toAbsolutePath());
                default -> throw new IllegalArgumentException(words[0]);
            }
        } finally {
            delete(directory);
        }
        System.exit(0);
    }

    private static void cli(Path directory) throws IOException {
        HttpServer agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = STATUS.replace("\n", "").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        agent.start();
        Files.writeString(
                directory.resolve("agent.json"),
                "{\"url\": \"http://127.0.0.1:%d\", \"token\": \"t\", \"pid\": 1}"
                        .formatted(agent.getAddress().getPort()));
        for (List<String> words : List.of(
                List.of("version"),
                List.of("help"),
                List.of("why", "--help"),
                List.of("status"),
                List.of("status", "-o", "json"),
                List.of("why", "shop"),
                List.of("plan"),
                List.of("drift"),
                List.of("history"),
                List.of("events"),
                List.of("freeze", "shop", "--reason", "r", "--for", "1h"),
                List.of("nonsense"))) {
            run(directory, words);
        }
        agent.stop(0);
    }

    /** The commands that render documents in-process load ten times the classes; the others must not pay for that. */
    private static void offline(Path directory) throws IOException {
        repository(directory);
        run(directory, List.of("validate", directory.toString()));
        run(directory, List.of("plan", directory.toString(), "--offline"));
    }

    private static void agent(Path directory) throws IOException, SourceException {
        repository(directory.resolve("repository"));
        Path state = directory.resolve("state");
        try (Agent _ = Agent.start(new Agent.Settings(
                SourceSpec.of(directory.resolve("repository").toString()),
                state,
                null,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                null))) {
            run(state, List.of("sync"));
            run(state, List.of("status"));
            run(state, List.of("why", "training"));
            run(state, List.of("events"));
        }
    }

    /** The gate's class path is a thin one of its own, so its cache is made by a gate that is started as agents start it. */
    private static void gate(Path directory, Path cache) throws IOException {
        List<String> flags = new ArrayList<>(GateLauncher.DEFAULT_FLAGS);
        flags.add("-XX:AOTCacheOutput=" + cache);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        GateLauncher gate = new GateLauncher(directory.resolve("gate"), java, GateLauncher.thinClassPath(), flags);
        gate.ensure(Duration.ofSeconds(20));
        gate.stop(Duration.ofSeconds(20));
    }

    private static void run(Path state, List<String> words) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(nowhere, nowhere, InputStream.nullInputStream(), false, false, Paint.ANSI, 0);
        new Main(terminal, Map.of("HOMEOSTAT_STATE", state.toString()), InstantSource.system()).run(words);
    }

    private static void repository(Path root) throws IOException {
        Files.createDirectories(root.resolve("apps"));
        Files.createDirectories(root.resolve("environments"));
        Files.writeString(root.resolve("apps/training.yaml"), MANIFEST);
        Files.writeString(root.resolve("environments/training.yaml"), ENVIRONMENT);
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
