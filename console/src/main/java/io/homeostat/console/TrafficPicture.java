package io.homeostat.console;

import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How the traffic moved to the new version of a rollout, and back where it had to. */
final class TrafficPicture {

    /** @param share of the traffic that the new version gets from then on, 0 to 1 */
    record Step(Instant at, double share) {}

    private TrafficPicture() {}

    /** @param events the journal's records of stages */
    static void shares(Html html, Visit visit, Node.Mapping rollout, Node.Mapping events) {
        List<Step> steps = steps(rollout, Fields.objects(events, "events"), visit.now());
        if (steps.isEmpty()) {
            return;
        }
        String words = Numbers.percent(steps.getLast().share()) + " to the new version";
        Frame.live(html, "shares", "section", "panel").with("h2", "Traffic");
        html.open("figure")
                .open("figcaption")
                .with("strong", "New version")
                .text(" " + words)
                .close();
        Charts.steps(html, "Share of the traffic over time: " + words, steps);
        html.open("p", "class", "span");
        Times.clock(html, steps.getFirst().at().toString());
        Times.clock(html, steps.getLast().at().toString());
        html.close().close().close();
    }

    /** From its start to its end, or to now; empty when it is not known when it started. */
    static List<Step> steps(Node.Mapping rollout, List<Node.Mapping> events, Instant now) {
        Instant started = Times.parse(Fields.text(rollout, "started"));
        if (started == null) {
            return List.of();
        }
        String object = Fields.text(rollout, "object");
        List<Step> steps = new ArrayList<>(List.of(new Step(started, 0)));
        for (Node.Mapping event : events) {
            Instant at = Times.parse(Fields.text(event, "time"));
            Node.Mapping data = event.mapping("data");
            if (at != null && !at.isBefore(started) && object.endsWith("/" + Fields.text(data, "workload"))) {
                steps.add(new Step(at, Math.clamp(data.integer("weight", 0) / 100.0, 0, 1)));
            }
        }
        Instant since = Times.parse(Fields.text(rollout, "since"));
        Instant ended = since == null ? now : since;
        switch (Fields.text(rollout, "phase")) {
            case "running" -> steps.add(new Step(now, steps.getLast().share()));
            case "completed" -> steps.add(new Step(ended, 1));
            default -> steps.add(new Step(ended, 0));
        }
        return steps;
    }
}
