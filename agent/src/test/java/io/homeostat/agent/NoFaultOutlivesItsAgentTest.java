package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed at random moments of a run that pauses, burdens and slows down; what it did is gone a second after the
 * lease's end, by those who outlive it. {@code -Dkills=200} is the whole proof, {@code -Dseed=N} one that was printed.
 */
@Tag("e2e")
class NoFaultOutlivesItsAgentTest {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** A second in the whole proof, which wants a quiet machine; any machine may be busy in the short one. */
    private static final Duration LATEST = Duration.ofSeconds(Integer.getInteger("kills") == null ? 10 : 1);

    private static final Duration WHOLE_RUN = Duration.ofMillis(3500);

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 3, Map.of());
        shop.stage.write("reliability/all-at-once.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: all-at-once}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: nothing in particular, process: {command: ["true"]}}]
                every: 100ms
                steady: 200ms
              faults:
                - pause: {workload: web}
                - cpu: {workload: web}
                - latency: {to: web, mean: 30s}
              duration: 2s
              recovery: 10s
            """);
        shop.begin();
        shop.awaitCalled();
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @Test
    void nothingIsLeftASecondAfterTheLease() throws Exception {
        int kills = Integer.getInteger("kills", 20);
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            String where = "seed " + seed + ", kill " + i;
            shop.stage.post("/api/v1/experiment", "{\"name\": \"all-at-once\", \"action\": \"run\"}");
            LockSupport.parkNanos((long) (random.nextDouble() * WHOLE_RUN.toNanos()));
            shop.stage.killAgent();
            millis.add(awaitNothingLeft(where));
            shop.stage.startAgent();
            shop.stage.await(where + ": well again", this::isWell);
        }
        millis.sort(null);
        System.out.println(kills + " kills, seed " + seed + ": all was gone after " + millis.get(millis.size() / 2)
                + " ms in the median, " + millis.getLast() + " ms at most");
    }

    private boolean isWell(Node.Mapping status) {
        return Stage.application(status, "shop")
                        .mapping("health")
                        .text("status", "")
                        .equals("healthy")
                && isOver();
    }

    private boolean isOver() {
        try {
            Node.Mapping last = shop.stage
                    .get("/api/v1/experiments?name=all-at-once")
                    .mapping("experiment")
                    .mapping("last");
            return !last.text("verdict", "").isEmpty();
        } catch (IOException notNow) {
            return false;
        }
    }

    private long awaitNothingLeft(String where) {
        long began = System.nanoTime();
        List<String> left = left();
        while (!left.isEmpty()) {
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("%s, still there: %s", where, left)
                    .isLessThan(LEASE.plus(LATEST));
            LockSupport.parkNanos(20_000_000);
            left = left();
        }
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    /** Stopped or burdening processes of this stage, and a gate that keeps callers waiting. */
    private List<String> left() {
        List<String> left = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            Path proc = Path.of("/proc/" + process.pid());
            try {
                String environment = Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
                String cwd = proc.resolve("cwd").toRealPath().toString();
                if (!cwd.startsWith(directory.toRealPath().toString()) && !environment.contains(directory.toString())) {
                    return;
                }
                String command = AgentProcess.commandLine(process.pid());
                String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) == 'T') {
                    left.add("stopped: " + command);
                }
                if (command.contains("watchdog.sh")) {
                    left.add(command);
                }
            } catch (IOException gone) {
                // Then it is not left.
            }
        });
        if (left.isEmpty() && !answers()) {
            left.add("a caller that waits");
        }
        return left;
    }

    private boolean answers() {
        try {
            return shop.answersWithin(Duration.ofMillis(500));
        } catch (IOException notYet) {
            return false;
        }
    }
}
