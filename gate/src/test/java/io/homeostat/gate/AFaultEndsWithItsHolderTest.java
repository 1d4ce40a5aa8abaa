package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import java.io.BufferedReader;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever holds a fault is killed at any moment, and nothing but the gate is left to end it. */
class AFaultEndsWithItsHolderTest {

    private static final int TRIALS = Integer.getInteger("soak.leases", 5);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT = Duration.ofMillis(400);

    /** A request that was sent before the end may be answered after it; the short proof runs on machines that are busy, too. */
    private static final Duration UNDER_WAY =
            Duration.ofMillis(Integer.getInteger("soak.leases") == null ? 5_000 : 200);

    @TempDir
    Path directory;

    @Test
    void withinItsHeartbeatEveryTime() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String host = InProcess.freshHost();
        GateLauncher launcher = Processes.launcher(directory);
        try (Server server = new HttpServerProgram("api").serve()) {
            launcher.ensure(TIMEOUT);
            Listener listener = Listener.of(
                            "api", host, 8080, List.of(new Backend("api", "127.0.0.1", server.port(), true)))
                    .with(Protocol.HTTP1);
            assertThat(launcher.client()
                            .apply(new GateConfig(1, GateConfig.DEFAULT_DRAIN, List.of(listener)))
                            .errors())
                    .isEmpty();
            try (HttpCaller caller = new HttpCaller(new Socket(host, 8080))) {
                for (int trial = 0; trial < TRIALS; trial++) {
                    Process holder = new ProcessBuilder(
                                    Processes.JAVA.toString(),
                                    "-Xmx32m",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    HolderProgram.class.getName(),
                                    directory.toString(),
                                    "api",
                                    Long.toString(HEARTBEAT.toMillis()))
                            .redirectErrorStream(true)
                            .start();
                    try (BufferedReader out = holder.inputReader()) {
                        assertThat(out.readLine()).isEqualTo("held");
                        Until.holds(
                                "the fault is there",
                                () -> caller.get("/status/200").status() == 418);
                        LockSupport.parkNanos(random.nextLong(HEARTBEAT.toNanos()));
                    }
                    holder.destroyForcibly().waitFor();
                    long killed = System.nanoTime();
                    while (caller.get("/status/200").status() == 418) {
                        assertThat(Duration.ofNanos(System.nanoTime() - killed))
                                .as("trial %d, seed %d", trial, seed)
                                .isLessThan(HEARTBEAT.plus(UNDER_WAY));
                    }
                    assertThat(caller.get("/status/200").status()).isEqualTo(200);
                }
            }
        } finally {
            launcher.stop(TIMEOUT);
        }
    }
}
