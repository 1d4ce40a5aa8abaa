package io.homeostat.cli.demo;

import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.SloText;
import io.homeostat.cli.show.TopText;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** Everything in front of it fails with it; the edges say whose fault it is, and the objective what it cost. */
final class BadDependency implements Scene {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final BigDecimal HALF = new BigDecimal("0.5");

    @Override
    public String title() {
        return "A bad dependency";
    }

    @Override
    public String shows() {
        return "An objective says that store answers 99 % of what api asks. A new version of store is ready, and refuses"
                + " every order: so api fails, and so does web. The gate counts each edge apart, an alert calls before"
                + " anybody does, and the error budget says what it cost.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long declared = stage.now();
        stage.repository().write("reliability/slos/store.yaml", """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: store-answers}
            spec:
              service: store
              indicator:
                metadata: {name: store-answers-api}
                spec: {ratioMetric: {rawType: success, raw: {metricSource: {type: homeostat, spec: {service: store, from: api}}}}}
              timeWindow: [{duration: 1h, isRolling: true}]
              budgetingMethod: Occurrences
              objectives: [{target: 0.99}]
            """);
        stage.did(stage.repository().commit("store is promised to answer api").toString());
        stage.expect("it is in force", PATIENCE, () -> stage.happened(declared, "objectives.accepted"));
        stage.expect("and measured", PATIENCE, () -> Seen.when(measured(stage), ""));
        long broken = stage.now();
        replaceStore(stage, "1.0", "200, \"store \"", "1.1", "503, \"store \"");
        stage.did(stage.repository().commit("store 1.1, which is out of paper").toString());
        stage.expect("store is the last that fails on the way", PATIENCE, () -> blamed(stage));
        TopText.lines(stage.agent().get("/api/v1/top"), stage.paint()).forEach(stage::note);
        stage.expect("an alert", PATIENCE, () -> stage.happened(broken, "alert.firing"));
        replaceStore(stage, "1.1", "503, \"store \"", "1.2", "200, \"store \"");
        Repository.Commit fix = stage.repository().commit("store 1.2, with paper");
        stage.did(fix.toString());
        stage.expect("it is the last good revision", PATIENCE, () -> stage.healthyAt(fix));
        stage.expect("web answers again", PATIENCE, () -> {
            String answer = stage.load().answer();
            return Seen.when(answer.contains("store 1.2"), answer);
        });
        SloText.budgets(stage.agent().get("/api/v1/slo", "name", "store-answers"), stage.paint())
                .forEach(stage::note);
    }

    private static void replaceStore(Stage stage, String from, String answer, String to, String instead)
            throws Exception {
        stage.repository().edit("services/store/Store.java", "\"" + from + "\"", "\"" + to + "\"");
        stage.repository().edit("services/store/Store.java", answer, instead);
        stage.repository().edit("apps/shop/store.yaml", "shop/store:" + from, "shop/store:" + to);
    }

    private static boolean measured(Stage stage) throws Exception {
        return Nodes.mappings(stage.agent()
                        .get("/api/v1/slo", "name", "store-answers")
                        .sequence("slos"))
                .stream()
                .anyMatch(slo -> slo.mapping("budget").get("indicator") instanceof Node.Numeric);
    }

    /** Of the edges that fail, the one whose callee calls nobody who fails. */
    private static Seen blamed(Stage stage) throws Exception {
        List<Node.Mapping> failing = Nodes.mappings(
                        stage.agent().get("/api/v1/top").sequence("edges"))
                .stream()
                .filter(edge -> edge.get("failedShare") instanceof Node.Numeric share
                        && share.value().compareTo(HALF) > 0)
                .toList();
        List<String> last = failing.stream()
                .map(edge -> name(edge, "callee"))
                .filter(callee ->
                        failing.stream().noneMatch(edge -> name(edge, "caller").equals(callee)))
                .distinct()
                .toList();
        boolean isStore =
                failing.size() > 1 && last.size() == 1 && last.getFirst().equals("store");
        return Seen.when(isStore, failing.size() + " edges fail, the last of them at " + String.join(" and ", last));
    }

    /** Callers are workloads, {@code Deployment/api}, and callees Services. */
    private static String name(Node.Mapping edge, String key) {
        String full = edge.text(key, "");
        return full.substring(full.lastIndexOf('/') + 1);
    }
}
