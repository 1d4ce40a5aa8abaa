package io.homeostat.target.kubernetes.api;

import io.homeostat.model.Node;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/** An API server's refusal, with the {@code Status} that it answered. */
public final class ApiFailure extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int code;
    private final transient Node.Mapping status;

    /** @param status what it answered; empty when that was no {@code Status} */
    public ApiFailure(int code, Node.Mapping status, String message) {
        super(message);
        this.code = code;
        this.status = status;
    }

    /** The HTTP status. */
    public int code() {
        return code;
    }

    public boolean isMissing() {
        return code == 404;
    }

    /** Somebody else wrote it first, or it is there already, or owns a field. */
    public boolean isConflict() {
        return code == 409;
    }

    /** Asked again a cluster would say the same, until somebody changes something: the object is wrong, or we may not. */
    public static boolean isRefusal(IOException failure) {
        // What is said of it in words of our own is a decision already.
        return failure.getCause() instanceof ApiFailure
                || (failure instanceof ApiFailure bare
                        && (bare.code == 400
                                || bare.code == 403
                                || bare.code == 405
                                || bare.code == 413
                                || bare.code == 422));
    }

    /** The watch or list cannot go on from where it was. */
    public boolean isExpired() {
        return code == 410;
    }

    public String reason() {
        return status.text("reason", "");
    }

    /** One cause of a refusal: which field, and what is wrong with it. */
    public record Cause(String reason, String field, String message) {}

    public List<Cause> causes() {
        List<Cause> causes = new ArrayList<>();
        for (Node cause : status.mapping("details").sequence("causes")) {
            if (cause instanceof Node.Mapping mapping) {
                causes.add(
                        new Cause(mapping.text("reason", ""), mapping.text("field", ""), mapping.text("message", "")));
            }
        }
        return causes;
    }
}
