package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** One application: how it stands and why, what would change, what ran before, what can be done. */
final class ApplicationPage {

    private ApplicationPage() {}

    static Page of(Visit visit, String name) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        Node.Mapping application = Fields.objects(status, "applications").stream()
                .filter(each -> Fields.text(each, "name").equals(name))
                .findFirst()
                .orElseThrow(() -> new Refused(
                        404, "There is no application “" + name + "”.", "It may have left Git; the timeline knows."));
        Node.Mapping why = visit.ask().get("/api/v1/why", "name", name);
        Node.Mapping plan = visit.ask().get("/api/v1/plan", "application", name);
        Node.Mapping history = visit.ask().get("/api/v1/history", "application", name, "last", "15");
        Node.Mapping map = visit.ask().get("/api/v1/map");
        Node.Mapping events = visit.ask().get("/api/v1/events", "application", name, "last", "20");
        return new Page(200, Frame.page(visit, name, Fields.text(status, "environment"), html -> {
            heading(html, visit, application);
            actions(html, visit, application, history);
            html.open("div", "class", "columns");
            html.open("div", "class", "side");
            why(html, why);
            components(html, visit, application, map);
            plan(html, plan);
            history(html, visit, history);
            html.close();
            events(html, visit, events, name);
            html.close();
        }));
    }

    private static void heading(Html html, Visit visit, Node.Mapping application) {
        String state = Fields.text(application, "state");
        Frame.live(html, "heading", "section", "heading");
        html.with("h1", Fields.text(application, "name"));
        Frame.badge(html, Tone.ofState(state), state);
        String health = Fields.text(application.mapping("health"), "status");
        Frame.badge(html, Tone.ofHealth(health), health);
        String message = Fields.text(application, "message");
        if (!message.isEmpty()) {
            html.open("p", "class", "lead");
            Times.sentence(html, message);
            html.close();
        }
        html.open("dl", "class", "facts");
        fact(html, "Runs", Fields.brief(Fields.text(application, "revision")));
        fact(html, "Git says", Fields.brief(Fields.text(application, "desiredRevision")));
        fact(html, "Last good", Fields.brief(Fields.text(application, "lastGood")));
        for (Node.Mapping service : Fields.objects(application, "services")) {
            fact(
                    html,
                    Fields.text(service, "name") + " " + Fields.text(service, "port"),
                    Fields.text(service, "address"));
        }
        Node.Mapping freeze = application.mapping("freeze");
        if (!freeze.isEmpty()) {
            html.open("div").with("dt", "Frozen by").open("dd").text(Fields.text(freeze, "owner") + " until ");
            Times.clock(html, Fields.text(freeze, "until"));
            html.text(": " + Fields.text(freeze, "reason")).close().close();
        }
        Node.Mapping quarantine = application.mapping("quarantine");
        if (!quarantine.isEmpty()) {
            html.open("div").with("dt", "Quarantined").open("dd");
            html.with("code", Fields.brief(Fields.text(quarantine, "revision"))).text(" ");
            Times.ago(html, Fields.text(quarantine, "since"), visit.now());
            html.text(": " + Fields.text(quarantine, "reason")).close().close();
        }
        html.close().close();
    }

    private static void fact(Html html, String name, String value) {
        if (!value.isEmpty()) {
            html.open("div")
                    .with("dt", name)
                    .open("dd")
                    .with("code", value)
                    .close()
                    .close();
        }
    }

    private static void actions(Html html, Visit visit, Node.Mapping application, Node.Mapping history) {
        if (visit.may().isEmpty()) {
            return;
        }
        String name = Fields.text(application, "name");
        String back = Links.application(name);
        Frame.live(html, "actions", "section", "actions");
        html.with("h2", "Actions", "class", "unseen");
        Actions.button(html, visit, "sync", "Sync", name, back);
        if (application.mapping("freeze").isEmpty()) {
            Actions.button(
                    html,
                    visit,
                    "freeze",
                    "Freeze",
                    name,
                    back,
                    "Nothing changes it until then; what it runs is kept alive.",
                    List.of(new Actions.Asked("for", "For", "2h"), new Actions.Asked("reason", "Why", "")));
        } else {
            Actions.button(html, visit, "unfreeze", "Lift the freeze", name, back);
        }
        if (!application.mapping("quarantine").isEmpty()) {
            Actions.button(
                    html,
                    visit,
                    "release",
                    "Release",
                    name,
                    back,
                    "What Git says now was taken back. It is tried again.",
                    List.of());
        }
        Node.Mapping hold = application.mapping("hold");
        if (!hold.sequence("deletions").isEmpty()) {
            Actions.button(
                    html,
                    visit,
                    "confirm",
                    "Confirm",
                    name,
                    back,
                    "These are deleted: " + String.join(", ", Fields.texts(hold, "deletions")) + ".",
                    List.of());
        }
        String running = Fields.text(application, "revision");
        Fields.objects(history, "revisions").stream()
                .filter(sync -> Fields.text(sync, "outcome").equals("good"))
                .map(sync -> Fields.text(sync, "revision"))
                .filter(revision -> !revision.equals(running))
                .findFirst()
                .ifPresent(earlier -> Actions.button(
                        html,
                        visit,
                        "rollback",
                        "Roll back",
                        name,
                        back,
                        "It goes back, and what Git says now is quarantined until you release it.",
                        List.of(new Actions.Asked("revision", "To revision", Fields.brief(earlier)))));
        html.close();
    }

    private static void why(Html html, Node.Mapping why) {
        Frame.live(html, "why", "section", "panel").with("h2", "Why");
        html.open("p", "class", "answer");
        Times.sentence(html, Fields.text(why, "answer"));
        html.close();
        html.open("dl", "class", "lines");
        for (Node.Mapping line : Fields.objects(why, "lines")) {
            html.with("dt", Fields.text(line, "topic")).open("dd");
            Times.sentence(html, Fields.text(line, "text"));
            html.close();
        }
        html.close();
        for (Node.Mapping evidence : Fields.objects(why, "evidence")) {
            html.open("div", "class", "evidence");
            html.open("p")
                    .with("strong", Fields.text(evidence, "instance") + " " + Fields.text(evidence, "reason"))
                    .text(" " + Fields.text(evidence, "message"))
                    .close();
            List<String> log = Fields.texts(evidence, "log");
            if (!log.isEmpty()) {
                html.with("pre", String.join("\n", log), "tabindex", "0");
            }
            html.close();
        }
        html.close();
    }

    private static void components(Html html, Visit visit, Node.Mapping application, Node.Mapping map) {
        String name = Fields.text(application, "name");
        List<Node.Mapping> own = Fields.objects(map, "components").stream()
                .filter(each -> Fields.text(each, "application").equals(name))
                .toList();
        if (own.isEmpty()) {
            return;
        }
        Frame.live(html, "components", "section", "panel").with("h2", "Components");
        html.open("ul", "class", "components");
        for (Node.Mapping component : own) {
            String object = Fields.text(component, "name");
            html.open("li");
            Frame.badge(html, Tone.ofHealth(Fields.text(component, "health")), Fields.text(component, "health"));
            html.with("span", object, "class", "object");
            int desired = component.integer("desired", 0);
            if (desired > 0) {
                html.with("span", component.integer("ready", 0) + "/" + desired + " ready", "class", "small");
            }
            html.with("a", "logs", "href", visit.root() + Links.logs(object), "aria-label", "logs of " + object);
            if (!Fields.text(component, "message").isEmpty()) {
                html.with("span", Fields.text(component, "message"), "class", "small message");
            }
            html.close();
        }
        html.close().close();
    }

    private static void plan(Html html, Node.Mapping answer) {
        Frame.live(html, "plan", "section", "panel").with("h2", "Plan");
        List<Node.Mapping> problems = Fields.objects(answer, "problems");
        for (Node.Mapping problem : problems) {
            html.with("p", Fields.text(problem, "text"), "class", "problem");
        }
        boolean changes = false;
        for (Node.Mapping plan : Fields.objects(answer, "applications")) {
            for (Node.Mapping guard : Fields.objects(plan, "guards")) {
                if (Fields.text(guard, "answer").equals("no")) {
                    html.open("p", "class", "guard");
                    Frame.badge(html, Tone.WARN, Fields.text(guard, "guard"));
                    html.text(" ");
                    Times.sentence(html, Fields.text(guard, "reason"));
                    html.close();
                }
            }
            for (Node.Mapping step : Fields.objects(plan, "steps")) {
                if (!Fields.text(step, "action").equals("unchanged")) {
                    changes = true;
                    Diff.step(html, step);
                }
            }
        }
        if (!changes) {
            Frame.empty(html, "Nothing to change: it is what Git says.");
        }
        html.close();
    }

    private static void history(Html html, Visit visit, Node.Mapping history) {
        Frame.live(html, "history", "section", "panel").with("h2", "History");
        List<Node.Mapping> syncs = Fields.objects(history, "revisions");
        if (syncs.isEmpty()) {
            Frame.empty(html, "It was never applied.");
            html.close();
            return;
        }
        html.open("ol", "class", "history");
        for (Node.Mapping sync : syncs) {
            String outcome = Fields.text(sync, "outcome");
            Tone tone = switch (outcome) {
                case "good" -> Tone.GOOD;
                case "failed" -> Tone.BAD;
                case "progressing" -> Tone.CHANGING;
                default -> Tone.QUIET;
            };
            html.open("li");
            Frame.badge(html, tone, outcome);
            html.with("code", Fields.brief(Fields.text(sync, "revision")));
            html.with("span", Fields.text(sync, "subject"), "class", "subject");
            String cause = Fields.text(sync, "cause");
            if (cause.equals("ROLLBACK")) {
                html.with("span", "rollback", "class", "small");
            }
            html.open("span", "class", "when");
            Times.ago(html, Fields.text(sync, "appliedAt"), visit.now());
            html.close();
            if (!Fields.text(sync, "reason").isEmpty()) {
                html.with("p", Fields.text(sync, "reason"), "class", "small message");
            }
            html.close();
        }
        html.close().close();
    }

    private static void events(Html html, Visit visit, Node.Mapping events, String name) {
        Frame.live(html, "events", "section", "panel").with("h2", "Events");
        html.open("ol", "class", "events");
        for (Node.Mapping event : Fields.objects(events, "events").reversed()) {
            Frame.event(html, visit, event);
        }
        html.close();
        String all = visit.root() + "timeline?application=" + Links.segment(name);
        html.open("p", "class", "more")
                .with("a", "All of its events", "href", all)
                .close();
        html.close();
    }
}
