package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed at random moments of a run that pauses, burdens, limits, slows down and scales; what it did is gone a second
 * after the lease's end, by those who outlive it. What is declared comes back with the next agent, as no agent starts anything
 * while it is dead. {@code -Dkills=200} is the whole proof, and wants a quiet machine; the short one allows for a busy one. {@code
 * -Dseed=N} repeats one that was printed.
 */
@Tag("e2e")
class NoFaultOutlivesItsAgentTest {

    private static final Duration LEASE = Duration.ofSeconds(2);

    /** What every kill keeps to in the whole proof, and every second one on a busy machine. */
    private static final Duration BAR = LEASE.plusSeconds(1);

    /** What every kill keeps to, which a busy machine may miss by a few seconds in the short one. */
    private static final Duration LATEST = Integer.getInteger("kills") == null ? LEASE.plusSeconds(5) : BAR;

    private static final Duration PROMPT = Duration.ofMillis(500);

    private static final Duration WHOLE_RUN = Duration.ofMillis(3500);

    @TempDir
    Path directory;

    private Shop shop;

    /** The soft limit of open files that each instance of web has. */
    private Set<Long> filesBefore;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("one", 3, Map.of());
        shop.stage.write("apps/shop/store.yaml", Stage.deployment("store", 1, 60, "1", Stage.RUNS));
        shop.stage.write("environments/test/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec:
              target: {local: {}}
              include: [apps]
              images: {web: "dir:images/web", test/program: host}
            """);
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
                - memory: {workload: web, mebibytes: 16}
                - io: {workload: web}
                - fileDescriptors: {workload: web, left: 1}
                - latency: {to: web, mean: 30s}
                - scale: {workload: store, to: 2}
              duration: 2s
              recovery: 10s
            """);
        shop.begin();
        shop.awaitCalled();
        filesBefore = FaultsLeft.limitsOfFiles(directory);
        assertThat(filesBefore).hasSize(1);
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
            shop.stage.awaitRunning(Map.of("store-1", 1));
        }
        millis.sort(null);
        long median = millis.get(millis.size() / 2);
        String said = "%d kills, seed %d: all was gone after %d ms in the median, %d ms at most"
                .formatted(kills, seed, median, millis.getLast());
        System.out.println(said);
        assertThat(Duration.ofMillis(median))
                .as("the median is within the lease and a second, also on a busy machine: %s, of %s", said, millis)
                .isLessThanOrEqualTo(BAR);
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
                    .as("%s: the lease of %s ended, and this is still there: %s", where, LEASE, left)
                    .isLessThanOrEqualTo(LATEST);
            LockSupport.parkNanos(20_000_000);
            left = left();
        }
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private List<String> left() {
        List<String> left = FaultsLeft.in(shop, PROMPT);
        Set<Long> files = FaultsLeft.limitsOfFiles(directory);
        if (left.isEmpty() && !files.equals(filesBefore)) {
            left.add("instances may open " + files + " files instead of " + filesBefore);
        }
        return left;
    }
}
