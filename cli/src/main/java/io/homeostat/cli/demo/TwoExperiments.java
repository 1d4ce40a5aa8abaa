package io.homeostat.cli.demo;

import io.homeostat.cli.show.Nodes;
import io.homeostat.model.Node;
import java.time.Duration;

/** A fault that nobody notices, and one that everybody would: it is undone as soon as the promise breaks. */
final class TwoExperiments implements Scene {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String title() {
        return "Two experiments";
    }

    @Override
    public String shows() {
        return "Git declares two Experiments. One kills one of two webs: one that is ready is enough, so it holds. The other"
                + " makes api answer web two seconds later: web is promised to answer within half a second, so it breaks,"
                + " and the fault is undone at once.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        stage.repository().write("reliability/experiments/one-web-less.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: one-web-less}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: a web is ready, cel: "workload['web'].ready >= 1"}]
                every: 100ms
                steady: 500ms
              faults: [{kill: {workload: web}}]
              duration: 2s
            """);
        stage.repository().write("reliability/experiments/slow-api.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: slow-api}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: web is fast, http: {url: "http://web:8080/", within: 500ms}}]
                every: 100ms
                steady: 500ms
              faults: [{latency: {from: web, to: api, mean: 2s}}]
              duration: 5s
            """);
        stage.did(stage.repository().commit("two experiments").toString());
        verdict(stage, "one-web-less", "held");
        long start = stage.now();
        verdict(stage, "slow-api", "broken");
        stage.expect("the fault is gone", PATIENCE, () -> stage.happened(start, "experiment.undone"));
    }

    /** Begins it as soon as it is declared and may begin, and waits for its verdict. */
    static void verdict(Stage stage, String experiment, String expected) throws Exception {
        stage.expect("homeostat experiment run " + experiment, PATIENCE, () -> {
            stage.agent().post("/api/v1/experiment", "name", experiment, "action", "run", "by", "demo");
            return Seen.yes("");
        });
        stage.expect("it is " + expected, Duration.ofMinutes(3), () -> {
            Node.Mapping last = stage.agent()
                    .get("/api/v1/experiments", "name", experiment)
                    .mapping("experiment")
                    .mapping("last");
            String verdict = last.text("verdict", "");
            return Seen.when(
                    verdict.equals(expected), verdict.isEmpty() ? last.text("phase", "") : last.text("reason", ""));
        });
    }

    /** How many cells of the surface were exercised. */
    static long exercised(Stage stage) throws Exception {
        return Nodes.mappings(stage.agent().get("/api/v1/coverage").sequence("cells")).stream()
                .filter(cell -> cell.get("exercisedAt") != null)
                .count();
    }
}
