package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A real agent, killed at random moments while it launches, ends and removes: nothing is lost, nothing runs twice. Repeat a failure
 * with {@code -Dseed=…}; the number of kills is {@code -Dkills=…}.
 */
class KilledAgentTest {
    private static final int KILLS = Integer.getInteger("kills", 15);
    private static final int NEW_PER_LIFE = 3;
    private static final int CHURNING = 3;

    private final Machine machine = new Machine();

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void nothingIsLostAndNothingRunsTwice() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < CHURNING; i++) {
            wanted.add("churn-" + i);
        }
        int interrupted = 0;
        for (int life = 0; life < KILLS; life++) {
            for (int i = 0; i < NEW_PER_LIFE; i++) {
                boolean job = random.nextInt(3) > 0 && wanted.size() < 250;
                wanted.add(job ? "job-" + wanted.size() : "web-" + wanted.size());
            }
            try (AgentProcess agent = new AgentProcess(machine, Map.of(), random.nextLong(), wanted)) {
                interrupted += agent.awaitOpen();
                // Squared: most kills in the first milliseconds, where most is under way.
                double moment = random.nextDouble();
                LockSupport.parkNanos((long) (moment * moment * 150_000_000));
            }
            for (String id : wanted) {
                if (!id.startsWith("job-")) {
                    assertThat(machine.processes(id))
                            .as("%s, seed %d, life %d", id, seed, life)
                            .hasSizeLessThan(2);
                }
            }
        }

        Processes last = machine.open();
        for (String id : wanted) {
            if (id.startsWith("churn-") && last.instance(id) != null) {
                // The agent before may have killed it with its last breath.
                last.kill(id).get(60, TimeUnit.SECONDS);
                last.remove(id);
            }
            last.launch(AgentProcess.wanted(machine, id));
        }
        for (String id : wanted) {
            String as = id + ", seed " + seed;
            if (id.startsWith("job-")) {
                Instance.Exited exited = Machine.exit(last, id);
                assertThat(exited.exitCode()).as(as).isEqualTo(Integer.parseInt(id.substring(4)));
                assertThat(AgentProcess.starts(machine, id)).as(as).hasSize(1);
            } else {
                Machine.await(as + " runs", () -> machine.processes(id).size() == 1);
                assertThat(last.instance(id))
                        .as(as)
                        .isNotNull()
                        .satisfies(
                                instance -> assertThat(machine.processes(id)).containsExactly(Machine.pid(instance)));
            }
            if (id.startsWith("web-")) {
                assertThat(AgentProcess.starts(machine, id)).as(as).hasSize(1);
            }
        }
        // Each kill hits some start about one time in four: fifty that all miss would mean that nothing was tried.
        assertThat(interrupted).as("starts interrupted, seed %d", seed).isGreaterThan(KILLS < 50 ? -1 : 0);
        System.out.printf("%d kills, %d starts interrupted, seed %d%n", KILLS, interrupted, seed);
        assertThat(last.instances()).as("seed %d", seed).hasSize(wanted.size());
    }
}
