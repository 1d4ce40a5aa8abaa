package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** One experiment: what it disturbs, what must hold meanwhile and whether it does just now, and what each run found. */
final class ExperimentPage {

    private ExperimentPage() {}

    static Page of(Visit visit, String name) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/experiments", "name", name);
        Node.Mapping perimeters = visit.ask().get("/api/v1/perimeters", "experiment", name);
        Node.Mapping experiment = answer.mapping("experiment");
        return new Page(200, Frame.page(visit, name, Fields.text(answer, "environment"), html -> {
            Frame.live(html, "heading", "section", "heading").with("h1", name);
            outcome(html, experiment.mapping("last"));
            html.with("p", Fields.text(experiment, "description"), "class", "lead");
            html.with("p", String.join(", ", Fields.texts(experiment, "faults")))
                    .close();
            html.open("section", "class", "actions").with("h2", "Actions", "class", "unseen");
            Actions.button(
                    html,
                    visit,
                    "run",
                    "Run",
                    name,
                    Links.experiment(name),
                    "It disturbs what runs. Its faults end by themselves, and when its hypothesis stops holding.",
                    List.of());
            Actions.button(html, visit, "stop", "Stop", name, Links.experiment(name));
            html.close();
            Frame.live(html, "now", "div", "now");
            steadyState(html, experiment);
            html.close();
            perimeter(html, visit, perimeters);
            Frame.live(html, "runs", "section", "panel").with("h2", "Runs");
            List<Node.Mapping> runs = Fields.objects(answer, "runs");
            if (runs.isEmpty()) {
                Frame.empty(html, "It never ran.");
            }
            runs.forEach(run -> run(html, visit, run));
            html.close();
        }));
    }

    static void outcome(Html html, Node.Mapping run) {
        String verdict = Fields.text(run, "verdict");
        String phase = Fields.text(run, "phase");
        if (!verdict.isEmpty()) {
            Frame.badge(html, tone(verdict), verdict);
        } else if (!phase.isEmpty()) {
            Frame.badge(html, Tone.CHANGING, phase);
        } else {
            Frame.badge(html, Tone.QUIET, run.isEmpty() ? "never" : "unknown");
        }
    }

    private static Tone tone(String verdict) {
        return switch (verdict) {
            case "held" -> Tone.GOOD;
            case "broken" -> Tone.BAD;
            default -> Tone.QUIET;
        };
    }

    static boolean isRunning(Node.Mapping experiment) {
        return !Fields.text(experiment.mapping("last"), "phase").isEmpty();
    }

    private static void steadyState(Html html, Node.Mapping experiment) {
        if (isRunning(experiment)) {
            html.open("section", "class", "panel").with("h2", "Steady state, just now");
            checks(html, experiment.mapping("last"));
            html.close();
        }
    }

    /** Each check of a run that is under way, as it was seen last. */
    static void checks(Html html, Node.Mapping run) {
        html.open("ul", "class", "components");
        for (Node.Mapping check : Fields.objects(run, "checks")) {
            String state = Fields.text(check, "state");
            html.open("li");
            Frame.badge(html, ofCheck(state), state.equals("unknown") ? "not seen yet" : state);
            html.with("span", Fields.text(check, "name"), "class", "object");
            html.with("span", Fields.text(check, "detail"), "class", "small");
            html.close();
        }
        html.close();
    }

    private static Tone ofCheck(String state) {
        return switch (state) {
            case "holds" -> Tone.GOOD;
            case "broken" -> Tone.BAD;
            case "impossible" -> Tone.WARN;
            default -> Tone.QUIET;
        };
    }

    private static void perimeter(Html html, Visit visit, Node.Mapping perimeters) {
        List<Node.Mapping> found = Fields.objects(perimeters, "perimeters");
        if (found.isEmpty()) {
            return;
        }
        Frame.live(html, "perimeter", "section", "panel").with("h2", "Perimeter");
        found.forEach(each -> PerimetersPage.one(html, visit, each));
        html.close();
    }

    private static void run(Html html, Visit visit, Node.Mapping run) {
        html.open("div", "class", "step").open("p");
        outcome(html, run);
        html.text("by " + Fields.text(run, "by") + " ");
        Times.ago(html, Fields.text(run, "startedAt"), visit.now());
        html.close().with("p", Fields.text(run, "reason"), "class", "small");
        html.open("ol", "class", "events");
        for (Node.Mapping step : Fields.objects(run, "steps")) {
            html.open("li").with("span", "", "class", "sign").open("span", "class", "when");
            Times.clock(html, Fields.text(step, "time"));
            html.close().with("span", Fields.text(step, "message"), "class", "what");
            html.with("span", Fields.text(step, "type"), "class", "type").close();
        }
        html.close().close();
    }
}
