package io.homeostat.converge;

import io.homeostat.converge.Health.Status;
import io.homeostat.model.Node;
import org.jspecify.annotations.Nullable;

/**
 * Health of one object from its own status, as Kubernetes' kstatus computes it: a pure function of what the object says.
 * Source of the rules: sigs.k8s.io/cli-utils, pkg/kstatus.
 */
public final class Kstatus {

    private Kstatus() {}

    public static Health of(Target.Live live) {
        Node.Mapping spec = live.content().mapping("spec");
        Node.Mapping status = live.status();
        int generation = live.content().mapping("metadata").integer("generation", 0);
        if (status.integer("observedGeneration", generation) < generation) {
            return progressing("its newest generation is not yet observed");
        }
        return switch (live.key().group() + "/" + live.key().kind()) {
            case "apps/Deployment" -> deployment(spec, status);
            case "apps/StatefulSet" -> statefulSet(spec, status);
            case "batch/Job" -> job(status);
            default -> conditions(status);
        };
    }

    /** As many as are declared, or as a fault holds instead: a revision that comes meanwhile can have no more. */
    private static int wanted(Node.Mapping spec, Node.Mapping status) {
        return status.integer(Faults.HELD_REPLICAS, spec.integer("replicas", 1));
    }

    private static Health deployment(Node.Mapping spec, Node.Mapping status) {
        Node.Mapping progress = condition(status, "Progressing");
        if (progress != null && "ProgressDeadlineExceeded".equals(progress.text("reason"))) {
            return degraded(progress.text("message", "the progress deadline has passed"));
        }
        int wanted = wanted(spec, status);
        int updated = status.integer("updatedReplicas", 0);
        int replicas = status.integer("replicas", 0);
        int available = status.integer("availableReplicas", 0);
        if (updated < wanted) {
            return progressing("updated " + updated + " of " + wanted + " replicas");
        }
        if (replicas > updated) {
            return progressing((replicas - updated) + " old replicas are still there");
        }
        if (available < wanted) {
            return progressing("available " + available + " of " + wanted + " replicas");
        }
        return conditions(status);
    }

    private static Health statefulSet(Node.Mapping spec, Node.Mapping status) {
        int wanted = wanted(spec, status);
        int ready = status.integer("readyReplicas", 0);
        int replicas = status.integer("replicas", 0);
        if (replicas < wanted || ready < wanted) {
            Health stalled = conditions(status);
            return stalled.status() == Status.DEGRADED
                    ? stalled
                    : progressing("ready " + ready + " of " + wanted + " replicas");
        }
        if (replicas > wanted) {
            return progressing((replicas - wanted) + " replicas still have to go");
        }
        int updated = status.integer("updatedReplicas", 0);
        if (updated < wanted) {
            return progressing("updated " + updated + " of " + wanted + " replicas");
        }
        return conditions(status);
    }

    private static Health job(Node.Mapping status) {
        Node.Mapping failed = condition(status, "Failed");
        if (failed != null && "True".equals(failed.text("status"))) {
            return degraded(failed.text("message", "the job failed"));
        }
        Node.Mapping complete = condition(status, "Complete");
        if (complete != null && "True".equals(complete.text("status"))) {
            return healthy();
        }
        // A job that has started is current: it may run for days, and that is what Git asked for.
        return status.get("startTime") != null ? healthy("the job runs") : progressing("the job has not started");
    }

    /** The standard conditions of any kind: {@code Stalled}, {@code Reconciling}, {@code Ready}. */
    private static Health conditions(Node.Mapping status) {
        Node.Mapping stalled = condition(status, "Stalled");
        if (stalled != null && "True".equals(stalled.text("status"))) {
            return degraded(stalled.text("message", "stalled"));
        }
        Node.Mapping reconciling = condition(status, "Reconciling");
        if (reconciling != null && "True".equals(reconciling.text("status"))) {
            return progressing(reconciling.text("message", "reconciling"));
        }
        Node.Mapping ready = condition(status, "Ready");
        if (ready != null && !"True".equals(ready.text("status"))) {
            String message = ready.text("message", "not ready");
            return "Unknown".equals(ready.text("status")) ? new Health(Status.UNKNOWN, message) : progressing(message);
        }
        return healthy();
    }

    private static Node.@Nullable Mapping condition(Node.Mapping status, String type) {
        for (Node condition : status.sequence("conditions")) {
            if (condition instanceof Node.Mapping mapping && type.equals(mapping.text("type"))) {
                return mapping;
            }
        }
        return null;
    }

    private static Health healthy() {
        return new Health(Status.HEALTHY, "");
    }

    private static Health healthy(String message) {
        return new Health(Status.HEALTHY, message);
    }

    private static Health progressing(String message) {
        return new Health(Status.PROGRESSING, message);
    }

    private static Health degraded(String message) {
        return new Health(Status.DEGRADED, message);
    }
}
