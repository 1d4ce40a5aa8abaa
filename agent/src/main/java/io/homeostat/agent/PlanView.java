package io.homeostat.agent;

import io.homeostat.converge.Change;
import io.homeostat.converge.Guard;
import io.homeostat.converge.Plan;
import io.homeostat.converge.PlanSummary;
import io.homeostat.converge.Step;
import io.homeostat.model.Findings;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan as JSON. Secret values show as {@code ‹secret›}, as everywhere. */
public final class PlanView {

    private PlanView() {}

    /** {@code {name, revision, summary, steps, guards}}. */
    public static Node.Mapping of(Plan plan, Map<String, Guard.Answer> answers) {
        return Node.Mapping.EMPTY
                .with("name", plan.application())
                .with("revision", plan.revision())
                .with("summary", PlanSummary.of(plan))
                .with("steps", JsonList.of(plan.steps(), PlanView::step))
                .with("guards", JsonList.of(List.copyOf(answers.entrySet()), PlanView::guard));
    }

    /** What is wrong with what was planned for, and {@code text}, as every command prints it. Warnings let it pass. */
    public static Node problem(Problem problem) {
        return Findings.node(problem).with("text", problem.toString());
    }

    private static Node.Mapping step(Step step) {
        Node.Mapping view = Node.Mapping.EMPTY
                .with("action", PlanSummary.action(step))
                .with("object", step.key().toString());
        if (step instanceof Step.Declaring declaring) {
            view = view.with("origin", declaring.desired().origin())
                    .with("wave", declaring.desired().wave());
        }
        return switch (step) {
            case Step.Create create -> view.with("cause", cause(create.cause()));
            case Step.Update update -> changes(view, update.changes()).with("cause", cause(update.cause()));
            case Step.Replace replace -> changes(view, replace.changes()).with("reason", replace.reason());
            case Step.Move move ->
                changes(view, move.changes())
                        .with(
                                "from",
                                move.fromApplication().equals(move.application())
                                        ? move.fromOrigin()
                                        : "application " + move.fromApplication());
            case Step.Repair repair ->
                view.with("cause", cause(Step.Cause.REPAIR))
                        .with(
                                "drift",
                                JsonList.of(
                                        repair.drift(),
                                        drift -> Node.Mapping.EMPTY
                                                .with("place", drift.place())
                                                .with("found", drift.found())));
            case Step.Kept kept -> view.with("reason", kept.reason());
            case Step.Blocked blocked -> view.with("reason", blocked.reason());
            case Step.Delete ignored -> view.with("cause", cause(Step.Cause.PRUNE));
            case Step.Unchanged ignored -> view;
        };
    }

    private static Node.Mapping changes(Node.Mapping view, List<Change> changes) {
        return view.with("changes", JsonList.of(changes, PlanView::change));
    }

    /** {@code {path, before, after}}. */
    static Node.Mapping change(Change change) {
        Node.Mapping view = Node.Mapping.EMPTY.with("path", change.path());
        if (change.before() != null) {
            view = view.with("before", change.before());
        }
        return change.after() == null ? view : view.with("after", change.after());
    }

    private static Node.Mapping guard(Map.Entry<String, Guard.Answer> answer) {
        Node.Mapping view = Node.Mapping.EMPTY.with("guard", answer.getKey());
        return switch (answer.getValue()) {
            case Guard.Answer.Yes ignored -> view.with("answer", "yes");
            case Guard.Answer.No no -> {
                Node.Mapping held = view.with("answer", "no").with("reason", no.reason());
                yield no.until() == null ? held : held.with("until", no.until().toString());
            }
        };
    }

    private static String cause(Step.Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}
