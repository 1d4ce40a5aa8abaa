package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Killed at any moment, the next agent goes on: nothing is lost, doubled or restarted without need, the journal verifies, and
 * the last good commit runs. {@code -Dsoak.kills=100} and {@code -Dsoak.boundaries=1} give the full count.
 */
@Tag("e2e")
class CrashProofTest {

    private static final int KILLS = Integer.getInteger("soak.kills", 10);

    /** Every how many boundaries one is tried. */
    private static final int STRIDE = Integer.getInteger("soak.boundaries", 5);

    private static final long SEED = Long.getLong("seed", 20261121L);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"agent", "shims", "gate"})
    void killedAtAJournalBoundaryOfASyncTheNextLookFinishesIt(String victim) throws Exception {
        for (int boundary = 1; boundary <= 40; boundary += STRIDE) {
            try (Stage stage = new Stage(directory.resolve(victim + boundary))) {
                stage.write("apps/shop/web.yaml", Stage.deployment("web", 2, 60, "1", Stage.RUNS));
                stage.write("apps/shop/service.yaml", """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: web}
                        spec: {selector: {app: web}, ports: [{port: 18080, targetPort: 8080}]}
                        """);
                String revision = stage.commit("first");
                stage.startAgent(Integer.toString(boundary), victim);
                if (victim.equals("agent")) {
                    stage.awaitAgentsEndOr(status -> Stage.isSynced(status, "shop", revision));
                    if (!stage.agentLives()) {
                        stage.startAgent();
                    }
                }
                stage.awaitSynced("shop", revision);
                stage.awaitRunning(Map.of("web-1", 2));
                assertThat(stage.get("/api/v1/journal/verify").flag("valid", false))
                        .as("journal after %s killed at boundary %d", victim, boundary)
                        .isTrue();
            }
        }
    }

    @Test
    void killedAtRandomMomentsOfAStreamOfCommitsNothingIsLostDoubledOrRestarted() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        try (Stage stage = new Stage(directory.resolve("stream"))) {
            stage.write("apps/steady/steady.yaml", Stage.deployment("steady", 2, 60, "1", Stage.RUNS));
            stage.write("apps/stream/stream.yaml", Stage.deployment("stream", 2, 2, "0", Stage.RUNS));
            String revision = stage.commit("first");
            stage.startAgent();
            stage.awaitSynced("steady", revision);
            stage.awaitSynced("stream", revision);
            List<Long> steady = stage.running().get("steady-1");
            assertThat(steady).as("seed %d", SEED).hasSize(2);
            for (int kill = 1; kill <= KILLS; kill++) {
                boolean good = random.nextInt(3) > 0;
                String command = good ? Stage.RUNS : "exit 3";
                stage.write("apps/stream/stream.yaml", Stage.deployment("stream", 2, 2, "" + kill, command));
                revision = stage.commit((good ? "good " : "bad ") + kill);
                // A random moment is the point of this test: it is not waiting for anything.
                LockSupport.parkNanos(random.nextLong(700_000_000L));
                stage.killAgent();
                stage.startAgent();
            }
            stage.write("apps/stream/stream.yaml", Stage.deployment("stream", 2, 30, "last", Stage.RUNS));
            revision = stage.commit("the last good one");
            stage.awaitSynced("stream", revision);
            stage.awaitSynced("steady", revision);
            stage.awaitRunning(Map.of("steady-1", 2, "stream-last", 2));
            Map<String, List<Long>> running = stage.running();
            assertThat(running.get("steady-1")).as("unchanged, seed %d", SEED).isEqualTo(steady);
            Node.Mapping journal = stage.get("/api/v1/journal/verify");
            assertThat(journal.flag("valid", false)).as("%s", journal).isTrue();
        }
    }
}
