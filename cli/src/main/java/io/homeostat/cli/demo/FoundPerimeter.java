package io.homeostat.cli.demo;

import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.PerimeterText;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.List;

/** How slow may api get until web breaks its promise? */
final class FoundPerimeter implements Scene {

    @Override
    public String title() {
        return "The perimeter of stability";
    }

    @Override
    public String shows() {
        return "How slow may api get until web no longer answers within half a second? Nobody needs to guess: an Experiment"
                + " with search: makes it slower and slower until that breaks, twice, and closes in on the edge from both"
                + " sides. Every fault that was seen at its place counts for chaos coverage.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        stage.repository().write("reliability/experiments/how-slow.yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: how-slow}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: web is fast, http: {url: "http://web:8080/", within: 500ms}}]
                every: 100ms
                steady: 500ms
              faults: [{latency: {from: web, to: api, mean: 100ms}}]   # what must be withstood
              search: {axis: latency, from: 50, to: 3200}
              duration: 1s
            """);
        stage.did(stage.repository().commit("how slow may api be?").toString());
        TwoExperiments.verdict(stage, "how-slow", "held");
        Node.Mapping found = stage.agent().get("/api/v1/perimeters");
        PerimeterText.lines(found, false, stage.paint(), Instant.now()).forEach(stage::note);
        List<Node.Mapping> perimeters = Nodes.mappings(found.sequence("perimeters"));
        stage.check(
                perimeters.size() == 1
                        && perimeters.getFirst().text("status", "").equals("found"),
                "the edge has an inner and an outer side");
        stage.check(TwoExperiments.exercised(stage) >= 2, "what was searched counts for coverage, too");
        TwoExperiments.covered(stage);
    }
}
