package io.homeostat.agent;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A request that cannot be granted, for a reason that the one who asks can mend. */
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String suggestion;

    private Refusal(int status, String message, @Nullable String suggestion) {
        super(message);
        this.status = status;
        this.suggestion = suggestion;
    }

    static Refusal wrong(String message, @Nullable String suggestion) {
        return new Refusal(400, message, suggestion);
    }

    static Refusal unknown(String message, @Nullable String suggestion) {
        return new Refusal(404, message, suggestion);
    }

    static Refusal conflict(String message, @Nullable String suggestion) {
        return new Refusal(409, message, suggestion);
    }

    /** As in HTTP: 400 wrong, 404 unknown, 409 not now. */
    int status() {
        return status;
    }

    @Nullable
    String suggestion() {
        return suggestion;
    }
}
