package io.homeostat.gate.http;

/** What was sent is no HTTP message, or none that is taken here. It has no stack trace: that is not where the fault is. */
public final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status to answer with where it was a request */
    public MalformedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
