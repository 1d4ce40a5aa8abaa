package io.homeostat.target.local.control;

import io.homeostat.model.Node;
import io.homeostat.target.local.control.Rollout.Counts;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code status} of a Deployment. */
public final class DeploymentStatus {

    private DeploymentStatus() {}

    /** @param wakeAt when the status changes though nothing else happens; null: never */
    public record Result(Node.Mapping status, @Nullable Instant wakeAt) {}

    /** @param blocked why no instance of the current version can be made; null when nothing stands in the way */
    public static Result of(
            String name,
            RollingUpdate.Spec spec,
            int progressDeadlineSeconds,
            List<Member> members,
            Rollout rollout,
            @Nullable String blocked,
            Instant now) {
        Counts counts = Counts.of(spec, members, now);
        boolean enough = counts.available() >= spec.replicas() - spec.maxUnavailable();
        Conditions conditions = new Conditions()
                .add(
                        "Available",
                        enough,
                        enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                        enough
                                ? "Deployment has minimum availability."
                                : "available " + counts.available() + " of at least "
                                        + (spec.replicas() - spec.maxUnavailable()),
                        rollout.lastProgress());
        Instant wakeAt = progressing(conditions, name, spec, progressDeadlineSeconds, counts, rollout, blocked, now);
        Node.Mapping status = Node.Mapping.EMPTY
                .with("replicas", counts.total())
                .with("updatedReplicas", counts.updated())
                .with("readyReplicas", counts.ready())
                .with("availableReplicas", counts.available())
                .with(
                        "unavailableReplicas",
                        Math.max(0, Math.max(counts.total(), spec.replicas()) - counts.available()))
                .with("conditions", conditions.asNode());
        return new Result(status, wakeAt);
    }

    private static @Nullable Instant progressing(
            Conditions conditions,
            String name,
            RollingUpdate.Spec spec,
            int progressDeadlineSeconds,
            Counts counts,
            Rollout rollout,
            @Nullable String blocked,
            Instant now) {
        Instant deadline = rollout.deadline(progressDeadlineSeconds);
        Instant since = rollout.lastProgress();
        if (rollout.complete()) {
            conditions.add("Progressing", true, "NewReplicaSetAvailable", name + " has rolled out.", since);
        } else if (spec.paused()) {
            conditions.add("Progressing", true, "DeploymentPaused", name + " is paused.", since);
            return null;
        } else if (deadline != null && !deadline.isAfter(now)) {
            conditions.add(
                    "Progressing",
                    false,
                    "ProgressDeadlineExceeded",
                    name + " has not got any further for " + progressDeadlineSeconds + " s: available "
                            + counts.updatedAvailable() + " of " + spec.replicas() + " new replicas"
                            + (blocked == null ? "" : "; " + blocked),
                    deadline);
            return null;
        } else {
            conditions.add(
                    "Progressing",
                    true,
                    "ReplicaSetUpdated",
                    blocked == null ? name + " is progressing." : blocked,
                    since);
        }
        return deadline;
    }
}
