package io.homeostat.cli.demo;

import java.io.Serial;

/** What should have followed did not; the message says what was seen instead. */
public final class Unexpected extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public Unexpected(String message) {
        super(message);
    }
}
