package io.homeostat.chaos;

import io.homeostat.chaos.ChaosFacts.Cell;
import io.homeostat.chaos.check.Checks;
import io.homeostat.chaos.check.Measured;
import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Life;
import io.homeostat.chaos.life.Look;
import io.homeostat.chaos.life.Losses;
import io.homeostat.chaos.life.Phase;
import io.homeostat.chaos.life.Verdict;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Place;
import io.homeostat.journal.Entry;
import io.homeostat.model.Expressions;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run, from its first look to its verdict. Each look reads the world and asks {@link Life} what comes next; whether faults are
 * there follows from the phase alone, and is said to the target anew with each look.
 */
final class Run implements Active {

    /** How long a fault stays when nobody renews it. */
    static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final Duration TICK = Duration.ofMillis(100);

    /** So often the rest of the house is asked whether it still agrees. */
    private static final int OBJECTIONS_EVERY = 5;

    private final String id;
    private final Experiment experiment;
    private final Preflight.Plan plan;
    private final Faults faults;
    private final Surroundings surroundings;
    private final Sources sources;
    private final Consumer<Entry> journal;
    private final InstantSource clock;
    private final Life life;
    private final Gap gap;
    private final Set<String> observed = new HashSet<>();
    private final Map<FaultClass, Faults.Impossible> refused = new EnumMap<>(FaultClass.class);
    private Map<String, Long> callsBefore = Map.of();
    private Set<String> callsHit = Set.of();
    private volatile Course course;
    private volatile List<Look.Checked> checked = List.of();
    private volatile @Nullable String stop;
    private List<Faults.State> states = List.of();
    private Losses losses = Losses.NONE;
    private boolean undone;
    private @Nullable String leftover;
    private @Nullable String failed;
    private @Nullable String objection;
    private Set<String> firingBefore = Set.of();
    private @Nullable String noticed;
    private List<Measured> measuredBefore = List.of();
    private List<Measured> measuredDuring = List.of();
    private int looks;
    private Instant stopped = Instant.EPOCH;
    private @Nullable Instant begun;
    private @Nullable Instant ended;
    private Map<String, Double> budgetsBefore = Map.of();

    Run(
            String id,
            Experiment experiment,
            Preflight.Plan plan,
            Faults faults,
            Surroundings surroundings,
            Sources sources,
            Consumer<Entry> journal,
            InstantSource clock) {
        this.id = id;
        this.experiment = experiment;
        this.plan = plan;
        this.faults = faults;
        this.surroundings = surroundings.seenBy(experiment);
        this.sources = sources;
        this.journal = journal;
        this.clock = clock;
        this.gap = new Gap(experiment, plan.faults(), this.surroundings, clock);
        this.life = new Life(
                experiment.hypothesis().steady(),
                experiment.duration(),
                experiment.recovery(),
                experiment.noticedWithin(),
                plan.wanted(Duration.ZERO).size());
        this.course = Course.begin(clock.instant());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Experiment experiment() {
        return experiment;
    }

    @Override
    public Course course() {
        return course;
    }

    @Override
    public List<Look.Checked> checks() {
        return checked;
    }

    @Override
    public void stop(String reason) {
        stop = reason;
    }

    @Override
    public void live() {
        try (Checks checks = Checks.start(experiment.hypothesis(), surroundings, sources, clock);
                Gap _ = gap) {
            journal.accept(ChaosFacts.phase(id, experiment.name(), course.phase()));
            while (!course.isOver()) {
                Phase before = course.phase();
                act(before, checks);
                Course next = life.next(course, look(checks));
                course = next;
                if (next.phase() != before) {
                    entered(next.phase(), checks);
                } else {
                    Thread.sleep(TICK);
                }
            }
        } catch (InterruptedException closing) {
            abandon("the agent ended in the middle of it");
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            abandon("homeostat failed on it: " + bug);
        }
    }

    /** What was begun is undone now; if even that fails, by those who hold it. */
    private void abandon(String reason) {
        Instant from = clock.instant();
        try {
            var _ = faults.hold(id, HEARTBEAT, List.of());
            undone = true;
        } catch (IOException | RuntimeException unreachable) {
            undone = false;
            reason = reason + "; its faults end by themselves once those who hold them hear nothing any more ("
                    + unreachable.getMessage() + ")";
        }
        if (undone && begun != null && course.phase().compareTo(Phase.RECOVERY) < 0) {
            journal.accept(ChaosFacts.undone(
                    id,
                    experiment.name(),
                    Duration.between(from, clock.instant()).toMillis()));
        }
        Course now = course;
        Course over = new Course(
                Phase.OVER,
                now.since(),
                Verdict.ABORTED,
                reason,
                now.broke(),
                now.breachedAt(),
                false,
                false,
                false,
                false);
        course = over;
        journal.accept(ChaosFacts.ended(
                id, experiment.name(), over, new ChaosFacts.Outcome(List.of(), toll(), noticed, List.of(), List.of())));
    }

    /** Begins, renews or undoes, as the phase has it. */
    private void act(Phase phase, Checks checks) throws InterruptedException {
        failed = null;
        try {
            if (phase.holdsFaults()) {
                gap.prepare();
                List<Faults.Fault> wanted = plan.wanted(passed());
                losses = losses.wanted(wanted, clock.instant());
                states = faults.hold(id, HEARTBEAT, wanted);
                losses = losses.seen(states, clock.instant());
                gap.fill(checks, states);
                tellObserved();
                failed = lost();
            } else if (phase == Phase.BEFORE) {
                gap.prepare();
            } else if (phase == Phase.STOP || leftover != null) {
                var _ = faults.hold(id, HEARTBEAT, List.of());
                undone = true;
                leftover = null;
            }
        } catch (Faults.NotUndone still) {
            // It is tried on and on; what is left when recovery should be over is part of the verdict.
            leftover = String.valueOf(still.getMessage());
            undone = clock.instant().isAfter(course.since().plus(HEARTBEAT));
        } catch (IOException unreachable) {
            learn(unreachable);
            failed = String.valueOf(unreachable.getMessage());
            // Nobody answers; what was held has ended by itself once nobody renewed it.
            undone = phase == Phase.STOP
                    && clock.instant().isAfter(course.since().plus(HEARTBEAT).plusSeconds(1));
        }
    }

    /** What can never be done there need not be tried again. */
    private void learn(Throwable failed) {
        for (Throwable each = failed; each != null; each = each.getCause()) {
            if (each instanceof Faults.Impossible never) {
                for (Faults.Fault fault : plan.faults()) {
                    if (fault.place() instanceof Place.OnInstance place
                            && place.instance().equals(never.place().instance())
                            && place.workload().equals(never.place().workload())
                            && fault.effect().faultClass().on() == FaultClass.On.INSTANCES) {
                        refused.put(fault.effect().faultClass(), never);
                    }
                }
            }
        }
    }

    private List<ChaosFacts.Refused> refused() {
        List<ChaosFacts.Refused> all = new ArrayList<>();
        Map<String, Surroundings.Component> components;
        try {
            components = surroundings.components();
        } catch (IOException unknown) {
            // It is found out again the next time.
            return all;
        }
        refused.forEach((faultClass, never) -> {
            String workload = never.place().workload().toString();
            String container = never.place().container();
            all.add(new ChaosFacts.Refused(
                    workload,
                    faultClass.word(),
                    container == null ? "" : container,
                    Surface.digest(workload, components),
                    String.valueOf(never.getMessage())));
        });
        return all;
    }

    /** Why what holds from now on says nothing about one of the faults; null when all are where they are to be. */
    private @Nullable String lost() {
        String lost = losses.lost();
        // While the agent is stopped nobody renews the others: they end by themselves then, and that is meant.
        if (lost == null || Gap.isIn(experiment)) {
            return null;
        }
        String place = plan.faults().stream()
                .filter(fault -> fault.id().equals(lost))
                .map(fault -> fault.place().toString())
                .findFirst()
                .orElse("");
        return lost + " was gone at " + place + " before its time: what did it, or the instance, is not there any more";
    }

    /** Since the first faults were begun. */
    private Duration passed() {
        Instant from = begun;
        return from == null ? Duration.ZERO : Duration.between(from, clock.instant());
    }

    private void tellObserved() {
        for (Faults.State state : states) {
            if (state.observed() && observed.add(state.id())) {
                plan.faults().stream()
                        .filter(fault -> fault.id().equals(state.id()))
                        .findFirst()
                        .ifPresent(fault -> journal.accept(ChaosFacts.observed(
                                id,
                                experiment.name(),
                                fault.effect().faultClass().word(),
                                fault.place().toString(),
                                state.seen())));
            }
        }
    }

    private Look look(Checks checks) {
        // What was seen once was seen, even when its time is up a moment before the run's.
        List<Faults.State> seen = new ArrayList<>();
        for (Faults.State state : states) {
            seen.add(new Faults.State(
                    state.id(), state.inForce(), observed.contains(state.id()), state.seen(), state.through()));
        }
        if (course.phase() == Phase.DURING) {
            // One of which nothing is said yet was not seen either.
            plan.wanted(passed()).stream()
                    .map(Faults.Fault::id)
                    .filter(id -> states.stream().noneMatch(state -> state.id().equals(id)))
                    .forEach(id -> seen.add(new Faults.State(id, false, observed.contains(id), "")));
        }
        List<Look.Checked> now = checks.now();
        checked = now;
        return new Look(clock.instant(), now, seen, undone, failed, abort(), noticed, unwell());
    }

    private void entered(Phase phase, Checks checks) {
        switch (phase) {
            case INJECT -> {
                // What goes wrong from here on counts.
                measuredBefore = checks.measured();
                checks.mark(false);
                callsBefore = calls();
                begun = clock.instant();
                firingBefore = surroundings.alerts(Experiments.concerned(experiment, surroundings));
                budgetsBefore = surroundings.budgets(experiment.components());
            }
            case RECOVERY -> {
                ended = clock.instant();
                // Where somebody is to notice, what broke stays on purpose.
                Instant since = experiment.noticedWithin() == null ? course.breachedAt() : null;
                callsHit = grown(callsBefore, calls());
                journal.accept(ChaosFacts.undone(
                        id,
                        experiment.name(),
                        Duration.between(since == null ? stopped : since, clock.instant())
                                .toMillis()));
                checks.mark(true);
            }
            case STOP -> {
                stopped = clock.instant();
                measuredDuring = checks.measured();
            }
            default -> {}
        }
        if (phase == Phase.OVER) {
            journal.accept(ChaosFacts.with(
                    ChaosFacts.ended(
                            id,
                            experiment.name(),
                            course,
                            new ChaosFacts.Outcome(cells(), toll(), noticed, measuredBefore, measuredDuring)),
                    refused()));
        } else if (phase != Phase.STOP) {
            journal.accept(ChaosFacts.phase(id, experiment.name(), phase));
        }
    }

    private @Nullable String abort() {
        if (stop != null) {
            return stop;
        }
        String condition = experiment.abortWhen();
        if (condition != null
                && Expressions.evaluateSignals(condition, surroundings.signals())
                        instanceof Expressions.Outcome.Holds) {
            return "abortWhen holds: " + condition;
        }
        if (looks++ % OBJECTIONS_EVERY == 0) {
            Set<String> alerts = surroundings.alerts(Experiments.concerned(experiment, surroundings));
            notice(alerts);
            List<String> objections = Experiments.objections(
                    experiment, surroundings, isToBeNoticed() ? firingBefore : alerts, clock.instant());
            objection = objections.isEmpty() ? changed() : objections.getFirst();
        }
        return objection;
    }

    /** What became of those that it touches since it began. */
    private @Nullable String changed() {
        try {
            Map<String, Surroundings.Component> components = surroundings.components();
            for (String name : experiment.components()) {
                Surroundings.Component component = components.get(name);
                if (component != null && component.optedOut()) {
                    return Preflight.optedOut(name);
                }
            }
            return Updates.ends(experiment, components);
        } catch (IOException unreadable) {
            // Among the objections already.
            return null;
        }
    }

    /** From here on an alert is what the run waits for, and no reason to end it. */
    private boolean isToBeNoticed() {
        return experiment.noticedWithin() != null && begun != null;
    }

    private void notice(Set<String> alerts) {
        Instant from = begun;
        if (isToBeNoticed() && noticed == null && from != null && course.phase().holdsFaults()) {
            alerts.stream()
                    .filter(each -> !firingBefore.contains(each))
                    .findFirst()
                    .ifPresent(alert -> {
                        noticed = alert;
                        journal.accept(ChaosFacts.noticed(
                                id,
                                experiment.name(),
                                alert,
                                Duration.between(from, clock.instant()).toMillis()));
                    });
        }
    }

    private @Nullable String unwell() {
        if (course.phase() != Phase.RECOVERY) {
            return null;
        }
        if (leftover != null) {
            return leftover;
        }
        try {
            Map<String, Surroundings.Component> components = surroundings.components();
            for (ObjectKey workload : experiment.workloads()) {
                Surroundings.Component component = components.get(workload.toString());
                if (component != null && component.unwell() != null) {
                    return workload + ": " + component.unwell();
                }
                // A bad change of ours is gone only once what is declared is back; nothing else may begin there before.
                if (component != null && component.syncing() != null && isPipeline()) {
                    return component.syncing();
                }
            }
            return null;
        } catch (IOException unreadable) {
            return String.valueOf(unreadable.getMessage());
        }
    }

    private boolean isPipeline() {
        return experiment.faults().stream()
                .anyMatch(fault -> fault.effect().faultClass().on() == FaultClass.On.PIPELINE);
    }

    private Map<String, Long> calls() {
        Map<String, Long> calls = new HashMap<>();
        try {
            for (Faults.Call call : faults.calls()) {
                calls.merge(edge(call.caller(), call.callee()), call.requests(), Long::sum);
            }
        } catch (IOException unknown) {
            // Then none of them is said to have been hit.
            calls.clear();
        }
        return calls;
    }

    private static Set<String> grown(Map<String, Long> before, Map<String, Long> after) {
        Set<String> grown = new HashSet<>();
        after.forEach((edge, count) -> {
            if (count > before.getOrDefault(edge, 0L)) {
                grown.add(edge);
            }
        });
        return grown;
    }

    static String edge(String caller, String callee) {
        return (caller.isEmpty() ? "undeclared" : caller) + " → " + callee;
    }

    /** So far. */
    Toll toll() {
        Instant from = begun;
        if (from == null) {
            return Toll.NONE;
        }
        double tier = 1;
        try {
            tier = surroundings.components().entrySet().stream()
                    .filter(each -> experiment.components().contains(each.getKey()))
                    .mapToDouble(each -> each.getValue().tier())
                    .max()
                    .orElse(1);
        } catch (IOException unknown) {
            // Then it matters as much as anything.
            tier = 1;
        }
        Instant to = ended;
        return new Toll(
                Toll.spent(budgetsBefore, surroundings.budgets(experiment.components())),
                Duration.between(from, to == null ? clock.instant() : to).toMillis(),
                tier);
    }

    /** From when every fault was undone until all was as before, without the time for which that had to last; null when it did not. */
    @Nullable
    Duration recovery() {
        Instant from = ended;
        if (from == null || !course.recovered()) {
            return null;
        }
        Duration took = Duration.between(from, course.since())
                .minus(experiment.hypothesis().steady());
        return took.isNegative() ? Duration.ZERO : took;
    }

    /** What this run says about the surface. */
    List<Cell> cells() {
        Map<String, Surroundings.Component> components;
        try {
            components = surroundings.components();
        } catch (IOException unknown) {
            components = Map.of();
        }
        Map<String, Cell> cells = new HashMap<>();
        for (Faults.Fault fault : plan.faults()) {
            boolean seen = observed.contains(fault.id());
            for (String target : targets(fault.place())) {
                Cell cell = new Cell(
                        target,
                        fault.effect().faultClass().word(),
                        fault.effect().magnitude(),
                        seen,
                        Surface.digest(target, components));
                cells.merge(target + " " + cell.faultClass(), cell, (one, other) -> one.observed() ? other : one);
            }
        }
        return new ArrayList<>(cells.values());
    }

    /** A fault for everybody counts for those who called meanwhile. */
    private List<String> targets(Place place) {
        return switch (place) {
            case Place.OnInstance instance -> List.of(instance.workload().toString());
            case Place.OnWorkload whole -> List.of(whole.workload().toString());
            case Place.Outside _ -> List.of();
            case Place.OnEdge edge ->
                edge.caller().equals("*")
                        ? callsHit.stream()
                                .filter(each -> each.endsWith(" → " + edge.callee()))
                                .sorted()
                                .toList()
                        : List.of(edge(edge.caller(), edge.callee()));
        };
    }
}
