package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
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
            shop.rollout("canary: {steps: [{weight: 20, hold: 2s}, {weight: 50, hold: 3s}], judge: {early: false}}");
            shop.begin();
            shop.open(100);
            String stable = "first";
            int back = 0;
            int inTheMiddle = 0;
            for (int trial = 0; trial < TRIALS; trial++) {
                boolean bad = random.nextBoolean();
                String version = "version-" + trial;
                int count = trial + 1;
                shop.web(version, 2, bad ? Map.of("FAIL", "50") : Map.of());
                shop.stage.commit("trial " + trial);
                String what = "seed " + SEED + ", trial " + trial + (bad ? ", bad" : ", good");
                shop.stage.await(what, status -> shop.count("rollout.started") == count);
                LockSupport.parkNanos(random.nextInt(bad ? 2_500 : 4_000) * 1_000_000L);
                shop.stage.killAgent();
                Instant killed = Instant.now();
                shop.stage.startAgent();
                Set<Integer> agreed = new TreeSet<>();
                shop.stage.await(what, status -> {
                    agreement(shop, trialOf(version)).ifPresent(agreed::add);
                    return ended(shop, version) && isHealthy(status);
                });

                List<Node.Mapping> ends = ends(shop, version);
                assertThat(ends).as(what).hasSize(1);
                assertThat(ends.getFirst().text("type", ""))
                        .as(what)
                        .isEqualTo(bad ? "rollout.failed" : "rollout.completed");
                boolean isInTheMiddle = time(ends.getFirst()).isAfter(killed);
                inTheMiddle += isInTheMiddle ? 1 : 0;
                if (!bad) {
                    assertThat(agreed)
                            .as(what + ": the gate did as the journal says in each stage that the next agent held")
                            .containsAll(heldSince(killed, story(shop, trialOf(version))));
                }
                back += bad ? 1 : 0;
                stable = bad ? stable : version;
                assertThat(shop.weights())
                        .as(what + ": the gate divides nothing any more")
                        .isEmpty();
                shop.answers.clear();
                long until = shop.requests.get() + 50;
                shop.stage.await(what, status -> shop.requests.get() >= until);
                assertThat(shop.answers.keySet()).as(what).isEqualTo(Set.of(stable));
            }
            assertThat(shop.failures.keySet()).as("seed " + SEED).allMatch(failure -> failure.contains(" 500 "));
            System.out.printf(
                    "%d rollouts ended once each, %d of them taken back, %d with their agent killed on the way; seed %d%n",
                    TRIALS, back, inTheMiddle, SEED);
        }
    }

    /** Percent of the requests that the new version has by the journal and by the gate; empty while they differ, or it is over. */
    private static OptionalInt agreement(Shop shop, int trial) {
        try {
            List<Node.Mapping> before = story(shop, trial);
            int divided = shop.weights().size() < 2
                    ? 0
                    : Collections.min(shop.weights().values());
            boolean isSame = story(shop, trial).size() == before.size();
            int weight = before.stream()
                    .filter(event -> event.text("type", "").equals("rollout.stage"))
                    .mapToInt(event -> event.mapping("data").integer("weight", 0))
                    .reduce(0, (earlier, later) -> later);
            return isSame && before.stream().noneMatch(RolloutSurvivesItsAgentTest::isEnd) && divided == weight
                    ? OptionalInt.of(weight)
                    : OptionalInt.empty();
        } catch (IOException notNow) {
            return OptionalInt.empty();
        }
    }

    /** Weights of the steps that were reached since then; each is held for seconds. */
    private static List<Integer> heldSince(Instant time, List<Node.Mapping> story) {
        return story.stream()
                .filter(event -> event.text("type", "").equals("rollout.stage"))
                .filter(event -> time(event).isAfter(time))
                .map(event -> event.mapping("data").integer("weight", 0))
                .filter(weight -> weight < 100)
                .toList();
    }

    private static Instant time(Node.Mapping event) {
        return Instant.parse(event.text("time", ""));
    }

    private static boolean ended(Shop shop, String version) {
        try {
            return !ends(shop, version).isEmpty();
        } catch (IOException notNow) {
            return false;
        }
    }

    private static boolean isHealthy(Node.Mapping status) {
        Node.Mapping shop = Stage.application(status, "shop");
        return shop.mapping("health").text("status", "").equals("healthy")
                && Set.of("synced", "quarantined").contains(shop.text("state", ""));
    }

    private static boolean isEnd(Node.Mapping event) {
        return Set.of("rollout.completed", "rollout.failed").contains(event.text("type", ""));
    }

    private static int trialOf(String version) {
        return Integer.parseInt(version.substring(version.indexOf('-') + 1));
    }

    /** How its rollout ended. */
    private static List<Node.Mapping> ends(Shop shop, String version) throws IOException {
        return story(shop, trialOf(version)).stream()
                .filter(RolloutSurvivesItsAgentTest::isEnd)
                .toList();
    }

    /** Everything since the beginning of the rollout with this number. */
    private static List<Node.Mapping> story(Shop shop, int trial) throws IOException {
        List<Node.Mapping> all = shop.stage.events("after=0");
        int seen = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).text("type", "").equals("rollout.started") && seen++ == trial) {
                return all.subList(i, all.size());
            }
        }
        return List.of();
    }
}
