package io.homeostat.console;

import java.io.Serial;

/** The API said no. */
public final class Refused extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final String suggestion;

    /** @param suggestion what to do; empty when the message says it */
    public Refused(int status, String message, String suggestion) {
        super(message);
        this.status = status;
        this.suggestion = suggestion;
    }

    public int status() {
        return status;
    }

    public String suggestion() {
        return suggestion;
    }
}
