package io.homeostat.agent;

import io.homeostat.converge.Converger;
import io.homeostat.deliver.judge.VerdictView;
import io.homeostat.deliver.rollout.Account.Sample;
import io.homeostat.deliver.rollout.Progress;
import io.homeostat.deliver.rollout.Rollouts;
import io.homeostat.deliver.rollout.Rollouts.Standing;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is said of rollouts, and what people may ask of them. */
final class RolloutRoutes {

    private final Converger converger;
    private final Rollouts rollouts;
    private final Operations operations;
    private final Views views;

    RolloutRoutes(Converger converger, Rollouts rollouts, Operations operations, Views views) {
        this.converger = converger;
        this.rollouts = rollouts;
        this.operations = operations;
        this.views = views;
    }

    void addTo(Api api) {
        api.add(Route.get("/api/v1/rollouts", "the last rollout of each workload", this::list)
                .text("name", "only this one")
                .listing("rollouts", "name", "object"));
        api.add(Route.post("/api/v1/rollout", Role.OPERATOR, "what people do with a rollout", this::act)
                .requiredText("name", "of the rollout or its workload")
                .requiredText("action", "pause, resume, promote, abort or retry; promote takes an approver")
                .text("by", "who wants it; whoever asks, if nobody is named"));
    }

    private void list(Request request) throws IOException, Refusal {
        String name = request.query("name");
        Node shown = name == null
                ? JsonList.of(rollouts.all(), RolloutRoutes::view)
                : JsonList.of(List.of(find(name)), RolloutRoutes::explained);
        request.answer(Node.Mapping.EMPTY.with("rollouts", shown));
    }

    /** With everything that was shown on its way. */
    private static Node.Mapping explained(Standing standing) {
        return view(standing)
                .with("stages", JsonList.of(standing.stages(), RolloutRoutes::stage))
                .with("checks", JsonList.of(standing.checks(), RolloutRoutes::check))
                .with("samples", JsonList.of(standing.account().samples(), RolloutRoutes::sample));
    }

    private static Node.Mapping stage(Rollout.Stage stage) {
        return Node.Mapping.EMPTY
                .with("title", stage.title())
                .with("weight", stage.weight())
                .with("instances", stage.instances())
                .with("hold", stage.hold().toString());
    }

    private static Node.Mapping check(Rollouts.Watched check) {
        return Node.Mapping.EMPTY
                .with("name", check.name())
                .with("state", check.last().state().name().toLowerCase(Locale.ROOT))
                .with("detail", check.last().detail())
                .with("failed", check.failed())
                .with("allowed", check.allowed());
    }

    private static Node.Mapping sample(Sample sample) {
        return Node.Mapping.EMPTY
                .with("time", sample.at().toString())
                .with("stage", sample.stage())
                .with("weight", sample.weight())
                .with("metric", sample.metric())
                .with("lnE", VerdictView.number(sample.logE()))
                .with("limit", VerdictView.number(sample.limit()))
                .with("verdict", sample.verdict());
    }

    private static Node.Mapping view(Standing standing) {
        Progress progress = standing.progress();
        Node.Mapping view = Node.Mapping.EMPTY
                .with("name", progress.rollout())
                .with("application", progress.application())
                .with("object", progress.workload().toString())
                .with("objects", JsonList.of(progress.workloads(), each -> Node.Text.of(each.toString())))
                .with("revision", progress.revision())
                .with("phase", progress.phase().name().toLowerCase(Locale.ROOT))
                .with("paused", Node.Bool.of(progress.pausedAt() != null))
                .with("stage", progress.stage())
                .with("weight", standing.weight())
                .with("started", progress.startedAt().toString())
                .with("since", progress.since().toString())
                .with("message", progress.isRunning() ? standing.message() : progress.reason());
        Node.Mapping verdict = standing.account().verdict();
        return verdict.isEmpty() ? view : view.with("verdict", verdict);
    }

    private void act(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        Progress progress = find(body.text("name")).progress();
        String by = request.signed(body.text("by"));
        String action = body.text("action", "");
        if (action.equals("promote") && !request.person().role().may(Role.APPROVER)) {
            throw Refusal.forbidden(by + " may not promote: that takes an approver", "ask somebody who is one");
        }
        String what = "rollout " + progress.rollout() + " of " + progress.workload();
        boolean done = switch (action) {
            case "pause" -> rollouts.pause(progress.workload(), by);
            case "resume" -> rollouts.resume(progress.workload(), by);
            case "promote" -> rollouts.letGo(progress.workload(), by);
            case "abort" -> rollouts.abort(progress.workload(), by);
            case "retry" -> retried(progress, by);
            default ->
                throw Refusal.wrong(
                        "'" + action + "' is nothing that a rollout does", "pause, resume, promote, abort or retry");
        };
        if (!done) {
            throw Refusal.conflict(
                    what + " is " + state(progress) + ", so there is nothing to " + action,
                    "homeostat rollout status " + progress.rollout());
        }
        converger.look(List.of(progress.application()));
        request.answer(
                Node.Mapping.EMPTY.with("message", what + ": " + action).with("environment", views.environment()));
    }

    private boolean retried(Progress progress, String by) throws Refusal {
        if (!progress.isBad()) {
            return false;
        }
        operations.release(progress.application(), by);
        return true;
    }

    private static String state(Progress progress) {
        String phase = progress.phase().name().toLowerCase(Locale.ROOT);
        if (!progress.isRunning()) {
            return phase;
        }
        return progress.pausedAt() != null ? "paused" : progress.stage() < 0 ? "before its first stage" : phase;
    }

    /** By its own name, or that of its workload. */
    private Standing find(@Nullable String name) throws Refusal {
        for (Standing standing : rollouts.all()) {
            Progress progress = standing.progress();
            if (progress.rollout().equals(name)
                    || progress.workloads().stream()
                            .anyMatch(each ->
                                    each.toString().equals(name) || each.name().equals(name))) {
                return standing;
            }
        }
        throw Refusal.unknown("there never was a rollout '" + name + "'", "homeostat rollout status lists them");
    }
}
