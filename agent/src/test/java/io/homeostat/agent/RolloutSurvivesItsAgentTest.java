package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is killed anywhere in a rollout: the next one goes on or takes it back, never both, and the traffic is what the
 * journal says. {@code -Dtrials=50} is the full count, {@code -Dseed=N} repeats one.
 */
@Tag("e2e")
class RolloutSurvivesItsAgentTest {

    private static final int TRIALS = Integer.getInteger("trials", 5);
    private static final long SEED = Long.getLong("seed", System.nanoTime() % 100_000);

    @TempDir
    Path directory;

    @Test
    void itGoesOnOrBackAndNeverBoth() throws Exception {
        Random random = new Random(SEED);
        try (Shop shop = new Shop(directory.resolve("stage"))) {
            shop.web("first", 2, Map.of());
            shop.rollout("canary: {steps: [{weight: 20, hold: 1s}, {weight: 50, hold: 1s}]}");
            shop.begin();
            shop.open(100);
            String stable = "first";
            int back = 0;
            for (int trial = 0; trial < TRIALS; trial++) {
                boolean bad = random.nextBoolean();
                String version = "version-" + trial;
                shop.web(version, 2, bad ? Map.of("FAIL", "50") : Map.of());
                shop.stage.commit("trial " + trial);
                LockSupport.parkNanos(random.nextInt(5_000) * 1_000_000L);
                shop.stage.killAgent();
                shop.stage.startAgent();
                String what = "seed " + SEED + ", trial " + trial + (bad ? ", bad" : ", good");
                shop.stage.await(what, status -> ended(shop, version) && isHealthy(status));

                List<Node.Mapping> ends = ends(shop, version);
                assertThat(ends).as(what).hasSize(1);
                boolean through = ends.getFirst().text("type", "").equals("rollout.completed");
                if (!bad) {
                    assertThat(through).as(what).isTrue();
                }
                back += through ? 0 : 1;
                stable = through ? version : stable;
                assertThat(weights(shop))
                        .as(what + ": the gate divides nothing any more")
                        .isEmpty();
                shop.answers.clear();
                long until = shop.requests.get() + 50;
                shop.stage.await(what, status -> shop.requests.get() >= until);
                assertThat(shop.answers.keySet()).as(what).isEqualTo(Set.of(stable));
            }
            assertThat(shop.failures.keySet()).as("seed " + SEED).allMatch(failure -> failure.contains(" 500 "));
            System.out.printf("%d rollouts ended once each, %d of them taken back; seed %d%n", TRIALS, back, SEED);
        }
    }

    private static boolean ended(Shop shop, String version) {
        try {
            return !ends(shop, version).isEmpty();
        } catch (Exception notNow) {
            return false;
        }
    }

    private static boolean isHealthy(Node.Mapping status) {
        Node.Mapping shop = Stage.application(status, "shop");
        return shop.mapping("health").text("status", "").equals("healthy")
                && Set.of("synced", "quarantined").contains(shop.text("state", ""));
    }

    /** How the last rollout ended: events after its beginning. */
    private static List<Node.Mapping> ends(Shop shop, String version) throws Exception {
        List<Node.Mapping> all = shop.stage.events("after=0");
        int trial = Integer.parseInt(version.substring(version.indexOf('-') + 1));
        int begun = -1;
        int seen = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).text("type", "").equals("rollout.started") && seen++ == trial) {
                begun = i;
            }
        }
        return begun < 0
                ? List.of()
                : all.subList(begun, all.size()).stream()
                        .filter(event ->
                                Set.of("rollout.completed", "rollout.failed").contains(event.text("type", "")))
                        .toList();
    }

    /** What the gate wrote down about Services whose requests it does not spread evenly. */
    private static Map<String, Node.Field> weights(Shop shop) throws Exception {
        Path file = shop.stage.state.resolve("target/gate/routing.json");
        return Files.exists(file) ? ((Node.Mapping) Json.read(Files.readAllBytes(file))).fields() : Map.of();
    }
}
