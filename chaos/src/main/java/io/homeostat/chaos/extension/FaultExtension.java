package io.homeostat.chaos.extension;

import java.util.List;
import java.util.Map;

/**
 * A fault in a jar, found by {@link java.util.ServiceLoader}. It lives in a process of its own, which may be killed at any moment:
 * another one then undoes what the newest state says. So all that {@link #stop} needs is in the state, and nothing in fields.
 *
 * <p>A call that is interrupted ends soon; what it takes longer than is declared counts as failed.
 */
public interface FaultExtension {

    /** As documents name it in {@code jar.fault}. */
    String name();

    /**
     * Says what will be needed to undo it, and does nothing yet.
     *
     * @param parameters all that are given or have a value by themselves
     * @param workload such as {@code Deployment/web}; empty where none is concerned
     * @param instances of that workload, by name
     * @return the state
     * @throws Exception when it cannot be done here
     */
    Map<String, String> prepare(Map<String, String> parameters, String workload, List<String> instances)
            throws Exception;

    /**
     * Does it.
     *
     * @return the state, which may be another one
     * @throws Exception when it cannot be done; {@link #stop} is called all the same
     */
    Map<String, String> start(Map<String, String> state) throws Exception;

    /**
     * Looks at the place where it is done.
     *
     * @return what is seen of it, in words; empty when nothing is
     * @throws Exception when it cannot be told
     */
    String status(Map<String, String> state) throws Exception;

    /**
     * Undoes it. May be called more than once, and when it was never started.
     *
     * @throws Exception when it is not undone; it is called again
     */
    void stop(Map<String, String> state) throws Exception;
}
