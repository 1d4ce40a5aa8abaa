package io.homeostat.target.local.control;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Conditions of a {@code status}, as Kubernetes writes them. */
final class Conditions {

    private final List<Node> conditions = new ArrayList<>();

    Conditions add(String type, boolean holds, String reason, String message, Instant since) {
        conditions.add(Node.Mapping.EMPTY
                .with("type", type)
                .with("status", holds ? "True" : "False")
                .with("reason", reason)
                .with("message", message)
                .with("lastTransitionTime", time(since)));
        return this;
    }

    Node asNode() {
        return new Node.Sequence(conditions, Position.NONE);
    }

    /** RFC 3339 to the second, as in all of Kubernetes' objects. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
