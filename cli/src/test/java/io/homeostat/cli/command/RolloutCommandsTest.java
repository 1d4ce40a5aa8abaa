package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.Typed;
import io.homeostat.cli.client.SpokenAgent;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutCommandsTest {

    @TempDir
    Path state;

    private SpokenAgent agent;

    @BeforeEach
    void start() throws Exception {
        agent = new SpokenAgent(state).isProtected(false);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private Typed typed(String... words) {
        return Typed.with(Map.of("HOMEOSTAT_STATE", state.toString()), words);
    }

    @Test
    void statusIsOneLineForEachAndSaysWithItsExitCodeThatOneFailed() {
        agent.answers("/api/v1/rollouts", """
            {"rollouts": [
              {"name": "web", "object": "Deployment/web", "revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
               "phase": "running", "paused": true, "message": "stage preview, 0 % of the traffic: paused"},
              {"name": "api", "object": "Deployment/api", "revision": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
               "phase": "failed", "paused": false, "message": "api-1 ended with exit code 1"}]}
            """);

        assertThat(typed("rollout", "status")).isEqualTo(new Typed(2, """
            ROLLOUT  WORKLOAD        REVISION  PHASE
            web      Deployment/web  aaaaaaa   paused  stage preview, 0 % of the traffic: paused
            api      Deployment/api  bbbbbbb   failed  api-1 ended with exit code 1
            """, ""));
    }

    @Test
    void withoutAnyItSaysSo() {
        agent.answers("/api/v1/rollouts", "{\"rollouts\": []}");

        assertThat(typed("rollout", "status")).isEqualTo(new Typed(0, "There was no rollout yet.\n", ""));
        assertThat(typed("rollout", "status", "web").exit()).isZero();
        assertThat(agent.requests()).contains("GET /api/v1/rollouts?name=web");
    }

    @Test
    void actionsNameTheRolloutAndThePerson() {
        agent.answers("/api/v1/rollout", "{\"message\": \"rollout web of Deployment/web: promote\"}");

        Typed promoted = typed("rollout", "promote", "web");

        assertThat(promoted.exit()).isZero();
        assertThat(promoted.out()).isEqualTo("rollout web of Deployment/web: promote\n");
        assertThat(promoted.err()).contains("rollout promote web in environment");
        assertThat(agent.requests())
                .contains("POST /api/v1/rollout {\"name\":\"web\",\"action\":\"promote\",\"by\":\"ada\"}");
    }
}
