package io.homeostat.model.chaos;

import io.homeostat.model.Durations;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Experiment}.
 *
 * @param owner who answers for it
 * @param duration how long the faults stay; each is a lease that ends by itself then
 * @param recovery how long the system may take to be as before, once they are gone
 * @param abortWhen CEL over the signals; null when nothing but a broken hypothesis ends it early
 * @param noticedWithin so soon after the faults began an alert has to fire; null: nobody needs to notice
 * @param search how to find what it takes until the hypothesis breaks; null: the faults are done as they are
 * @param preflight asked once before anything is done, and may veto; null: nobody is asked
 * @param schedule when it runs by itself; null: when somebody says so
 */
public record Experiment(
        String name,
        String owner,
        String description,
        Hypothesis hypothesis,
        List<Fault> faults,
        Duration duration,
        Duration recovery,
        @Nullable String abortWhen,
        Blast blast,
        @Nullable Duration noticedWithin,
        @Nullable Search search,
        Hypothesis.@Nullable Check preflight,
        @Nullable Schedule schedule,
        Position at) {

    /**
     * @param id names it within its experiment: {@code latency-1}
     * @param after so long after the first of them it begins
     * @param lasts so long it stays; to the end of the experiment when that comes first
     */
    public record Fault(String id, Aim aim, Effect effect, Duration after, Duration lasts) {
        @Override
        public String toString() {
            String magnitude = effect.magnitude();
            return effect.faultClass().word() + (magnitude.isEmpty() ? "" : " " + magnitude) + " on " + aim
                    + (after.isZero() ? "" : " after " + Durations.format(after));
        }
    }

    /**
     * The most that may be touched; more is refused, not cut down.
     *
     * @param instances of each workload
     * @param percent of each workload's instances: 50 unless somebody asked for more
     * @param requests percent of an edge's requests
     */
    public record Blast(int instances, int percent, double requests) {
        public static final int MAJORITY_STAYS = 50;
    }

    /** The same with other faults, without a search, and whether anybody notices or not. */
    public Experiment with(List<Fault> others) {
        return new Experiment(
                name,
                owner,
                description,
                hypothesis,
                others,
                duration,
                recovery,
                abortWhen,
                blast,
                null,
                null,
                preflight,
                schedule,
                at);
    }

    /** Workloads and Services that it touches, as they are known: {@code Deployment/web}, {@code Service/api}. */
    public Set<String> components() {
        Set<String> components = new TreeSet<>();
        for (Fault fault : faults) {
            switch (fault.aim()) {
                case Aim.Instances instances ->
                    components.add(instances.workload().toString());
                case Aim.Workload whole -> components.add(whole.workload().toString());
                case Aim.Outside outside -> {
                    if (outside.workload() != null) {
                        components.add(outside.workload().toString());
                    }
                }
                case Aim.Edge edge -> {
                    components.add(edge.callee());
                    if (!edge.caller().equals(Aim.Edge.ANYBODY)) {
                        components.add(edge.caller());
                    }
                }
            }
        }
        return components;
    }

    /** Those of what it touches. */
    public Set<String> namespaces() {
        Set<String> namespaces = new TreeSet<>();
        for (String component : components()) {
            String[] words = component.split("/", -1);
            namespaces.add(words.length > 2 ? words[0] : ObjectKey.DEFAULT_NAMESPACE);
        }
        return namespaces;
    }

    /** Workloads that are touched, in some of their instances or as a whole. */
    public Set<ObjectKey> workloads() {
        Set<ObjectKey> workloads = new TreeSet<>();
        for (Fault fault : faults) {
            switch (fault.aim()) {
                case Aim.Instances instances -> workloads.add(instances.workload());
                case Aim.Workload whole -> workloads.add(whole.workload());
                case Aim.Outside outside -> {
                    if (outside.workload() != null) {
                        workloads.add(outside.workload());
                    }
                }
                case Aim.Edge _ -> {}
            }
        }
        return workloads;
    }
}
