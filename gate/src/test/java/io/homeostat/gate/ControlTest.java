package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.ControlReader;
import io.homeostat.gate.control.ControlSocket;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateException;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One gate process, and everything one can do to its control socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final GateLauncher launcher;
    private final GateClient client;
    private final String host = InProcess.freshHost();

    ControlTest(@TempDir Path directory) {
        this.directory = directory;
        this.launcher = Processes.launcher(directory);
        this.client = new GateClient(directory, TIMEOUT);
    }

    @BeforeAll
    void start() throws IOException {
        launcher.ensure(TIMEOUT);
    }

    @AfterAll
    void stop() throws IOException {
        launcher.stop(TIMEOUT);
    }

    private String send(byte[] bytes) throws IOException {
        try (SocketChannel channel = SocketChannel.open(ControlSocket.address(directory))) {
            try {
                channel.write(ByteBuffer.wrap(bytes));
                channel.shutdownOutput();
            } catch (IOException closed) {
                // It may answer and close before it has read everything.
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void garbageIsAnsweredWithWhatIsWrongAndChangesNothing() throws Exception {
        long pid = client.status().pid();
        assertThat(send("hello\n".getBytes(StandardCharsets.UTF_8))).startsWith("{\"ok\":false,\"error\":\"not JSON");
        assertThat(send("\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("{\"ok\":false,\"error\":\"expected one JSON object\"}\n");
        assertThat(send("{}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("expected apply, status, counters, route, hold, shutdown, hand-over or");
        assertThat(send("{\"do\":\"dance\"}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("'do' is 'dance'");
        assertThat(send("{\"do\":\"status\",\"x\":1}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("unknown member 'x'");
        assertThat(send("{\"do\":\"status\"} {}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("something follows");
        assertThat(send("{\"do\":\"apply\"}\n".getBytes(StandardCharsets.UTF_8)))
                .contains("member 'config' is missing");
        assertThat(send("[".repeat(100_000).getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(send(("[".repeat(100_000) + "\n").getBytes(StandardCharsets.UTF_8)))
                .contains("\"ok\":false");
        assertThat(client.status().pid()).isEqualTo(pid);
    }

    @Test
    void aRequestThatIsTooLongIsRefused() throws Exception {
        long pid = client.status().pid();
        byte[] endless = "x".repeat(ControlSocket.MAX_LINE + 10).getBytes(StandardCharsets.UTF_8);
        // The rest of it is not read, so the answer may be lost to a reset.
        try {
            assertThat(send(endless)).contains("has at most");
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        assertThat(client.status().pid()).isEqualTo(pid);
    }

    @Test
    void randomBytesHarmNothing() throws Exception {
        long seed = 77;
        Random random = new Random(seed);
        long pid = client.status().pid();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            send(bytes);
        }
        assertThat(client.status().pid()).as("seed %d", seed).isEqualTo(pid);
    }

    @Test
    void aBadConfigurationIsRefusedWholeAndTheLastGoodOneStays() throws Exception {
        try (Server server = Server.of("a", socket -> socket.getOutputStream().write('!'))) {
            Listener good = Listener.of("web", host, 8080, List.of(server.ready()));
            client.apply(new GateConfig(5, GateConfig.DEFAULT_DRAIN, List.of(good)));
            Listener bad = Listener.of("bad", "localhost", 70_000, List.of());
            assertThatThrownBy(() -> client.apply(new GateConfig(6, Duration.ofDays(2), List.of(good, good, bad))))
                    .isInstanceOf(GateException.class)
                    .hasMessageContaining("drain is 172800000 ms, expected 0 to 86400000")
                    .hasMessageContaining("listener web: " + host + ":8080 is the address of another listener")
                    .hasMessageContaining("listener bad: port is 70000, expected 1 to 65535");
            assertThatThrownBy(() -> client.apply(new GateConfig(
                            6, GateConfig.DEFAULT_DRAIN, List.of(Listener.of("name", "localhost", 80, List.of())))))
                    .hasMessageContaining("host is 'localhost', expected a numeric IP address");
            assertThat(client.status().generation()).isEqualTo(5);
            try (Socket socket = new Socket(host, 8080)) {
                assertThat(socket.getInputStream().read()).isEqualTo('!');
            }
        }
    }

    @Test
    void theStatusSaysWhatWasBuilt() throws Exception {
        assertThat(client.status().version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void everyConfigurationSurvivesItsJson() throws Exception {
        long seed = 4;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            GateConfig config = random(random);
            assertThat(ControlReader.config(ControlJson.write(config)))
                    .as("seed %d", seed)
                    .isEqualTo(config);
        }
    }

    /** What is damaged is refused, or happens to be a configuration; half a one is never taken for a whole one. */
    @Test
    void everyCutConfigurationIsRefused() {
        byte[] whole = ControlJson.write(random(new Random(8)));
        for (int length = 0; length < whole.length - 1; length++) {
            byte[] part = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ControlReader.config(part)).isInstanceOf(IOException.class);
        }
        Random random = new Random(9);
        for (int i = 0; i < 5000; i++) {
            byte[] edited = whole.clone();
            edited[random.nextInt(edited.length)] = (byte) random.nextInt(256);
            try {
                ControlReader.config(edited);
            } catch (IOException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
    }

    private static GateConfig random(Random random) {
        List<Listener> listeners = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            List<Backend> backends = new ArrayList<>();
            for (int j = random.nextInt(4); j > 0; j--) {
                backends.add(new Backend(
                        "bäck \"" + j, "127.0.0.1", 1 + random.nextInt(65535), random.nextBoolean(), "v" + j));
            }
            listeners.add(new Listener(
                    "l" + i,
                    "127.0.0." + i,
                    1 + random.nextInt(65535),
                    new Edge(random.nextBoolean() ? "" : "Deployment/web" + i, "Service/" + i, "http"),
                    List.of(Protocol.values()).get(random.nextInt(Protocol.values().length)),
                    Limits.DEFAULT
                            .withConnections(1 + random.nextInt(1000), random.nextInt(1000))
                            .withPatience(
                                    Duration.ofMillis(random.nextInt(10_000)),
                                    Duration.ofMillis(1 + random.nextInt(10_000))),
                    backends));
        }
        return new GateConfig(random.nextLong(), Duration.ofMillis(random.nextInt(100_000)), listeners);
    }
}
