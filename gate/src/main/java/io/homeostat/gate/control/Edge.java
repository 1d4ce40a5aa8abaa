package io.homeostat.gate.control;

/**
 * Who calls whom.
 *
 * @param caller the workload that was given this address to call by, as {@code Deployment/web}; empty where a caller did not
 *     declare that it calls
 * @param callee the Service, as {@code Service/api}
 * @param port name or number of the Service's port
 */
public record Edge(String caller, String callee, String port) {

    /** How a caller is named who declared nothing. */
    public static final String UNDECLARED = "undeclared";

    /** The caller of the copies of requests, which nobody waits for. */
    public static final String MIRROR = "mirror";

    /** The caller, or that it is not declared. */
    public String from() {
        return caller.isEmpty() ? UNDECLARED : caller;
    }

    @Override
    public String toString() {
        return from() + " → " + callee + ":" + port;
    }
}
