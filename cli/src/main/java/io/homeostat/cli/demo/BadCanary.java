package io.homeostat.cli.demo;

import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.RolloutText;
import io.homeostat.model.Node;
import java.time.Duration;
import java.util.List;

/** A version that starts well and fails some of its requests: a few customers meet it, for seconds. */
final class BadCanary implements Scene {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String title() {
        return "A bad canary";
    }

    @Override
    public String shows() {
        return "A Rollout is declared: every fifth request goes to the new version first, and what customers see of"
                + " both is compared four times a second. This version of web is ready in time and answers four of ten"
                + " requests with 500. No probe sees that; the customers' requests do.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Load.Tally before = stage.load().tally();
        long start = stage.now();
        stage.repository().write("reliability/rollouts/web.yaml", """
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              canary:
                steps:
                  - {weight: 20, hold: 5m}
            """);
        stage.repository().edit("services/web/Web.java", "VERSION = \"1.3\"", "VERSION = \"1.4\"");
        stage.repository()
                .edit(
                        "services/web/Web.java",
                        "answer(exchange, 200, greeting",
                        "answer(exchange, Math.random() < 0.4 ? 500 : 200, greeting");
        stage.repository().edit("apps/shop/web.yaml", "shop/web:1.3", "shop/web:1.4");
        stage.did(stage.repository()
                .commit("web 1.4, with a mistake that no probe finds")
                .toString());
        stage.expect("every fifth request goes to web 1.4", PATIENCE, () -> stage.happened(start, "rollout.stage"));
        stage.expect("worse than web 1.3, taken back", PATIENCE, () -> stage.happened(start, "rollout.failed"));
        Load.Tally tally = stage.load().tally().since(before);
        List<Node.Mapping> rollouts = Nodes.mappings(
                stage.agent().get("/api/v1/rollouts", "name", "web").sequence("rollouts"));
        RolloutText.lines(rollouts.getFirst(), stage.paint()).forEach(stage::note);
        stage.check(tally.failures() > 0, "this was seen by customers, and is over: " + tally);
        stage.expect("only web 1.3 answers, and the shop is healthy", PATIENCE, () -> {
            String health = stage.shop().mapping("health").text("status", "");
            String answer = stage.load().answer();
            return Seen.when(health.equals("healthy") && answer.contains("web 1.3"), health + ", " + answer);
        });
    }
}
