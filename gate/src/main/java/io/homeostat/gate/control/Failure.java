package io.homeostat.gate.control;

/** Why a connection that was accepted never reached a backend. */
public enum Failure {
    /** None became ready in time. */
    NO_BACKEND("no-backend"),
    /** There were ready backends, but none accepted the connection in time. */
    CONNECT_FAILED("connect-failed"),
    /** The listener, or the gate as a whole, had its most connections already. */
    TOO_MANY_CONNECTIONS("too-many-connections"),
    /** No backend was ready, and too many connections were waiting for one already. */
    TOO_MANY_WAITING("too-many-waiting"),
    /** No TLS came about, or the listener has no certificate for it. */
    TLS("tls"),
    /** The listener was removed while the connection was waiting. */
    LISTENER_REMOVED("listener-removed");

    private final String text;

    Failure(String text) {
        this.text = text;
    }

    /** As it stands in the protocol. */
    public String text() {
        return text;
    }
}
