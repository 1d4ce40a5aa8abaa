package io.homeostat.gate.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Keeps a gate process running for a directory, across the lives of agents.
 *
 * <pre>
 *  agent ──ensure──► setsid sh supervise.sh DIR ──► java … io.homeostat.gate.Gate --dir DIR
 *                    one per DIR (supervisor.lock)   one per DIR (lock), known by gate.pid
 * </pre>
 *
 * The agent may die at any instruction of this: whatever it left is found by its lock or its identity, and what is started twice
 * ends by itself before it does anything. A killed gate is started again by its supervisor; a killed supervisor by the next
 * {@link #ensure}, which then watches the gate that is there. A gate of another version hands its sockets over to one of this
 * version ({@link #upgrade}). Needs {@code setsid} and {@code flock} of util-linux.
 */
public final class GateLauncher {

    /** Small, quick to start, and dead rather than half alive when memory runs out. */
    public static final List<String> DEFAULT_FLAGS = List.of(
            "-Xms16m",
            "-Xmn8m",
            "-Xmx72m",
            "-Xss256k",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED");

    private static final String MAIN = "io.homeostat.gate.Gate";

    /** One class of each archive that a gate needs. */
    private static final List<String> NEEDED = List.of(
            MAIN,
            "io.netty.channel.Channel",
            "io.netty.buffer.ByteBuf",
            "io.netty.util.concurrent.Future",
            "io.netty.resolver.AddressResolver",
            "io.netty.channel.unix.UnixChannel",
            "io.netty.handler.ssl.SslHandler",
            "io.netty.handler.codec.ByteToMessageDecoder",
            "io.netty.handler.codec.compression.ZlibWrapper",
            "io.netty.handler.codec.http.HttpHeaders",
            "io.netty.handler.codec.http2.Http2FrameCodec",
            "tools.jackson.core.JsonParser");

    private static final String TAKE_OVER = "--take-over";
    private static final Duration ONE_TRY = Duration.ofSeconds(1);
    private static final Duration BY_FORCE = Duration.ofSeconds(10);

    private final Path directory;
    private final List<String> command;

    /**
     * @param directory of this gate, which is created with mode 0700; made absolute
     * @param java the executable
     * @param classPath of the gate, with absolute paths: {@link #thinClassPath()}
     * @param flags for the JVM: {@link #DEFAULT_FLAGS}
     */
    public GateLauncher(Path directory, Path java, String classPath, List<String> flags) {
        this.directory = directory.toAbsolutePath();
        List<String> line = new ArrayList<>();
        line.add(java.toString());
        line.addAll(flags);
        line.addAll(List.of("-cp", classPath, MAIN, "--dir", this.directory.toString()));
        this.command = List.copyOf(line);
    }

    /** What this process' class path has of what a gate needs, and nothing else. */
    public static String thinClassPath() {
        Set<String> paths = new LinkedHashSet<>();
        for (String name : NEEDED) {
            if (!addPlace(paths, name.replace('.', '/') + ".class")) {
                throw new IllegalStateException("the class path lacks " + name + ", which a gate needs");
            }
        }
        return String.join(":", paths);
    }

    private static boolean addPlace(Set<String> paths, String resource) {
        URL url = GateLauncher.class.getClassLoader().getResource(resource);
        if (url == null) {
            return false;
        }
        String place = url.toString();
        String root = place.startsWith("jar:")
                ? place.substring("jar:".length(), place.indexOf("!/"))
                : place.substring(0, place.length() - resource.length());
        paths.add(Path.of(URI.create(root)).toString());
        return true;
    }

    public GateClient client() {
        return new GateClient(directory);
    }

    /** @param pid of the gate */
    public record Ensured(long pid, boolean started) {}

    /**
     * Adopts the gate that runs for the directory, or starts one; sees to it that it is supervised. When this returns, the gate
     * has answered.
     *
     * @param timeout to wait for its answer
     * @throws IOException when it does not answer in time, or cannot be started
     */
    public Ensured ensure(Duration timeout) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        writeOrders();
        Files.deleteIfExists(directory.resolve("stop"));
        for (Path retired : retired(directory)) {
            if (living(directory.relativize(retired.resolve("gate.pid")).toString())
                    .isEmpty()) {
                forget(retired);
            }
        }
        Optional<ProcessIdentity> before = running();
        long pid = firstAnswer(timeout).pid();
        return new Ensured(pid, before.isEmpty() || before.get().pid() != pid);
    }

    /**
     * Has the gate that runs replaced, when it is of another version or was started with other arguments than it would be now.
     * The new one takes over its listening sockets, so that nobody is refused; the old one serves the connections it has until they
     * end, for an hour at most.
     *
     * @param timeout for the new one to answer
     * @return what was done, in a sentence; empty when the gate that runs is the right one
     * @throws IOException when none could take over: the gate that runs goes on
     */
    public Optional<String> upgrade(Duration timeout) throws IOException {
        Optional<ProcessIdentity> before = running();
        GateStatus is = client().status();
        if (before.isEmpty() || before.get().pid() != is.pid() || isAsWanted(is)) {
            return Optional.empty();
        }
        writeOrders();
        living("supervisor.pid").flatMap(it -> ProcessHandle.of(it.pid())).ifPresent(ProcessHandle::destroy);
        if (!ends("supervisor.pid", BY_FORCE)) {
            throw new IOException("The supervisor of the gate was told to end and has not.");
        }
        supervise(TAKE_OVER);
        long deadline = System.nanoTime() + timeout.toNanos();
        while (running().equals(before)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IOException("No other gate could take over from the one of version " + is.version()
                        + " in time: " + directory.resolve("gate.log") + " says why.");
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        GateStatus now = firstAnswer(timeout);
        return Optional.of("a gate of version " + now.version() + " (process " + now.pid()
                + ") has taken over from the one of version " + is.version() + " (process " + is.pid() + ")");
    }

    private void writeOrders() throws IOException {
        write("command", (String.join("\n", command) + "\n").getBytes(StandardCharsets.UTF_8));
        write("supervise.sh", script());
    }

    private boolean isAsWanted(GateStatus gate) throws IOException {
        String line = Files.readString(Path.of("/proc", String.valueOf(gate.pid()), "cmdline"));
        List<String> arguments = new ArrayList<>(List.of(line.split("\0", -1)));
        arguments.removeIf(argument -> argument.isEmpty() || argument.equals(TAKE_OVER));
        return gate.version().equals(GateVersion.own()) && arguments.equals(command);
    }

    /** Where those gates are reached that have handed their sockets over: a directory of each, by its process. */
    public static Path before(Path directory) {
        return directory.resolve("before");
    }

    /** Of each gate that has handed its sockets over; it may have ended since. */
    public static List<Path> retired(Path directory) throws IOException {
        Path all = before(directory);
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> places = Files.list(all)) {
            return places.toList();
        }
    }

    private GateStatus firstAnswer(Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            // Looked at each time: the one that was there may just have been ending.
            if (living("supervisor.pid").isEmpty()) {
                supervise("");
            }
            long left = deadline - System.nanoTime();
            try {
                return new GateClient(directory, Duration.ofNanos(Math.clamp(left, 0, ONE_TRY.toNanos()))).status();
            } catch (IOException e) {
                if (left <= ONE_TRY.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** The gate that runs for the directory; it may be starting still. */
    public Optional<ProcessIdentity> running() throws IOException {
        return living("gate.pid");
    }

    /**
     * Stops gate and supervisor, by force where asking does not help. Does nothing when neither runs.
     *
     * @param timeout for the gate to answer, and again for it to end; it is killed after that
     * @throws IOException when one of them lives on all the same
     */
    public void stop(Duration timeout) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        // From here on none is started: a supervisor looks at this before, a gate after it has the lock.
        write("stop", new byte[0]);
        living("supervisor.pid").flatMap(it -> ProcessHandle.of(it.pid())).ifPresent(ProcessHandle::destroy);
        if (running().isPresent() && !(asked(timeout) && ends("gate.pid", timeout))) {
            running().flatMap(it -> ProcessHandle.of(it.pid())).ifPresent(ProcessHandle::destroyForcibly);
        }
        List<String> files = new ArrayList<>(List.of("gate.pid", "supervisor.pid"));
        for (Path retired : retired(directory)) {
            files.add(directory.relativize(retired.resolve("gate.pid")).toString());
        }
        for (String file : files) {
            if (file.startsWith("before")) {
                living(file).flatMap(it -> ProcessHandle.of(it.pid())).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (!ends(file, BY_FORCE)) {
                throw new IOException("The process that " + directory.resolve(file)
                        + " names was told to end and has not. Nothing starts it again; end it by hand.");
            }
        }
        for (Path retired : retired(directory)) {
            forget(retired);
        }
        ControlSocket.forget(directory);
    }

    private static void forget(Path retired) throws IOException {
        ControlSocket.forget(retired);
        for (String file : List.of("gate.pid", ControlSocket.NAME)) {
            Files.deleteIfExists(retired.resolve(file));
        }
        Files.deleteIfExists(retired);
    }

    private boolean asked(Duration timeout) {
        try {
            new GateClient(directory, timeout).shutdown();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean ends(String file, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (living(file).isPresent()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return true;
    }

    private Optional<ProcessIdentity> living(String file) throws IOException {
        Optional<ProcessIdentity> noted = ProcessIdentity.read(directory.resolve(file));
        return noted.isPresent() && noted.get().isAlive() ? noted : Optional.empty();
    }

    private void supervise(String first) throws IOException {
        Path log = directory.resolve("gate.log");
        new ProcessBuilder("setsid", "sh", directory.resolve("supervise.sh").toString(), directory.toString(), first)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** A running shell reads its script as it goes, so the file is replaced and never written into. */
    private void write(String name, byte[] content) throws IOException {
        Path file = directory.resolve(name);
        synchronized (GateLauncher.class) {
            if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
                return;
            }
            Path fresh = directory.resolve(name + "." + ProcessHandle.current().pid() + ".new");
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static byte[] script() throws IOException {
        try (InputStream in = GateLauncher.class.getResourceAsStream("supervise.sh")) {
            if (in == null) {
                throw new IllegalStateException("supervise.sh belongs to this archive");
            }
            return in.readAllBytes();
        }
    }
}
