package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** What is disturbed on purpose: what runs now, what was found, and the lever that ends all of it. */
final class ChaosPage {

    /** So many findings are shown; the API has all of them. */
    private static final int FINDINGS = 20;

    private ChaosPage() {}

    static Page of(Visit visit) throws IOException, Refused {
        Node.Mapping answer = visit.ask().get("/api/v1/experiments");
        Node.Mapping findings = visit.ask().get("/api/v1/findings");
        Node.Mapping coverage = visit.ask().get("/api/v1/coverage");
        Node.Mapping perimeters = visit.ask().get("/api/v1/perimeters");
        Node.Mapping events = visit.ask().get("/api/v1/events", "type", "experiment", "last", "15");
        return new Page(200, Frame.page(visit, "Chaos", Fields.text(answer, "environment"), html -> {
            html.with("h1", "Chaos");
            lever(html, visit, answer.mapping("halt"));
            List<Node.Mapping> experiments = Fields.objects(answer, "experiments");
            running(html, visit, experiments);
            findings(html, visit, Fields.objects(findings, "findings"));
            catalogue(html, visit, experiments);
            HeatMap.coverage(html, visit, coverage);
            PerimetersPage.summary(html, visit, perimeters);
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

    /** What is under way, and whether what must hold still does. */
    private static void running(Html html, Visit visit, List<Node.Mapping> experiments) {
        Frame.live(html, "running", "section", "panel").with("h2", "Running now");
        List<Node.Mapping> running =
                experiments.stream().filter(ExperimentPage::isRunning).toList();
        if (running.isEmpty()) {
            Frame.empty(html, "Nothing is disturbed.");
        }
        for (Node.Mapping experiment : running) {
            String name = Fields.text(experiment, "name");
            Node.Mapping last = experiment.mapping("last");
            html.open("article", "class", "run").open("h3");
            html.with("a", name, "href", visit.root() + Links.experiment(name)).text(" ");
            ExperimentPage.outcome(html, last);
            html.close().open("p", "class", "small");
            html.text(String.join(", ", Fields.texts(experiment, "faults")) + "; begun by " + Fields.text(last, "by")
                    + " ");
            Times.ago(html, Fields.text(last, "startedAt"), visit.now());
            html.close();
            ExperimentPage.checks(html, last);
            html.close();
        }
        html.close();
    }

    private static void findings(Html html, Visit visit, List<Node.Mapping> findings) {
        if (findings.isEmpty()) {
            return;
        }
        Frame.live(html, "findings", "section", "panel").with("h2", "Shown to be wrong");
        html.open("ul", "class", "components");
        for (Node.Mapping finding : findings.subList(0, Math.min(FINDINGS, findings.size()))) {
            String experiment = Fields.text(finding, "experiment");
            html.open("li");
            Frame.badge(html, Tone.BAD, Fields.text(finding, "kind"));
            html.with("a", experiment, "href", visit.root() + Links.experiment(experiment));
            html.with("span", Fields.text(finding, "statement"), "class", "object");
            html.open("span", "class", "when");
            Times.ago(html, Fields.text(finding, "since"), visit.now());
            html.close().close();
        }
        html.close();
        if (findings.size() > FINDINGS) {
            html.with("p", "and " + (findings.size() - FINDINGS) + " more: homeostat finding list", "class", "small");
        }
        html.close();
    }

    private static void catalogue(Html html, Visit visit, List<Node.Mapping> experiments) {
        Frame.live(html, "experiments", "section", "panel").with("h2", "Catalogue");
        if (experiments.isEmpty()) {
            Frame.empty(html, "Git declares no experiment yet. An Experiment document makes one.");
            html.close();
            return;
        }
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Experiments, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("experiment", "last run", "when", "faults", "lasts", "next", "runs", "owner")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping experiment : experiments) {
            String name = Fields.text(experiment, "name");
            Node.Mapping last = experiment.mapping("last");
            html.open("tr").open("th", "scope", "row");
            html.with("a", name, "href", visit.root() + Links.experiment(name)).close();
            html.open("td");
            ExperimentPage.outcome(html, last);
            html.close().open("td");
            Times.ago(html, Fields.text(last, "startedAt"), visit.now());
            html.close();
            html.with("td", String.join(", ", Fields.texts(experiment, "faults")), "class", "message");
            html.with("td", Fields.text(experiment, "duration"), "class", "number");
            html.open("td");
            next(html, visit, experiment.mapping("schedule"));
            html.close();
            html.with("td", Integer.toString(experiment.integer("runs", 0)), "class", "number");
            html.with("td", Fields.text(experiment, "owner")).close();
        }
        html.close().close().close().close();
    }

    private static void next(Html html, Visit visit, Node.Mapping schedule) {
        if (schedule.isEmpty()) {
            html.text("by hand");
        } else if (Fields.text(schedule, "next").isEmpty()) {
            html.with("span", Fields.text(schedule, "waits"), "class", "message");
        } else {
            Times.ago(html, Fields.text(schedule, "next"), visit.now());
        }
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
}
