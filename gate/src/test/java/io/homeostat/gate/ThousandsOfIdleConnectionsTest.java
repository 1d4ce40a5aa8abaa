package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate as the agent starts it, with its few megabytes, and callers who connect and say nothing. */
class ThousandsOfIdleConnectionsTest {

    private static final int CONNECTIONS = 8_000;
    private static final long MOST_KIB = 192 << 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void areHeldWhileOthersAreServed() throws Exception {
        String host = InProcess.freshHost();
        GateLauncher launcher = Processes.launcher(directory);
        List<SocketChannel> idle = new ArrayList<>();
        try (Server server = new HttpServerProgram("api").serve()) {
            long pid = launcher.ensure(TIMEOUT).pid();
            Listener listener = Listener.of(
                            "api", host, 8080, List.of(new Backend("api", "127.0.0.1", server.port(), true)))
                    .with(Protocol.HTTP1);
            assertThat(launcher.client()
                            .apply(new GateConfig(1, GateConfig.DEFAULT_DRAIN, List.of(listener)))
                            .errors())
                    .isEmpty();
            for (int i = 0; i < CONNECTIONS; i++) {
                idle.add(SocketChannel.open(new InetSocketAddress(host, 8080)));
            }
            try (HttpCaller caller = new HttpCaller(new Socket(host, 8080))) {
                for (int i = 0; i < 100; i++) {
                    assertThat(caller.get("/status/200").status()).isEqualTo(200);
                }
            }
            // The system takes connections before the gate does.
            Until.holds(
                    "all are open",
                    () -> launcher.client().status().listeners().getFirst().open() >= CONNECTIONS);
            for (int i = 0; i < CONNECTIONS; i += 400) {
                // Each of them is a caller still.
                HttpCaller caller = new HttpCaller(idle.get(i).socket());
                assertThat(caller.get("/status/200").status()).isEqualTo(200);
            }
            long resident = Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            System.out.println("resident with " + CONNECTIONS + " idle connections: " + resident + " KiB");
            assertThat(resident).isLessThan(MOST_KIB);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
            launcher.stop(TIMEOUT);
        }
    }
}
