package io.homeostat.chaos;

import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Look;
import io.homeostat.converge.Faults;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Experiments as the JSON of the API. The reference is {@code docs/api.md}. */
public final class ExperimentView {

    private ExperimentView() {}

    /** {@code {experiments: [{name, owner, declared, running, verdict, …}], halt}}. */
    public static Node.Mapping all(Experiments experiments) {
        TreeSet<String> names = new TreeSet<>(experiments.memory().experiments());
        experiments.declared().forEach(each -> names.add(each.name()));
        List<Node> views = new ArrayList<>();
        for (String name : names) {
            views.add(brief(experiments, name));
        }
        Node.Mapping all = Node.Mapping.EMPTY.with("experiments", new Node.Sequence(views, Position.NONE));
        Memory.Halt halt = experiments.memory().halt();
        return halt == null
                ? all
                : all.with(
                        "halt",
                        Node.Mapping.EMPTY
                                .with("since", halt.since().toString())
                                .with("by", halt.by())
                                .with("reason", halt.reason()));
    }

    private static Node.Mapping brief(Experiments experiments, String name) {
        Experiment declared = experiments.declared(name);
        List<Memory.Past> runs = experiments.memory().of(name);
        Node.Mapping view = Node.Mapping.EMPTY
                .with("name", name)
                .with("declared", ChaosFacts.flag(declared != null))
                .with("runs", runs.size());
        if (declared != null) {
            view = view.with("owner", declared.owner())
                    .with("description", declared.description())
                    .with("duration", Durations.format(declared.duration()))
                    .with(
                            "faults",
                            ChaosFacts.texts(declared.faults().stream()
                                    .map(Experiment.Fault::toString)
                                    .toList()));
        }
        Schedule schedule = declared == null ? null : declared.schedule();
        if (schedule != null) {
            view = view.with("schedule", schedule(schedule, experiments.standing(name)));
        }
        return runs.isEmpty() ? view : view.with("last", past(runs.getFirst(), experiments));
    }

    private static Node.Mapping schedule(Schedule schedule, Scheduler.@Nullable Standing standing) {
        Node.Mapping view = Node.Mapping.EMPTY.with("when", schedule.said());
        if (standing == null) {
            return view;
        }
        Instant next = standing.next();
        view = standing.waits().isEmpty() ? view : view.with("waits", standing.waits());
        view = standing.why().isEmpty() ? view : view.with("why", standing.why());
        return next == null ? view : view.with("next", next.toString());
    }

    /** Everything about one, its runs newest first; null when there is and was none of this name. */
    public static Node.@Nullable Mapping one(Experiments experiments, String name) {
        List<Memory.Past> runs = experiments.memory().of(name);
        if (experiments.declared(name) == null && runs.isEmpty()) {
            return null;
        }
        List<Node> views = new ArrayList<>();
        for (Memory.Past past : runs) {
            List<Node> steps = past.steps().stream()
                    .<Node>map(step -> Node.Mapping.EMPTY
                            .with("time", step.at().toString())
                            .with("type", step.type())
                            .with("message", step.message()))
                    .toList();
            views.add(past(past, experiments).with("steps", new Node.Sequence(steps, Position.NONE)));
        }
        return Node.Mapping.EMPTY
                .with("experiment", brief(experiments, name))
                .with("runs", new Node.Sequence(views, Position.NONE));
    }

    private static Node.Mapping past(Memory.Past past, Experiments experiments) {
        Instant ended = past.endedAt();
        Node.Mapping view = Node.Mapping.EMPTY
                .with("run", past.run())
                .with("by", past.by())
                .with("startedAt", past.startedAt().toString());
        if (ended == null) {
            Course course = experiments.running().get(past.run());
            return view.with("phase", course == null ? "" : course.phase().word())
                    .with("checks", checks(experiments.checks().getOrDefault(past.run(), List.of())));
        }
        return view.with("endedAt", ended.toString())
                .with("verdict", past.verdict())
                .with("reason", past.reason());
    }

    private static Node checks(List<Look.Checked> checks) {
        return new Node.Sequence(
                checks.stream()
                        .<Node>map(check -> Node.Mapping.EMPTY
                                .with("name", check.name())
                                .with("state", check.state().name().toLowerCase(Locale.ROOT))
                                .with("detail", check.detail()))
                        .toList(),
                Position.NONE);
    }

    /** What would be touched, and what says no. */
    public static Node.Mapping plan(Experiment experiment, Preflight.Plan plan) {
        List<Node> faults = new ArrayList<>();
        for (Faults.Fault fault : plan.faults()) {
            faults.add(Node.Mapping.EMPTY
                    .with("id", fault.id())
                    .with("class", fault.effect().faultClass().word())
                    .with("magnitude", fault.effect().magnitude())
                    .with("place", fault.place().toString())
                    .with("lasts", Durations.format(fault.lasts())));
        }
        return Node.Mapping.EMPTY
                .with("name", experiment.name())
                .with("owner", experiment.owner())
                .with("mayBegin", ChaosFacts.flag(plan.mayBegin()))
                .with("refusals", ChaosFacts.texts(plan.refusals()))
                .with("faults", new Node.Sequence(faults, Position.NONE))
                .with("steady", Durations.format(experiment.hypothesis().steady()))
                .with("duration", Durations.format(experiment.duration()))
                .with("recovery", Durations.format(experiment.recovery()));
    }
}
