package io.homeostat.source;

import java.io.Serial;

/** The source could not be read. The message says what happened, what was kept safe and what to do next. */
public final class SourceException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
