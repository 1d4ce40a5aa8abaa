package io.homeostat.agent;

import io.homeostat.chaos.ExperimentView;
import io.homeostat.chaos.Experiments;
import io.homeostat.chaos.coverage.Badge;
import io.homeostat.chaos.coverage.CoverageView;
import io.homeostat.chaos.finding.FindingsView;
import io.homeostat.chaos.outside.People;
import io.homeostat.chaos.perimeter.PerimeterView;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.slo.Promises;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of experiments, and what people may ask of them. */
final class ExperimentRoutes {

    private final Experiments experiments;
    private final People people;
    private final Views views;

    ExperimentRoutes(Experiments experiments, People people, Views views) {
        this.experiments = experiments;
        this.people = people;
        this.views = views;
    }

    void addTo(Api api) {
        api.add(Route.get(
                        "/api/v1/experiments",
                        "each experiment with its last run, and whether all chaos is halted",
                        this::list)
                .text("name", "only this one, with its runs")
                .listing("experiments", "name")
                .orListing("runs", "run"));
        api.add(Route.get(
                        "/api/v1/coverage",
                        "how much of the surface was exercised, and passed: every component and edge, by class of"
                                + " fault",
                        request -> request.answer(
                                CoverageView.of(experiments.coverage()).with("environment", views.environment())))
                .listing("cells", "target", "class"));
        api.add(Route.get("/api/v1/coverage/badge.svg", "the same as a small picture", this::badge)
                .answering("image/svg+xml"));
        api.add(Route.get(
                        "/api/v1/coverage/suggestions",
                        "experiments that would raise it most, as documents for Git",
                        this::suggestions)
                .number("last", "how many (3)"));
        api.add(Route.get(
                        "/api/v1/perimeters",
                        "how much it takes until each promise breaks, with what was found before",
                        this::perimeters)
                .text("experiment", "only of this one")
                .listing("perimeters", "experiment"));
        api.add(Route.get(
                        "/api/v1/findings",
                        "what experiments showed to be wrong, until they show otherwise; what would cost most comes"
                                + " first",
                        this::findings)
                .listing("findings", "experiment", "kind"));
        api.add(Route.post("/api/v1/experiment", Role.OPERATOR, "look at, begin or stop an experiment", this::act)
                .text("name", "of one that Git declares")
                .text("document", "one that comes along, as YAML or JSON")
                .text("file", "what to call that document in messages")
                .requiredText(
                        "action",
                        "plan, run, stop or answer; plan says what would be touched and what says no, answer how the"
                                + " step of a person went in the run or experiment of this name")
                .flag("done", "with answer: whether the person could do it")
                .text("note", "with answer: what there is to say about it")
                .text("by", "who wants it; whoever asks, if nobody is named"));
        api.add(Route.post("/api/v1/halt", Role.OPERATOR, "stop all chaos, and let none begin", this::halt)
                .text("reason", "why")
                .text("by", "who wants it; whoever asks, if nobody is named"));
        api.add(Route.post("/api/v1/resume", Role.OPERATOR, "let experiments run again", this::resume)
                .text("by", "who wants it; whoever asks, if nobody is named"));
    }

    private void list(Request request) throws IOException, Refusal {
        String name = request.query("name");
        Node.Mapping all = ExperimentView.all(experiments);
        if (name == null) {
            request.answer(all.with("asked", people.node()).with("environment", views.environment()));
            return;
        }
        Node.Mapping one = ExperimentView.one(experiments, name);
        if (one == null) {
            throw unknown(name);
        }
        request.answer(one.with("environment", views.environment()));
    }

    private void badge(Request request) throws IOException {
        try (OutputStream out = request.stream("image/svg+xml")) {
            out.write(Badge.of(experiments.coverage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void suggestions(Request request) throws IOException, Refusal {
        List<Node> all = experiments.suggestions((int) Math.min(1000, request.number("last", 3))).stream()
                .<Node>map(each -> Node.Mapping.EMPTY
                        .with("target", each.target())
                        .with("class", each.faultClass())
                        .with("raises", CoverageView.number(each.raises()))
                        .with("document", each.document()))
                .toList();
        request.answer(Node.Mapping.EMPTY
                .with("suggestions", new Node.Sequence(all, Position.NONE))
                .with("environment", views.environment()));
    }

    private void findings(Request request) throws IOException, Refusal {
        Set<String> declared =
                experiments.declared().stream().map(Experiment::name).collect(Collectors.toSet());
        request.answer(FindingsView.of(experiments.memory().findings().ranked(), declared)
                .with("environment", views.environment()));
    }

    private void perimeters(Request request) throws IOException, Refusal {
        String name = request.query("experiment");
        request.answer(PerimeterView.of(experiments.memory().perimeters().known().stream()
                        .filter(each -> name == null || each.experiment().equals(name))
                        .toList())
                .with("environment", views.environment()));
    }

    private Refusal unknown(@Nullable String name) {
        List<String> known =
                experiments.declared().stream().map(Experiment::name).toList();
        String guess = name == null ? null : Suggestions.didYouMean(name, known);
        return Refusal.unknown(
                "there is no experiment '" + name + "'",
                guess != null
                        ? guess
                        : known.isEmpty()
                                ? "docs/chaos.md shows how to declare one"
                                : "there are: " + String.join(", ", known));
    }

    private void act(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        String action = body.text("action", "");
        String by = request.signed(body.text("by"));
        switch (action) {
            case "plan" -> {
                Experiment experiment = experiment(body);
                request.answer(ExperimentView.plan(experiment, experiments.plan(experiment))
                        .with("environment", views.environment()));
            }
            case "run" -> run(request, experiment(body), by);
            case "stop" -> {
                String name = body.text("name", "");
                int told = experiments.stop(name, by);
                if (told == 0) {
                    throw Refusal.conflict("nothing called '" + name + "' runs", "homeostat experiment list");
                }
                done(request, name + " is being stopped; what it did is undone first");
            }
            case "answer" -> {
                String name = body.text("name", "");
                String task = people.answer(name, body.flag("done", true), by, body.text("note", ""));
                if (task == null) {
                    throw Refusal.conflict(
                            "nobody is asked for anything in '" + name + "'", "homeostat experiment list");
                }
                done(request, "it is written down how this went: " + task);
            }
            default ->
                throw Refusal.wrong("'" + action + "' is nothing that an experiment does", "plan, run, stop or answer");
        }
    }

    private void run(Request request, Experiment experiment, String by) throws IOException, Refusal {
        switch (experiments.run(experiment, by)) {
            case Experiments.Answer.Begun begun ->
                request.answer(ExperimentView.plan(experiment, begun.plan())
                        .with("run", begun.run())
                        .with("message", experiment.name() + " begins")
                        .with("environment", views.environment()));
            case Experiments.Answer.Refused refused ->
                throw Refusal.conflict(
                        experiment.name() + " was not begun: " + String.join("; ", refused.reasons()),
                        "homeostat experiment run " + experiment.name() + " --dry-run");
        }
    }

    /** One that Git declares, by its name, or one that comes along. */
    private Experiment experiment(Node.Mapping body) throws Refusal {
        String text = body.text("document");
        if (text == null) {
            String name = body.text("name");
            Experiment declared = name == null ? null : experiments.declared(name);
            if (declared == null) {
                throw unknown(name);
            }
            return declared;
        }
        String file = body.text("file", "experiment.yaml");
        Documents.Parsed parsed = Documents.parse(file, text.getBytes(StandardCharsets.UTF_8));
        List<Document> found = parsed.documents().stream()
                .filter(each -> each.key().kind().equals("Experiment"))
                .toList();
        Promises promises = Promises.read(found, parsed.problems());
        if (promises.experiments().size() != 1) {
            throw Refusal.wrong(
                    promises.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::toString)
                            .findFirst()
                            .orElse(file + " holds " + found.size() + " experiments, expected one"),
                    "docs/reference/Experiment.md lists every field");
        }
        return promises.experiments().getFirst();
    }

    private void halt(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        experiments.halt(request.signed(body.text("by")), body.text("reason", ""));
        done(request, "all chaos is halted: what runs is undone, and nothing begins until homeostat resume");
    }

    private void resume(Request request) throws IOException, Refusal {
        if (!experiments.resume(request.signed(request.json().text("by")))) {
            throw Refusal.conflict("nothing is halted", null);
        }
        done(request, "experiments may run again");
    }

    private void done(Request request, String message) throws IOException, Refusal {
        request.answer(Node.Mapping.EMPTY.with("message", message).with("environment", views.environment()));
    }
}
