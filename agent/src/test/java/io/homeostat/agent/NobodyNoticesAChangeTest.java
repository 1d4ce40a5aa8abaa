package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes, one after the other, under users who call all the time: no request fails. {@code -Dsoak.requests=1000000} goes on for long. */
@Tag("e2e")
class NobodyNoticesAChangeTest {

    private static final long REQUESTS = Long.getLong("soak.requests", 10_000);
    private static final int PER_SECOND = Long.getLong("soak.requests") == null ? 500 : 2_000;

    /** Far longer than it takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
        shop.web("v0", 2, Map.of());
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    @Test
    void instancesAreReplacedTheAgentIsKilledAndTheGateReloads() throws Exception {
        shop.begin();
        shop.open(PER_SECOND);
        int rounds = 0;
        while (shop.requests.get() < REQUESTS) {
            rounds++;
            shop.web("v" + rounds, 2, Map.of());
            shop.stage.awaitSynced("shop", shop.stage.commit("another version"));
            // The gate gets another listener, and loses one.
            shop.stage.write("apps/shop/admin.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: admin}
                spec: {selector: {app: web}, ports: [{name: http, port: %d, targetPort: 8080}]}
                """.formatted(8000 + rounds));
            shop.stage.awaitSynced("shop", shop.stage.commit("another Service"));
            shop.web("w" + rounds, 2, Map.of());
            String revision = shop.stage.commit("in the middle of which it dies");
            String killed = "w" + rounds;
            shop.stage.await("the change to begin", status -> shop.answers.containsKey(killed));
            shop.stage.killAgent();
            shop.stage.startAgent();
            shop.stage.awaitSynced("shop", revision);
            assertThat(shop.failures).as("after round %d", rounds).isEmpty();
        }
        System.out.println("0 of " + shop.requests + " requests failed in " + rounds
                + " rounds of two rolling updates, a reload of the gate and a kill -9 of the agent");
    }

    @Test
    void goodVersionsAreRolledOut() throws Exception {
        // As many instances as the old version has for as much of the traffic: they are compared by their latency.
        shop.rollout("canary: {steps: [{weight: 5, hold: 2s}, {weight: 50, instances: 100, hold: 2s}],"
                + " judge: {latency: {warmup: 0s}}}");
        shop.begin();
        shop.open(PER_SECOND);
        int rounds = 0;
        while (shop.requests.get() < REQUESTS) {
            rounds++;
            int through = rounds;
            shop.web("v" + rounds, 2, Map.of());
            shop.stage.commit("good");
            shop.stage.await(
                    "a good version is through, or taken back",
                    PATIENCE,
                    status -> shop.count("rollout.completed") + shop.count("rollout.failed") >= through);
            assertThat(shop.events("rollout.failed")).isEmpty();
            assertThat(shop.failures).as("after round %d", rounds).isEmpty();
        }
        System.out.println("0 of " + shop.requests + " requests failed in " + rounds + " rollouts");
    }
}
