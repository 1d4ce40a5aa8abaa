package io.homeostat.gate.control;

/**
 * How a request ended, as its caller saw it. Of plain TCP, a connection that was made is a {@link #SUCCESS}.
 *
 * <p>Those of the backend and those of the gate are apart: {@link #UNREACHABLE}, {@link #TIMEOUT} and {@link #BROKEN} count
 * against the callee, {@link #REFUSED} and {@link #CANCELLED} against the caller.
 */
public enum Outcome {
    /** The backend answered with 1xx to 3xx, or a gRPC status that is no error. */
    SUCCESS("success"),
    /** The backend answered with 4xx, or a gRPC status that blames the caller. */
    CLIENT_ERROR("client-error"),
    /** The backend answered with 5xx, or a gRPC status that blames the callee. */
    SERVER_ERROR("server-error"),
    /** No backend was ready or accepted a connection: answered by the gate with 502 or 503. */
    UNREACHABLE("unreachable"),
    /** The backend did not begin to answer in time: answered by the gate with 504. */
    TIMEOUT("timeout"),
    /** The backend closed the connection or sent what is no response, before its end. */
    BROKEN("broken"),
    /** What the caller sent is no request, or over a limit: answered by the gate with 4xx. */
    REFUSED("refused"),
    /** The caller went away before its response had ended. */
    CANCELLED("cancelled"),
    /** No end: the backend failed, and another was tried, where the request is counted again by how it ended. */
    RETRIED("retried");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** As it stands in the protocol and in metrics. */
    public String text() {
        return text;
    }

    /** Whether the callee failed: what availability is about. */
    public boolean isFailure() {
        return this == SERVER_ERROR || this == UNREACHABLE || this == TIMEOUT || this == BROKEN;
    }

    /** Whether the request ended so, and was not tried again. */
    public boolean isEnd() {
        return this != RETRIED;
    }

    /** Whether it says something of the backend. */
    public boolean isBackends() {
        return this != REFUSED && this != CANCELLED;
    }

    public static Outcome ofStatus(int status) {
        return status < 400 ? SUCCESS : status < 500 ? CLIENT_ERROR : SERVER_ERROR;
    }

    /**
     * By the numbers of gRPC: cancelled, unknown-argument, not-found and the like are the caller's; unknown, deadline, exhausted,
     * unimplemented, internal, unavailable and data loss are the callee's.
     */
    public static Outcome ofGrpc(int status) {
        return switch (status) {
            case 0 -> SUCCESS;
            case 1, 3, 5, 6, 7, 9, 10, 11, 16 -> CLIENT_ERROR;
            default -> SERVER_ERROR;
        };
    }
}
