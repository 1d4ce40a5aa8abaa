package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** What is disturbed on purpose: what runs now, what was found, and the lever that ends all of it. */
final class ChaosPage {

    private ChaosPage() {}

    static Page all(Visit visit) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/experiments");
        Node.Mapping coverage = visit.ask().get("/api/v1/coverage");
        Node.Mapping events = visit.ask().get("/api/v1/events", "type", "experiment", "last", "15");
        return new Page(200, Frame.page(visit, "Chaos", Fields.text(answer, "environment"), html -> {
            html.with("h1", "Chaos");
            lever(html, visit, answer.mapping("halt"));
            Frame.live(html, "experiments", "section", "panel").with("h2", "Experiments");
            List<Node.Mapping> experiments = Fields.objects(answer, "experiments");
            if (experiments.isEmpty()) {
                Frame.empty(html, "Git declares no experiment yet. An Experiment document makes one.");
            } else {
                table(html, visit, experiments);
            }
            html.close();
            HeatMap.coverage(html, visit, coverage);
            happened(html, visit, events);
        }));
    }

    /** Large, and never behind a second question: whoever reaches for it is in a hurry. */
    private static void lever(Html html, Visit visit, Node.Mapping halt) {
        Frame.live(html, "lever", "section", halt.isEmpty() ? "lever" : "lever halted");
        html.with("h2", "Halt", "class", "unseen");
        if (halt.isEmpty()) {
            Actions.button(html, visit, "halt", "Halt all chaos", "all", "chaos");
            html.with("p", "Undoes every fault that is in force, and lets nothing begin.", "class", "small");
        } else {
            html.open("p", "class", "answer");
            Frame.badge(html, Tone.WARN, "halted");
            html.text("by " + Fields.text(halt, "by") + " ");
            Times.ago(html, Fields.text(halt, "since"), visit.now());
            String reason = Fields.text(halt, "reason");
            html.text(reason.isEmpty() ? "" : ": " + reason).close();
            Actions.button(html, visit, "allow", "Let experiments run again", "all", "chaos");
        }
        html.close();
    }

    private static void table(Html html, Visit visit, List<Node.Mapping> experiments) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Experiments, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("experiment", "last run", "when", "faults", "lasts", "runs", "owner")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping experiment : experiments) {
            String name = Fields.text(experiment, "name");
            Node.Mapping last = experiment.mapping("last");
            html.open("tr").open("th", "scope", "row");
            html.with("a", name, "href", visit.root() + Links.experiment(name)).close();
            html.open("td");
            outcome(html, last);
            html.close().open("td");
            Times.ago(html, Fields.text(last, "startedAt"), visit.now());
            html.close();
            html.with("td", String.join(", ", Fields.texts(experiment, "faults")), "class", "message");
            html.with("td", Fields.text(experiment, "duration"), "class", "number");
            html.with("td", Integer.toString(experiment.integer("runs", 0)), "class", "number");
            html.with("td", Fields.text(experiment, "owner")).close();
        }
        html.close().close().close();
    }

    private static void outcome(Html html, Node.Mapping run) {
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

    private static void happened(Html html, Visit visit, Node.Mapping events) {
        Frame.live(html, "events", "section", "panel").with("h2", "What happened");
        List<Node.Mapping> found = Fields.objects(events, "events").reversed();
        if (found.isEmpty()) {
            Frame.empty(html, "No experiment ran yet.");
        }
        html.open("ol", "class", "events");
        found.forEach(event -> Frame.event(html, visit, event));
        html.close().close();
    }

    static Page one(Visit visit, String name) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/experiments", "name", name);
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
            Frame.live(html, "runs", "section", "panel").with("h2", "Runs");
            List<Node.Mapping> runs = Fields.objects(answer, "runs");
            if (runs.isEmpty()) {
                Frame.empty(html, "It never ran.");
            }
            runs.forEach(run -> run(html, visit, run));
            html.close();
        }));
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
