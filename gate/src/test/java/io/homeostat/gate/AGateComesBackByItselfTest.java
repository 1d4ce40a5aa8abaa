package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.GateStatus;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.ProcessIdentity;
import io.homeostat.gate.control.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AGateComesBackByItselfTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    private final String host = InProcess.freshHost();
    private Path directory = Path.of("");
    private GateLauncher launcher = Processes.launcher(directory);
    private Server server = Server.echo("a");

    AGateComesBackByItselfTest() throws IOException {}

    @BeforeEach
    void place() {
        directory = temporary.resolve("gate");
        launcher = Processes.launcher(directory);
    }

    @AfterEach
    void stop() throws Exception {
        launcher.stop(TIMEOUT);
        server.close();
        Until.holds("nothing is left", () -> Processes.of(directory, null).isEmpty());
    }

    private GateConfig config(long generation) {
        return new GateConfig(
                generation, GateConfig.DEFAULT_DRAIN, List.of(Listener.of("web", host, 8080, List.of(server.ready()))));
    }

    private GateClient client() {
        return new GateClient(directory, TIMEOUT);
    }

    private String ask() throws IOException {
        try (Socket socket = new Socket(host, 8080)) {
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private boolean serves() {
        try {
            return ask().equals("a");
        } catch (IOException refused) {
            return false;
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    @Test
    void killedItServesTheSameAgainWithoutAnybody() throws Exception {
        assertThat(launcher.ensure(TIMEOUT).started()).isTrue();
        assertThat(client().apply(config(7)).errors()).isEmpty();
        assertThat(ask()).isEqualTo("a");
        long before = client().status().pid();
        for (int i = 0; i < 3; i++) {
            long killed = client().status().pid();
            kill(killed);
            long began = System.nanoTime();
            Until.holds("somebody is served again", this::serves);
            System.out.println("a killed gate serves again after " + (System.nanoTime() - began) / 1_000_000 + " ms");
            Until.holds("another gate answers", () -> client().status().pid() != killed);
            assertThat(client().status().generation()).isEqualTo(7);
        }
        assertThat(launcher.ensure(TIMEOUT).started()).isFalse();
        assertThat(client().status().pid()).isNotEqualTo(before);
        assertThat(Processes.gates(directory)).hasSize(1);
    }

    @Test
    void anotherAgentAdoptsTheGateThatIsThere() throws Exception {
        long pid = launcher.ensure(TIMEOUT).pid();
        client().apply(config(1));
        GateLauncher.Ensured adopted = Processes.launcher(directory).ensure(TIMEOUT);
        assertThat(adopted).isEqualTo(new GateLauncher.Ensured(pid, false));
        assertThat(launcher.running()).contains(ProcessIdentity.of(pid).orElseThrow());
        assertThat(ask()).isEqualTo("a");
    }

    @Test
    void aKilledSupervisorIsReplacedByTheNextEnsureAndTheGateNotTouched() throws Exception {
        long pid = launcher.ensure(TIMEOUT).pid();
        client().apply(config(1));
        long supervisor = ProcessIdentity.read(directory.resolve("supervisor.pid"))
                .orElseThrow()
                .pid();
        kill(supervisor);
        Until.holds(
                "the supervisor is gone", () -> Processes.supervisors(directory).isEmpty());
        assertThat(launcher.ensure(TIMEOUT)).isEqualTo(new GateLauncher.Ensured(pid, false));
        kill(pid);
        Until.holds("another gate answers", () -> client().status().pid() != pid);
        assertThat(ask()).isEqualTo("a");
        assertThat(Processes.gates(directory)).hasSize(1);
    }

    @Test
    void aSecondGateForTheSameDirectoryEndsWithAClearMessage() throws Exception {
        long pid = launcher.ensure(TIMEOUT).pid();
        Process second = new ProcessBuilder(
                        Processes.JAVA.toString(),
                        "-cp",
                        GateLauncher.thinClassPath(),
                        Gate.class.getName(),
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(second.waitFor()).isEqualTo(3);
        assertThat(said).contains("A gate runs for " + directory + " already: process " + pid);
        assertThat(client().status().pid()).isEqualTo(pid);
    }

    @Test
    void manyAgentsAtOnceStartOneGate() throws Exception {
        try (ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<GateLauncher.Ensured>> started = Stream.generate(() ->
                            agents.submit(() -> Processes.launcher(directory).ensure(TIMEOUT)))
                    .limit(4)
                    .toList();
            long pid = client().status().pid();
            for (Future<GateLauncher.Ensured> agent : started) {
                assertThat(agent.get().pid()).isEqualTo(pid);
            }
        }
        assertThat(Processes.gates(directory)).hasSize(1);
        Until.holds("one supervisor", () -> Processes.supervisors(directory).size() == 1);
    }

    /** The agent is killed as soon as the file appears that it, the supervisor or the gate has just written. */
    @ParameterizedTest
    @ValueSource(
            strings = {"command", "supervise.sh", "gate.log", "supervisor.pid", "lock", "gate.pid", "control.sock"})
    void anAgentKilledWhileItStartsAGateLeavesOneGateOrNone(String file) throws Exception {
        Files.createDirectory(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (WatchService watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            Process agent = new ProcessBuilder(
                            Processes.JAVA.toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Agent.class.getName(),
                            directory.toString())
                    .inheritIO()
                    .start();
            while (!Files.exists(directory.resolve(file))) {
                var key = watch.poll(30, TimeUnit.SECONDS);
                assertThat(key).as("something happens before %s is there", file).isNotNull();
                key.reset();
            }
            agent.toHandle().destroyForcibly();
            agent.waitFor();
        }
        long pid = launcher.ensure(TIMEOUT).pid();
        client().apply(config(1));
        assertThat(ask()).isEqualTo("a");
        Until.holds("one supervisor", () -> Processes.supervisors(directory).size() == 1);
        assertThat(Processes.gates(directory)).extracting(ProcessHandle::pid).containsExactly(pid);
    }

    static final class Agent {
        public static void main(String[] args) throws IOException {
            Processes.launcher(Path.of(args[0])).ensure(TIMEOUT);
        }
    }

    @Test
    void stoppedItStaysStoppedUntilItIsWantedAgain() throws Exception {
        ProcessIdentity gate =
                ProcessIdentity.of(launcher.ensure(TIMEOUT).pid()).orElseThrow();
        client().apply(config(1));
        launcher.stop(TIMEOUT);
        assertThat(launcher.running()).isEmpty();
        assertThat(gate.isAlive()).isFalse();
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new GateClient(directory, Duration.ofMillis(50)).status())
                .hasMessageContaining("did not answer within 50 ms");
        launcher.stop(TIMEOUT);

        assertThat(launcher.ensure(TIMEOUT).started()).isTrue();
        assertThat(ask()).isEqualTo("a");
    }

    @Test
    void oneThatEndedByRequestIsStartedAgainWhenItIsWanted() throws Exception {
        long pid = launcher.ensure(TIMEOUT).pid();
        client().shutdown();
        // Its supervisor may be ending just now.
        Until.holds("another gate", () -> launcher.ensure(TIMEOUT).pid() != pid);
        assertThat(Processes.gates(directory)).hasSize(1);
    }

    @Test
    void aGateThatDoesNotListenIsStoppedByForce() throws Exception {
        long pid = launcher.ensure(TIMEOUT).pid();
        new ProcessBuilder("kill", "-STOP", String.valueOf(pid))
                .inheritIO()
                .start()
                .waitFor();
        launcher.stop(Duration.ofMillis(200));
        assertThat(Processes.gates(directory)).isEmpty();
    }

    @Test
    void aDamagedConfigurationIsSetAsideAndTheOneBeforeServed() throws Exception {
        launcher.ensure(TIMEOUT);
        client().apply(config(1));
        client().apply(config(2));
        launcher.stop(TIMEOUT);
        byte[] whole = Files.readAllBytes(directory.resolve("config.json"));
        Files.write(directory.resolve("config.json"), java.util.Arrays.copyOf(whole, whole.length / 2));

        launcher.ensure(TIMEOUT);
        GateStatus status = client().status();
        assertThat(status.generation()).isEqualTo(1);
        assertThat(status.warnings()).singleElement().asString().startsWith("config.json is damaged");
        assertThat(directory.resolve("config.json.damaged")).exists();
        assertThat(ask()).isEqualTo("a");

        client().apply(config(3));
        assertThat(client().status().warnings()).isEmpty();
    }

    @Test
    void aDirectoryThatIsRemovedTakesItsGateWithIt() throws Exception {
        launcher.ensure(TIMEOUT);
        client().apply(config(1));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Until.holds("nothing is left", () -> Processes.of(directory, null).isEmpty());
        assertThatThrownBy(this::ask).isInstanceOf(IOException.class);
    }

    @Test
    void aDirectoryTooDeepForASocketsPathWorksToo() throws Exception {
        directory = temporary.resolve("d".repeat(100)).resolve("e".repeat(100));
        launcher = Processes.launcher(directory);
        launcher.ensure(TIMEOUT);
        assertThat(client().apply(config(1)).errors()).isEmpty();
        assertThat(ask()).isEqualTo("a");
        assertThat(Files.exists(directory.resolve("control.sock"))).isTrue();
    }

    /** Its class path has what that needs, which a gate within this process would not show. */
    @Test
    void aGateThatIsAProcessSpeaksHttp2Too() throws Exception {
        launcher.ensure(TIMEOUT);
        try (Http2ServerProgram program = new Http2ServerProgram("h2")) {
            Listener listener = Listener.of("h2", host, 8080, List.of(program.backend("1")));
            for (Protocol protocol : List.of(Protocol.HTTP2, Protocol.AUTO)) {
                client().apply(new GateConfig(1, GateConfig.DEFAULT_DRAIN, List.of(listener.with(protocol))));
                Process curl = new ProcessBuilder(
                                "curl",
                                "-sS",
                                "--max-time",
                                "20",
                                "--http2-prior-knowledge",
                                "http://" + host + ":8080/name")
                        .redirectErrorStream(true)
                        .start();
                assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("h2");
            }
        }
    }

    @Test
    void onlyTheOwnerCanReachIt() throws Exception {
        launcher.ensure(TIMEOUT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("control.sock"))))
                .isEqualTo("rw-------");
    }
}
