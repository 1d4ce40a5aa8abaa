package io.homeostat.chaos;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Call;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Suggestions;
import io.homeostat.model.chaos.Aim;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** May it begin, and what exactly would be touched? Pure: the same question has the same answer, so a dry run shows the real one. */
public final class Preflight {

    /**
     * What is known.
     *
     * @param classes of fault that can be done here
     * @param reasons why some of the others cannot
     * @param victims the instances of each workload
     * @param calls who calls whom
     * @param components by name
     * @param target what it refuses for good
     * @param busy components that other runs touch now, with the name of their experiment
     * @param objections of the rest of the house
     * @param seed chooses among instances
     */
    public record Situation(
            Set<FaultClass> classes,
            Map<FaultClass, String> reasons,
            Map<ObjectKey, List<Victim>> victims,
            List<Call> calls,
            Map<String, Surroundings.Component> components,
            Applicability.Target target,
            Map<String, String> busy,
            List<String> objections,
            long seed) {}

    /**
     * @param faults what would be done, at their places
     * @param after how long after the first each begins, by its id; those that are not named begin at once
     * @param places those, for people, by the id of the declared fault
     * @param refusals why not; none when it may begin
     */
    public record Plan(
            List<Faults.Fault> faults,
            Map<String, Duration> after,
            Map<String, List<String>> places,
            List<String> refusals) {

        /** Those that are wanted so long after the first. */
        List<Faults.Fault> wanted(Duration passed) {
            return faults.stream()
                    .filter(fault ->
                            after.getOrDefault(fault.id(), Duration.ZERO).compareTo(passed) <= 0)
                    .toList();
        }

        public boolean mayBegin() {
            return refusals.isEmpty();
        }
    }

    private final Experiment experiment;
    private final Situation situation;
    private final List<String> refusals = new ArrayList<>();
    private final List<Faults.Fault> faults = new ArrayList<>();
    private final Map<String, List<String>> places = new HashMap<>();
    private final Map<String, Duration> after = new HashMap<>();
    private final Map<ObjectKey, Set<String>> touched = new HashMap<>();

    private Preflight(Experiment experiment, Situation situation) {
        this.experiment = experiment;
        this.situation = situation;
    }

    public static Plan plan(Experiment experiment, Situation situation) {
        return new Preflight(experiment, situation).plan();
    }

    /** A component, and what fails with it: the Services in front of a workload, the workloads behind a Service. */
    static Set<String> together(String component, Map<String, Surroundings.Component> components) {
        Set<String> together = new HashSet<>(Set.of(component));
        Surroundings.Component known = components.get(component);
        if (known != null) {
            together.addAll(known.serves());
        }
        components.forEach((name, each) -> {
            if (each.serves().contains(component)) {
                together.add(name);
            }
        });
        return together;
    }

    private Plan plan() {
        refusals.addAll(situation.objections());
        for (String component : experiment.components()) {
            String other = situation.busy().get(component);
            if (other != null) {
                refusals.add(component + " is part of " + other + ", which runs now");
            }
            Surroundings.Component known = situation.components().get(component);
            if (known == null) {
                String guess =
                        Suggestions.didYouMean(component, situation.components().keySet());
                refusals.add("there is no " + component + " here" + (guess == null ? "" : "; " + guess));
            } else if (known.optedOut()) {
                refusals.add(optedOut(component));
            }
        }
        for (Experiment.Fault fault : experiment.faults()) {
            if (!situation.classes().contains(fault.effect().faultClass())) {
                FaultClass faultClass = fault.effect().faultClass();
                String reason = situation.reasons().get(faultClass);
                refusals.add("this target cannot do " + faultClass.word() + (reason == null ? "" : ": " + reason));
                continue;
            }
            String never = never(fault);
            if (never != null) {
                refusals.add(never);
                continue;
            }
            switch (fault.aim()) {
                case Aim.Instances instances -> instances(fault, instances);
                case Aim.Workload whole -> workload(fault, whole);
                case Aim.Edge edge -> edge(fault, edge);
                case Aim.Outside outside -> {
                    add(fault, fault.id(), new Place.Outside(outside.what(), outside.workload()));
                    places.put(fault.id(), List.of(outside.toString()));
                }
            }
        }
        touched.forEach(this::checkMajority);
        return new Plan(List.copyOf(faults), Map.copyOf(after), Map.copyOf(places), List.copyOf(refusals));
    }

    /** Why it would be refused however often it was asked for; null when it would not. */
    private @Nullable String never(Experiment.Fault fault) {
        ObjectKey workload = switch (fault.aim()) {
            case Aim.Instances instances -> instances.workload();
            case Aim.Workload whole -> whole.workload();
            case Aim.Edge _, Aim.Outside _ -> null;
        };
        Surroundings.Component component =
                workload == null ? null : situation.components().get(workload.toString());
        if (component == null) {
            // What is not there is said already.
            return null;
        }
        String container = fault.aim() instanceof Aim.Instances instances ? instances.container() : null;
        return Applicability.refusal(component, fault.effect(), container, situation.target());
    }

    static String optedOut(String component) {
        return component + " has opted out: its label " + Experiments.LABEL + " says so";
    }

    private void instances(Experiment.Fault fault, Aim.Instances aim) {
        List<Victim> all = situation.victims().getOrDefault(aim.workload(), List.of());
        List<Victim> ready = new ArrayList<>(all.stream()
                .filter(victim -> victim.ready() && !victim.optedOut())
                .toList());
        int count = aim.of(all.size());
        if (count == 0 || ready.size() < count) {
            List<String> optedOut = all.stream()
                    .filter(Victim::optedOut)
                    .map(Victim::name)
                    .sorted()
                    .toList();
            refusals.add("of " + aim.workload() + " only " + ready.size() + " of " + all.size() + " instances are ready"
                    + (optedOut.isEmpty()
                            ? ""
                            : " and may be touched (" + String.join(", ", optedOut) + ": the label " + Experiments.LABEL
                                    + " says no)")
                    + ", and " + fault + " wants " + Math.max(1, count));
            return;
        }
        Collections.shuffle(ready, new Random(situation.seed()));
        if (!fault.after().isZero()) {
            // One after the other is done to others, as far as there are some; at once it is done to the same.
            Set<String> before = touched.getOrDefault(aim.workload(), Set.of());
            ready.sort(Comparator.comparing(victim -> before.contains(victim.name())));
        }
        List<String> names = new ArrayList<>();
        for (Victim victim : ready.subList(0, count)) {
            names.add(aim.container() == null ? victim.name() : victim.name() + "/" + aim.container());
            touched.computeIfAbsent(aim.workload(), first -> new HashSet<>()).add(victim.name());
            add(
                    fault,
                    fault.id() + "-" + names.size(),
                    new Place.OnInstance(aim.workload(), victim.name(), aim.container()));
        }
        places.put(fault.id(), List.copyOf(names));
    }

    /** As many as it would take away are touched, and whichever those are going to be counts as anybody. */
    private void workload(Experiment.Fault fault, Aim.Workload aim) {
        List<Victim> all = situation.victims().getOrDefault(aim.workload(), List.of());
        if (fault.effect().faultClass().on() == FaultClass.On.PIPELINE) {
            // If nothing catches it, it reaches all of them.
            all.forEach(victim -> touched.computeIfAbsent(aim.workload(), first -> new HashSet<>())
                    .add(victim.name()));
        }
        if (fault.effect() instanceof Effect.Scale scale) {
            if (scale.replicas() == all.size()) {
                refusals.add(
                        aim.workload() + " has " + all.size() + " instances as it is, so " + fault + " shows nothing");
                return;
            }
            all.stream()
                    .map(Victim::name)
                    .sorted()
                    .skip(scale.replicas())
                    .forEach(name -> touched.computeIfAbsent(aim.workload(), first -> new HashSet<>())
                            .add(name));
        }
        add(fault, fault.id(), new Place.OnWorkload(aim.workload()));
        places.put(fault.id(), List.of(aim.workload().toString()));
    }

    private void edge(Experiment.Fault fault, Aim.Edge aim) {
        boolean called = situation.calls().stream()
                .anyMatch(call -> call.callee().equals(aim.callee())
                        && (aim.caller().equals(Aim.Edge.ANYBODY)
                                || call.caller().equals(aim.caller())));
        if (!called && situation.components().containsKey(aim.callee())) {
            refusals.add(
                    aim.caller().equals(Aim.Edge.ANYBODY)
                            ? "nobody calls " + aim.callee() + ", so a fault there shows nothing"
                            : aim.caller() + " neither declares nor makes calls to " + aim.callee()
                                    + "; homeostat graph lists who does");
        }
        if (aim.percent() > experiment.blast().requests()) {
            refusals.add(fault + " touches more than the " + experiment.blast().requests()
                    + "% of requests that blastRadius.requests allows");
        }
        Place.OnEdge place = new Place.OnEdge(aim.caller(), aim.callee(), aim.requests(), aim.percent() / 100);
        add(fault, fault.id(), place);
        places.put(fault.id(), List.of(aim.toString()));
    }

    private void add(Experiment.Fault fault, String id, Place place) {
        Duration left = experiment.duration().minus(fault.after());
        Duration lasts = fault.lasts().compareTo(left) < 0 ? fault.lasts() : left;
        faults.add(new Faults.Fault(id, place, fault.effect(), lasts));
        if (!fault.after().isZero()) {
            after.put(id, fault.after());
        }
    }

    /** Never more than half of the instances, unless somebody asked for more. */
    private void checkMajority(ObjectKey workload, Set<String> names) {
        int all = situation.victims().getOrDefault(workload, List.of()).size();
        Experiment.Blast blast = experiment.blast();
        int allowed = Math.min(blast.instances(), all * blast.percent() / 100);
        if (names.size() > allowed) {
            refusals.add(
                    names.size() + " of " + all + " instances of " + workload + " would be touched, and blastRadius"
                            + " allows " + allowed
                            + (blast.percent() == Experiment.Blast.MAJORITY_STAYS
                                    ? " (without a word half of them); say `percent: 100` if that is meant"
                                    : ""));
        }
    }
}
