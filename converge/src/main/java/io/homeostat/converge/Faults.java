package io.homeostat.converge;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Requests;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Target} can be done on purpose. Every fault is a lease: it ends when its time is up, when its holder does not say
 * in time that it still wants it, and when its holder no longer names it; and somebody who outlives the holder sees to that.
 *
 * <p>All calls are idempotent. Safe for use by many threads.
 */
public interface Faults {

    /** In the status of a workload: how many instances a fault holds in place of {@code spec.replicas}; otherwise it is not there. */
    String HELD_REPLICAS = "heldReplicas";

    /** The kinds of fault that can be done here. */
    Set<FaultClass> classes();

    /** Why some of the others cannot be done here, and what can be done instead. */
    default Map<FaultClass, String> reasons() {
        return Map.of();
    }

    /**
     * Why something can never be done to a workload as it is declared, and what would help. What is in the way just now is told when
     * it is tried.
     *
     * @param spec of the workload
     * @param container null for all of them
     * @return null when it may be tried
     * @throws IOException when that cannot be said
     */
    default @Nullable String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container)
            throws IOException {
        return null;
    }

    /** The instances of a workload that run now, by name. */
    List<Victim> instances(ObjectKey workload) throws IOException;

    /** Who may call whom, declared or seen; the components and edges of the surface. */
    List<Call> calls() throws IOException;

    /**
     * Why nothing can be done to calls of a Service, and what would help.
     *
     * @param callee as {@link Call} has it
     * @return null when something can
     */
    default @Nullable String objection(String callee) {
        return null;
    }

    /**
     * All the faults that this holder wants now, and the sign that it is alive. To be called again well within the heartbeat; with
     * none, all of the holder's are undone.
     *
     * @param holder names the run; letters, digits and {@code -}
     * @param heartbeat how long they stay without another call
     * @return how each of them stands, in the order named; nothing of those that take their time to begin
     * @throws IOException when it cannot be said whether they are in force; they end by themselves
     */
    List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException;

    /** Undoes what holders left behind that are none of these. */
    void release(Set<String> holders) throws IOException;

    /**
     * Wanted.
     *
     * @param id of the holder's choice, unique among its faults: letters, digits and {@code -}
     * @param lasts from the first time that it is named; naming it again makes it no longer
     */
    record Fault(String id, Place place, Effect effect, Duration lasts) {}

    /** What exactly it is done to. */
    sealed interface Place {

        /** @param container only this one of it; null for all of its containers */
        record OnInstance(
                ObjectKey workload,
                String instance,
                @Nullable String container) implements Place {

            /** All of it. */
            public OnInstance(ObjectKey workload, String instance) {
                this(workload, instance, null);
            }

            @Override
            public String toString() {
                return container == null ? instance : instance + "/" + container;
            }
        }

        /** All of it: what is declared about it is another for a while. */
        record OnWorkload(ObjectKey workload) implements Place {
            @Override
            public String toString() {
                return workload.toString();
            }
        }

        /**
         * What the target does not do itself.
         *
         * @param what in words
         * @param workload that it concerns; null when it is none
         */
        record Outside(String what, @Nullable ObjectKey workload) implements Place {
            @Override
            public String toString() {
                return workload == null ? what : what + " for " + workload;
            }
        }

        /**
         * @param caller as {@link Call} has it; {@code *} for everybody
         * @param requests which of them
         * @param share of those, more than 0, at most 1
         */
        record OnEdge(String caller, String callee, Requests requests, double share) implements Place {

            /** All requests. */
            public OnEdge(String caller, String callee, double share) {
                this(caller, callee, Requests.ALL, share);
            }

            @Override
            public String toString() {
                return (caller.equals("*") ? "everybody" : caller) + " → " + callee;
            }
        }
    }

    /** What was to be undone is not, and is tried again when asked again. */
    final class NotUndone extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        public NotUndone(String message) {
            super(message);
        }
    }

    /** What was to be done can never be done there, as it is declared: there is nothing by which it could be. */
    final class Impossible extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Place.OnInstance place;

        /** @param place with its container, where it is that of one */
        public Impossible(Place.OnInstance place, String message) {
            super(message);
            this.place = place;
        }

        public Place.OnInstance place() {
            return place;
        }
    }

    /**
     * How a fault stands.
     *
     * @param inForce false: its time is up, or it was undone, or it is of the kind that is over at once
     * @param observed it was seen at its place: the process was gone, was stopped; requests were hit
     * @param seen what was seen, in words
     * @param through why nothing caught it; null when something did, and for what nothing has to catch
     */
    record State(
            String id,
            boolean inForce,
            boolean observed,
            String seen,
            @Nullable String through) {

        /** Of what nothing has to catch. */
        public State(String id, boolean inForce, boolean observed, String seen) {
            this(id, inForce, observed, seen, null);
        }
    }

    /**
     * An instance to which something may be done.
     *
     * @param ready takes part in the work
     * @param optedOut it has the label itself by which nothing is to be done to it
     */
    record Victim(String name, boolean ready, boolean optedOut) {

        /** One that has not opted out. */
        public Victim(String name, boolean ready) {
            this(name, ready, false);
        }
    }

    /**
     * A directed edge.
     *
     * @param caller as {@code Deployment/web}; empty for callers that declared nothing
     * @param callee as {@code Service/api}
     * @param declared false: it was seen, and nobody declared it
     * @param requests since somebody began to count; numbers only grow, but for a restart of who counts
     */
    record Call(String caller, String callee, boolean declared, long requests) {}
}
