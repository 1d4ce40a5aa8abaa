package io.homeostat.cli.demo;

import io.homeostat.cli.show.CoverageText;
import io.homeostat.cli.show.Nodes;
import io.homeostat.model.Node;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/** A fault that nobody notices, and one that everybody would: it is undone as soon as the promise breaks. */
final class TwoExperiments implements Scene {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int TRIES = 3;

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
        covered(stage);
        verdict(stage, "one-web-less", "held");
        covered(stage);
        long start = stage.now();
        verdict(stage, "slow-api", "broken");
        stage.expect("the fault is gone", PATIENCE, () -> stage.happened(start, "experiment.undone"));
        covered(stage);
    }

    /** Begins it as soon as it is declared and may begin, and waits for its verdict; once more if that is that it showed nothing. */
    static void verdict(Stage stage, String experiment, String expected) throws Exception {
        for (int left = TRIES; ; left--) {
            AtomicReference<String> run = new AtomicReference<>("");
            stage.expect("homeostat experiment run " + experiment, PATIENCE, () -> {
                run.set(stage.agent()
                        .post("/api/v1/experiment", "name", experiment, "action", "run", "by", "demo")
                        .text("run", ""));
                return Seen.yes("");
            });
            String said = stage.expect("its verdict", Duration.ofMinutes(3), () -> {
                Node.Mapping last = stage.agent()
                        .get("/api/v1/experiments", "name", experiment)
                        .mapping("experiment")
                        .mapping("last");
                String verdict = last.text("run", "").equals(run.get()) ? last.text("verdict", "") : "";
                return verdict.isEmpty()
                        ? Seen.notYet(last.text("phase", ""))
                        : Seen.yes(verdict + ": " + last.text("reason", ""));
            });
            if (said.startsWith(expected + ": ")) {
                return;
            }
            if (!said.startsWith("inconclusive: ") || left == 1) {
                throw new Unexpected("expected: " + experiment + " " + expected + "; it was " + said);
            }
            stage.note(
                    "Inconclusive is neither success nor failure: on a busy machine web may be slow by itself, which says"
                            + " nothing of the fault. Once more.");
        }
    }

    /** How much of the system was exercised by now. */
    static void covered(Stage stage) throws Exception {
        Node.Mapping coverage = stage.agent().get("/api/v1/coverage");
        stage.note(String.format(
                Locale.ROOT,
                "chaos coverage: %.1f%% of the surface exercised, %.1f%% passed",
                CoverageText.percent(coverage, "exercised"),
                CoverageText.percent(coverage, "passed")));
    }

    /** How many cells of the surface were exercised. */
    static long exercised(Stage stage) throws Exception {
        return Nodes.mappings(stage.agent().get("/api/v1/coverage").sequence("cells")).stream()
                .filter(cell -> cell.get("exercisedAt") != null)
                .count();
    }
}
