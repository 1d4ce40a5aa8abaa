package io.homeostat.cli.command;

import java.io.Serial;

/** It could not be done. The message says what happened and what was kept safe, the suggestion what to do next. */
public final class Failure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final String suggestion;
    private final int exit;

    private Failure(String message, String suggestion, int exit) {
        super(message);
        this.suggestion = suggestion;
        this.exit = exit;
    }

    /** @param suggestion what to do next; empty when the message says it */
    public static Failure of(String message, String suggestion) {
        return new Failure(message, suggestion, Exit.FAILED);
    }

    /** @param suggestion how to call it instead */
    public static Failure wrongUse(String message, String suggestion) {
        return new Failure(message, suggestion, Exit.WRONG_USE);
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    public String suggestion() {
        return suggestion;
    }

    public int exit() {
        return exit;
    }
}
