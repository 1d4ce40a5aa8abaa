package io.homeostat.deliver.rollout;

import io.homeostat.model.Node;
import io.homeostat.model.Rollout;
import java.time.Instant;

/** What the rest of the house knows that rollouts need. Safe for use by many threads. */
public interface Surroundings {

    /** How an SLO stands, in the words of {@code homeostat slo}; empty when there is none of that name. */
    String objective(String name);

    /** What conditions see: {@code {slo: {…}, edge: {…}, workload: {…}, application: {…}}}. */
    Node.Mapping signals();

    /**
     * What an experiment showed since then. Begins it when it has not run, and again a while after it showed nothing; never waits
     * for it.
     *
     * @param rollout who asks, for the history
     */
    Tested experiment(String name, Instant since, String rollout);

    /** Whether its faults may be there at this moment. */
    boolean isRunning(String experiment);

    /**
     * Looks once; may take its time.
     *
     * @param stable name of the version, as the target has it
     * @param canary the same
     */
    Looked look(Rollout.Look look, String stable, String canary);

    sealed interface Tested {
        record Held() implements Tested {}

        record Broken(String reason) implements Tested {}

        /** It runs, showed nothing, or may not begin. */
        record Open(String message) implements Tested {}
    }

    /** @param detail what was seen, for people, without secrets */
    record Looked(State state, String detail) {

        public enum State {
            HOLDS,
            FAILS,
            /** It could not be looked at, or there was nothing to see. */
            UNKNOWN
        }
    }
}
