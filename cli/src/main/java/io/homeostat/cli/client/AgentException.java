package io.homeostat.cli.client;

import java.io.IOException;
import java.io.Serial;

/** The agent could not be asked, or said no. */
public final class AgentException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String suggestion;
    private final int status;

    /**
     * @param suggestion what to do next; empty when the message says it
     * @param status HTTP status; 0 when the agent was not reached
     */
    public AgentException(String message, String suggestion, int status) {
        super(message);
        this.suggestion = suggestion;
        this.status = status;
    }

    public String suggestion() {
        return suggestion;
    }

    /** HTTP status; 0 when the agent was not reached. */
    public int status() {
        return status;
    }
}
