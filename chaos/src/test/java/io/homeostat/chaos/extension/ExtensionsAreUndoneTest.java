package io.homeostat.chaos.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.Extension.How;
import io.homeostat.model.chaos.Extension.Parameter;
import io.homeostat.model.chaos.FaultClass;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault of somebody else's program is seen, and gone afterwards, whoever dies; with real programs, a real service, a real jar. */
class ExtensionsAreUndoneTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Touches the file that it is told, says whether it is there, and removes it. */
    private static final String TOUCHES = """
        request=$(cat)
        value() { printf %s "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
        file=$(value file)
        case $(value verb) in
            start) : >"$file" ;;
            status) if [ -e "$file" ]; then echo '{"observed": true, "seen": "the file is there"}'; fi ;;
            stop) rm -f "$file" ;;
        esac
        """;

    @TempDir
    Path directory;

    private Path file;
    private final Map<String, Extension> catalog = new HashMap<>();

    @BeforeEach
    void place() {
        file = directory.resolve("there");
    }

    /** A target that can do nothing by itself. */
    private static final class Nothing implements Faults {
        @Override
        public Set<FaultClass> classes() {
            return Set.of();
        }

        @Override
        public List<Victim> instances(ObjectKey workload) {
            return List.of();
        }

        @Override
        public List<Call> calls() {
            return List.of();
        }

        @Override
        public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) {
            return List.of();
        }

        @Override
        public void release(Set<String> holders) {}
    }

    private ExtensionFaults open() throws IOException {
        return ExtensionFaults.open(new Nothing(), directory.resolve("state"), catalog::get);
    }

    private static Extension extension(How how, Duration within) {
        return new Extension("touch", "ann", "", how, Map.of("file", new Parameter("text", "", null, true)), within);
    }

    private void program(String script) {
        catalog.put("touch", extension(new How.Executable(List.of("sh", "-c", script)), Duration.ofSeconds(20)));
    }

    private Fault fault(Duration lasts) {
        return new Fault(
                "extension-1",
                new Place.Outside("touch", null),
                new Effect.Extended("touch", Map.of("file", file.toString())),
                lasts);
    }

    private State awaitSeen(ExtensionFaults faults, Duration lasts) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (State state : faults.hold("run", HEARTBEAT, List.of(fault(lasts)))) {
                if (state.observed()) {
                    return state;
                }
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("it was never seen");
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void undo(ExtensionFaults faults) throws IOException {
        await("it is undone", () -> {
            try {
                return faults.hold("run", HEARTBEAT, List.of()).isEmpty();
            } catch (Faults.NotUndone notYet) {
                return false;
            }
        });
    }

    @Test
    void aProgramsFaultIsSeenAndGoneAfterwards() throws Exception {
        program(TOUCHES);
        ExtensionFaults faults = open();
        State state = awaitSeen(faults, Duration.ofMinutes(5));
        assertThat(state.inForce()).isTrue();
        assertThat(state.seen()).isEqualTo("the file is there");
        assertThat(file).exists();
        undo(faults);
        assertThat(file).doesNotExist();
        assertThat(directory.resolve("state")).isEmptyDirectory();
    }

    @Test
    void whatNobodyRenewsIsUndoneAndSoIsWhatHasLastedLongEnough() throws Exception {
        program(TOUCHES);
        ExtensionFaults faults = open();
        awaitSeen(faults, Duration.ofMinutes(5));
        await("nobody renews it", () -> !Files.exists(file));
        undo(faults);

        awaitSeen(faults, Duration.ofSeconds(3));
        await("its time is up", () -> {
            faults.hold("run", HEARTBEAT, List.of(fault(Duration.ofSeconds(3))));
            return !Files.exists(file);
        });
        undo(faults);
    }

    @Test
    void whenItsHolderIsKilledAnotherOneUndoesIt() throws Exception {
        program(TOUCHES);
        ExtensionFaults faults = open();
        awaitSeen(faults, Duration.ofMinutes(5));
        killHolder();
        assertThat(file).exists();
        await("the agent notices", () -> {
            try {
                faults.hold("run", HEARTBEAT, List.of(fault(Duration.ofMinutes(5))));
                return false;
            } catch (IOException killed) {
                return String.valueOf(killed.getMessage()).contains("was killed");
            }
        });
        await("another holder undoes it", () -> !Files.exists(file));
        undo(faults);
    }

    @Test
    void whenHolderAndAgentAreKilledTheNextAgentUndoesIt() throws Exception {
        program(TOUCHES);
        awaitSeen(open(), Duration.ofMinutes(5));
        killHolder();
        assertThat(file).exists();
        ExtensionFaults next = open();
        await("the next agent sees to it", () -> !Files.exists(file));
        await("nothing is left of it", () -> {
            next.release(Set.of());
            return isEmpty(directory.resolve("state"));
        });
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var all = Files.list(directory)) {
            return all.findAny().isEmpty();
        }
    }

    private void killHolder() throws IOException {
        String mine = directory.toString();
        List<ProcessHandle> holders = ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process.pid());
                    return line.contains("extension.Holder") && line.contains(mine);
                })
                .toList();
        assertThat(holders).isNotEmpty();
        for (ProcessHandle each : holders) {
            each.destroyForcibly();
            await("it is dead", () -> !each.isAlive() || commandLine(each.pid()).isEmpty());
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void aStartThatHangsIsEndedAndUndone() throws Exception {
        program("""
            case $(cat) in
                *'"start"'*) : >%1$s; sleep 1000 ;;
                *'"stop"'*) rm -f %1$s ;;
            esac
            """.formatted(file));
        catalog.put(
                "touch", extension(Objects.requireNonNull(catalog.get("touch")).how(), Duration.ofSeconds(3)));
        ExtensionFaults faults = open();
        await("it says that it failed", () -> {
            try {
                assertThat(faults.hold("run", HEARTBEAT, List.of(fault(Duration.ofMinutes(5)))))
                        .isEmpty();
                return false;
            } catch (IOException failed) {
                assertThat(failed).hasMessageContaining("start did not answer within 3000 ms");
                return true;
            }
        });
        undo(faults);
        assertThat(file).doesNotExist();
    }

    @Test
    void aStopThatFailsIsTriedAgainAndSaidMeanwhile() throws Exception {
        Path may = directory.resolve("may-stop");
        program(TOUCHES.replace("stop) rm", "stop) [ -e " + may + " ] || { echo no >&2; exit 7; }; rm"));
        ExtensionFaults faults = open();
        awaitSeen(faults, Duration.ofMinutes(5));
        assertThatThrownBy(() -> faults.hold("run", HEARTBEAT, List.of()))
                .isInstanceOf(Faults.NotUndone.class)
                .hasMessageContaining("run.extension-1 is not undone yet");
        assertThat(file).exists();
        Files.createFile(may);
        undo(faults);
        assertThat(file).doesNotExist();
    }

    @Test
    void aServiceKeepsWhatItSaysAsState() throws Exception {
        Set<String> things = ConcurrentHashMap.newKeySet();
        ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/fault/", exchange -> {
            Node.Mapping request =
                    (Node.Mapping) Json.read(exchange.getRequestBody().readAllBytes());
            String verb = request.text("verb", "");
            asked.add(verb);
            String thing = request.mapping("state").text("thing", "");
            String answer = switch (verb) {
                case "prepare" -> "{\"state\": {\"thing\": \"one\"}}";
                case "start" -> {
                    things.add("two");
                    yield "{\"state\": {\"thing\": \"two\"}}";
                }
                case "status" -> "{\"observed\": " + things.contains(thing) + ", \"seen\": \"" + thing + "\"}";
                default -> {
                    things.remove(thing);
                    yield "";
                }
            };
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            catalog.put(
                    "touch",
                    extension(
                            new How.Service(
                                    "http://127.0.0.1:" + server.getAddress().getPort() + "/fault"),
                            Duration.ofSeconds(20)));
            ExtensionFaults faults = open();
            assertThat(awaitSeen(faults, Duration.ofMinutes(5)).seen()).isEqualTo("two");
            undo(faults);
            assertThat(things).isEmpty();
            assertThat(asked).startsWith("prepare", "start", "status").contains("stop");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aJarIsFoundByItsService() throws Exception {
        catalog.put("touch", extension(new How.Jar(jar().toString(), "touch"), Duration.ofSeconds(20)));
        ExtensionFaults faults = open();
        assertThat(awaitSeen(faults, Duration.ofMinutes(5)).seen()).isEqualTo("a file of a jar");
        assertThat(file).exists();
        undo(faults);
        assertThat(file).doesNotExist();
    }

    private Path jar() throws IOException {
        Path source = Files.createDirectories(directory.resolve("jar")).resolve("Touch.java");
        Files.writeString(source, """
            import java.nio.file.*;
            import java.util.*;

            public class Touch implements io.homeostat.chaos.extension.FaultExtension {
                public String name() { return "touch"; }
                public Map<String, String> prepare(Map<String, String> parameters, String workload, List<String> instances) {
                    return Map.of("file", parameters.get("file"));
                }
                public Map<String, String> start(Map<String, String> state) throws Exception {
                    Files.createFile(Path.of(state.get("file")));
                    return state;
                }
                public String status(Map<String, String> state) {
                    return Files.exists(Path.of(state.get("file"))) ? "a file of a jar" : "";
                }
                public void stop(Map<String, String> state) throws Exception {
                    Files.deleteIfExists(Path.of(state.get("file")));
                }
            }
            """);
        String api = Path.of(FaultExtension.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-proc:none", "-cp", api, source.toString()))
                .isZero();
        Path jar = directory.resolve("touch.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("Touch.class"));
            out.write(Files.readAllBytes(source.resolveSibling("Touch.class")));
            out.putNextEntry(new JarEntry("META-INF/services/" + FaultExtension.class.getName()));
            out.write("Touch\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private Map<String, @Nullable String> kit(String script) throws Exception {
        program(script);
        Path place = Files.createDirectories(directory.resolve("kit"));
        Map<String, @Nullable String> results = new HashMap<>();
        TestKit.check(
                Objects.requireNonNull(catalog.get("touch")),
                Map.of("file", file.toString()),
                "ls " + file + " 2>/dev/null",
                place,
                result -> results.put(result.check(), result.wrong()));
        return results;
    }

    @Test
    void theKitPassesWhatUndoesItself() throws Exception {
        assertThat(kit(TOUCHES))
                .hasSize(7)
                .allSatisfy((check, wrong) -> assertThat(wrong).as(check).isNull());
    }

    @Test
    void theKitFindsWhatLeavesSomethingBehindAndSaysSoInOneLine() throws Exception {
        Map<String, @Nullable String> results = kit(TOUCHES.replace("rm -f \"$file\"", "true"));
        assertThat(results.get("stop undoes it")).contains("its own status says that it is there");
        assertThat(results).doesNotContainKey("it is undone when nobody renews it");
    }

    @Test
    void theKitFindsWhatOnlyPretends() throws Exception {
        assertThat(kit("case $(cat) in *'\"status\"'*) ;; *'\"start\"'*) echo '{\"observed\": true}' ;; esac")
                        .get("start does it, and it is seen"))
                .isEqualTo("it says that it is there, and the look sees nothing");
        Files.deleteIfExists(file);
    }
}
