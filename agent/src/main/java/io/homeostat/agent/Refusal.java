package io.homeostat.agent;

import io.homeostat.model.Node;
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

    static Refusal unauthorized(String message, @Nullable String suggestion) {
        return new Refusal(401, message, suggestion);
    }

    static Refusal forbidden(String message, @Nullable String suggestion) {
        return new Refusal(403, message, suggestion);
    }

    static Refusal tooMany(String message) {
        return new Refusal(429, message, "try again in a second");
    }

    /** @param takes the method that would do */
    static Refusal method(String takes) {
        return new Refusal(405, "this takes " + takes, null);
    }

    /** Somebody else does it now. */
    static Refusal waiting(String message, String suggestion) {
        return new Refusal(503, message, suggestion);
    }

    /** Our fault, not that of the one who asks. */
    static Refusal failed(Exception failure) {
        return new Refusal(500, "homeostat failed: " + failure.getMessage(), "homeostat events --last 5");
    }

    /**
     * As in HTTP: 400 wrong, 401 who are you, 403 you may not, 404 unknown, 405 not so, 409 not now, 429 too often, 500 failed,
     * 503 another agent does it.
     */
    int status() {
        return status;
    }

    @Nullable
    String suggestion() {
        return suggestion;
    }

    /** The body of the answer, as RFC 9457 has it; {@code suggestion} says what to do. */
    Node.Mapping problem() {
        String title = switch (status) {
            case 400 -> "Wrong request";
            case 401 -> "Not authorized";
            case 404 -> "Unknown";
            case 405 -> "Wrong method";
            case 409, 503 -> "Not now";
            default -> "Failed";
        };
        Node.Mapping problem = Node.Mapping.EMPTY
                .with("title", title)
                .with("status", status)
                .with("detail", String.valueOf(getMessage()));
        return suggestion == null ? problem : problem.with("suggestion", suggestion);
    }
}
