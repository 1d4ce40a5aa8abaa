package io.homeostat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.Typed;
import io.homeostat.cli.client.SpokenAgent;
import java.nio.file.Path;
import java.util.List;
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
    void whyItFailedIsTheVerdictAndThePictureOfItsEvidence() {
        agent.answers("/api/v1/rollouts", """
            {"rollouts": [
              {"name": "web", "object": "Deployment/web", "revision": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
               "phase": "failed", "paused": false, "weight": 0, "message": "worse than the baseline",
               "verdict": {"verdict": "fail", "findings": [
                 {"metric": "errors", "decision": "worse", "baseline": {"seen": 364, "value": 0},
                  "canary": {"seen": 20, "value": 3}, "ratio": null, "interval": {"lower": 1.27, "upper": null},
                  "lnE": 6.34, "alpha": 0.0030769}]},
               "samples": [
                 {"time": "2026-11-02T10:00:00Z", "weight": 5, "lnE": 0, "limit": 5.783, "metric": "errors"},
                 {"time": "2026-11-02T10:00:01Z", "weight": 5, "lnE": 2.9, "limit": 5.783, "metric": "errors"},
                 {"time": "2026-11-02T10:00:02Z", "weight": 25, "lnE": 6.34, "limit": 5.783, "metric": "errors"}]}]}
            """);

        Typed explained = typed("rollout", "explain", "web");

        assertThat(explained.exit()).isEqualTo(2);
        assertThat(explained.out()).startsWith("""
            web Deployment/web aaaaaaa: failed, 0 % of the traffic
              worse than the baseline

              METRIC  STABLE    CANARY   RATIO  BETWEEN     E-VALUE     DECISION
              errors  0 of 364  3 of 20  –      1.27 and ∞  567 of 325  worse

                 325 ┤\
            """);
        List<String> bars =
                explained.out().lines().filter(line -> line.contains("┤")).toList();
        assertThat(bars).hasSize(7);
        assertThat(bars.get(1)).as("only the last column reaches the limit").endsWith(" █");
        assertThat(bars.getLast()).as("from the middle on there is evidence").matches(" +1 ┤ {29}█+");
        assertThat(explained.out()).contains("└┴5%", "2 s  e-value of errors");
    }

    @Test
    void watchingEndsWithTheRollout() {
        agent.answers("/api/v1/rollouts", """
            {"rollouts": [{"name": "web", "object": "Deployment/web", "revision": "aaaaaaa", "phase": "completed",
                           "weight": 100, "message": "completed"}]}
            """);

        assertThat(typed("rollout", "watch", "web")).isEqualTo(new Typed(0, """
            web Deployment/web aaaaaaa: completed, 100 % of the traffic
              completed

            """, ""));
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
