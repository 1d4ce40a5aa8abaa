package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** Changes that go in steps: where each stands, and what can be done about it. */
final class RolloutsPage {

    private RolloutsPage() {}

    static Page all(Visit visit) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        Node.Mapping answer = visit.ask().get("/api/v1/rollouts");
        return new Page(200, Frame.page(visit, "Rollouts", Fields.text(status, "environment"), html -> {
            html.with("h1", "Rollouts");
            Frame.live(html, "rollouts", "section", "panel");
            List<Node.Mapping> rollouts = Fields.objects(answer, "rollouts");
            if (rollouts.isEmpty()) {
                Frame.empty(html, "No change went in steps yet. A Rollout document makes one do so.");
            } else {
                table(html, visit, rollouts);
            }
            html.close();
        }));
    }

    private static void table(Html html, Visit visit, List<Node.Mapping> rollouts) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Rollouts, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("rollout", "phase", "of", "revision", "since", "message")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping rollout : rollouts) {
            String name = Fields.text(rollout, "name");
            html.open("tr");
            html.open("th", "scope", "row")
                    .with("a", name, "href", visit.root() + Links.rollout(name))
                    .close();
            html.open("td");
            phase(html, rollout);
            html.close();
            html.with("td", Fields.text(rollout, "object"));
            html.open("td")
                    .with("code", Fields.brief(Fields.text(rollout, "revision")))
                    .close();
            html.open("td");
            Times.ago(html, Fields.text(rollout, "since"), visit.now());
            html.close();
            html.with("td", Fields.text(rollout, "message"), "class", "message");
            html.close();
        }
        html.close().close().close();
    }

    private static void phase(Html html, Node.Mapping rollout) {
        boolean paused = rollout.flag("paused", false);
        String phase = Fields.text(rollout, "phase");
        Frame.badge(html, paused ? Tone.WARN : Tone.ofRollout(phase), paused ? "paused" : phase);
    }

    static Page one(Visit visit, String name) throws IOException, Refused {
        Node.Mapping status = visit.ask().get("/api/v1/status");
        Node.Mapping answer = visit.ask().get("/api/v1/rollouts", "name", name);
        Node.Mapping rollout = Fields.first(answer, "rollouts");
        String application = Fields.text(rollout, "application");
        Node.Mapping events =
                visit.ask().get("/api/v1/events", "application", application, "type", "rollout", "last", "40");
        Node.Mapping stages =
                visit.ask().get("/api/v1/events", "application", application, "type", "rollout.stage", "last", "100");
        return new Page(200, Frame.page(visit, name, Fields.text(status, "environment"), html -> {
            heading(html, visit, rollout);
            actions(html, visit, rollout);
            html.open("div", "class", "columns").open("div", "class", "side");
            Evidence.stages(html, rollout);
            TrafficPicture.shares(html, visit, rollout, stages);
            Evidence.arms(html, rollout);
            Evidence.pictures(html, rollout);
            html.close();
            Frame.live(html, "events", "section", "panel").with("h2", "What happened");
            html.open("ol", "class", "events");
            Fields.objects(events, "events").reversed().forEach(event -> Frame.event(html, visit, event));
            html.close().close().close();
        }));
    }

    private static void heading(Html html, Visit visit, Node.Mapping rollout) {
        Frame.live(html, "heading", "section", "heading");
        html.with("h1", Fields.text(rollout, "name"));
        phase(html, rollout);
        html.open("p", "class", "lead");
        Times.sentence(html, Fields.text(rollout, "message"));
        html.close();
        html.open("dl", "class", "facts");
        html.open("div")
                .with("dt", "Of")
                .with("dd", Fields.text(rollout, "object"))
                .close();
        String application = Fields.text(rollout, "application");
        html.open("div").with("dt", "Application").open("dd");
        html.with("a", application, "href", visit.root() + Links.application(application));
        html.close().close();
        html.open("div").with("dt", "To revision").open("dd");
        html.with("code", Fields.brief(Fields.text(rollout, "revision")))
                .close()
                .close();
        html.open("div").with("dt", "Since").open("dd");
        Times.ago(html, Fields.text(rollout, "since"), visit.now());
        html.close().close().close().close();
    }

    private static void actions(Html html, Visit visit, Node.Mapping rollout) {
        String name = Fields.text(rollout, "name");
        String back = Links.rollout(name);
        String phase = Fields.text(rollout, "phase");
        Frame.live(html, "actions", "section", "actions");
        html.with("h2", "Actions", "class", "unseen");
        if (phase.equals("running")) {
            boolean paused = rollout.flag("paused", false);
            Actions.button(html, visit, paused ? "resume" : "pause", paused ? "Resume" : "Pause", name, back);
            Actions.button(
                    html,
                    visit,
                    "promote",
                    "Promote",
                    name,
                    back,
                    "The present stage ends now and the next one begins, whatever the numbers say so far; a rollout that is"
                            + " paused goes on.",
                    List.of());
            Actions.button(
                    html, visit, "abort", "Abort", name, back, "The old version gets all traffic back.", List.of());
        } else if (phase.equals("failed") || phase.equals("aborted")) {
            Actions.button(html, visit, "retry", "Try again", name, back, "It starts from its first stage.", List.of());
        }
        html.close();
    }
}
