package io.homeostat.target.local.process;

import io.homeostat.model.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The real machine under test: a state directory of its own, and a marker in the environment of all that is started, so that
 * real processes can be counted and nothing stays behind.
 */
final class Machine implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String MARKER = "HOMEOSTAT_TEST_MARKER";

    final Path root;
    final Path instances;
    final String marker;
    private final List<Processes> opened = new ArrayList<>();

    Machine() {
        try {
            root = Files.createTempDirectory("homeostat-processes");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        instances = root.resolve("instances");
        marker = UUID.randomUUID().toString();
    }

    /** As another process made it. */
    Machine(Path instances, Path root, String marker) {
        this.instances = instances;
        this.root = root;
        this.marker = marker;
    }

    Processes open() throws IOException {
        return open(System.getenv());
    }

    /** An agent with another environment: another PATH, say. */
    Processes open(Map<String, String> environment) throws IOException {
        return track(LocalProcesses.open(instances, LogPolicy.DEFAULT, InstantSource.system(), environment));
    }

    Processes track(Processes processes) {
        opened.add(processes);
        return processes;
    }

    Launch sh(String id, String script) {
        return launch(id, "sh", "-c", script);
    }

    Launch launch(String id, String... command) {
        return launch(id, Map.of(), Limits.NONE, command);
    }

    Launch launch(String id, Map<String, String> environment, Limits limits, String... command) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(MARKER, marker + ":" + id + ":");
        return new Launch(id, List.of(command), all, root, limits, Node.Mapping.EMPTY.with("owner", "test"));
    }

    /** The agent's environment with a directory of other programs before all others. */
    static Map<String, String> withPath(Path first) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PATH", first + ":" + environment.get("PATH"));
        return environment;
    }

    /** A program for the shim: {@code script}, in which {@code $REAL} is the program of that name which it stands before. */
    static void wrap(Path bin, String program, String script) throws IOException {
        Files.createDirectories(bin);
        Path file = bin.resolve(program);
        Files.writeString(file, "#!/bin/sh\nREAL=/usr/bin/" + program + "\n" + script + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + file);
        }
    }

    /** Pids of every program that was started here, or for one id. */
    List<Long> processes() {
        return having("environ", MARKER + "=" + marker + ":");
    }

    List<Long> processes(String id) {
        return having("environ", MARKER + "=" + marker + ":" + id + ":");
    }

    /** Pids of the shims, and of their children that have not become programs. */
    List<Long> shims() {
        return having("cmdline", instances + "/.shim");
    }

    private static List<Long> having(String file, String text) {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                try {
                    byte[] content = Files.readAllBytes(process.resolve(file));
                    if (new String(content, StandardCharsets.UTF_8).contains(text)) {
                        pids.add(Long.parseLong(process.getFileName().toString()));
                    }
                } catch (IOException gone) {
                    // Ended while we looked.
                }
            }
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
        return pids;
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static void signal(long pid, String signal) {
        try {
            int failed = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                    .start()
                    .waitFor();
            if (failed != 0) {
                throw new AssertionError("cannot signal " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has exited. */
    static Instance.Exited exit(Processes processes, String id) {
        await(id + " has exited", () -> {
            Instance instance = processes.instance(id);
            return instance != null && !instance.isRunning();
        });
        if (processes.instance(id) instanceof Instance(Launch _, Instance.Exited exited, List<String> _)) {
            return exited;
        }
        throw new AssertionError(id + " came back");
    }

    static List<String> log(Processes processes, String id) {
        List<String> lines = new ArrayList<>();
        try {
            processes.logs(id).tail(-1, lines::add);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return lines;
    }

    static void awaitLog(Processes processes, String id, String line) {
        await(id + " writes " + line, () -> log(processes, id).contains(line));
    }

    static long pid(Instance instance) {
        return identity(instance).pid();
    }

    static Identity identity(Instance instance) {
        if (instance.state() instanceof Instance.Running running) {
            return running.process();
        }
        throw new AssertionError(instance.id() + " does not run: " + instance.state());
    }

    Claim claim(String id) throws IOException {
        if (Claim.read(instances.resolve(id)) instanceof Claim.Finding.Held(Claim claim)) {
            return claim;
        }
        throw new AssertionError(id + " has no claim");
    }

    @Override
    public void close() throws IOException {
        opened.forEach(Processes::close);
        await("everything that was started here is gone", () -> {
            List<Long> left = processes();
            left.addAll(having("cmdline", root + "/"));
            left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
            return left.isEmpty();
        });
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failed) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
