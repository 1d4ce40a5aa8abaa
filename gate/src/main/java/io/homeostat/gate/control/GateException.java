package io.homeostat.gate.control;

import java.io.IOException;
import java.io.Serial;

/** The gate answered, and the answer is no; nothing was changed. The message says why. */
public final class GateException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    public GateException(String message) {
        super(message);
    }
}
