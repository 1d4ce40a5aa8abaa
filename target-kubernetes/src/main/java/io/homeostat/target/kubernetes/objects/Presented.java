package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object's status as the loop reads it. Kinds that do not say in the standard conditions how far they are get them here
 * ({@code Reconciling}, {@code Stalled}), computed by the rules of kstatus. Source of the rules: sigs.k8s.io/cli-utils,
 * pkg/kstatus. A Service's own address stands there, too, as {@code clusterIP}: it is part of no declaration.
 */
public final class Presented {

    /** Kinds whose controller always says which generation it has seen. */
    private static final Set<String> OBSERVING =
            Set.of("apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet");

    private Presented() {}

    /**
     * @param group API group of the kind
     * @param ruled what its own rules say ({@link #ruled}); counts before what else is known
     * @param stalled why its pods will not run without a change, in one sentence; null when they may
     */
    public static Node.Mapping status(
            String group, String kind, Node.Mapping live, List<Node.Mapping> ruled, @Nullable String stalled) {
        Node.Mapping metadata = live.mapping("metadata");
        Node.Mapping status = live.mapping("status");
        String name = group + "/" + kind;
        int generation = metadata.integer("generation", 0);
        int observed = status.integer("observedGeneration", OBSERVING.contains(name) ? 0 : generation);
        if (observed < generation) {
            // The generation is no part of what is compared, so the loop cannot see it: below any other.
            status = status.with("observedGeneration", -1);
        }
        if (name.equals("apps/StatefulSet") && status.get("availableReplicas") == null) {
            // Clusters before 1.22 know no others.
            status = status.with("availableReplicas", status.integer("readyReplicas", 0));
        }
        String address = live.mapping("spec").text("clusterIP", "None");
        if (name.equals("/Service") && !address.isEmpty() && !address.equals("None")) {
            status = status.with("clusterIP", address);
        }
        String deleted = metadata.text("deletionTimestamp");
        if (deleted != null) {
            return with(status, reconciling(leaving(metadata, deleted)));
        }
        if (stalled != null) {
            return name.equals("apps/Deployment")
                    ? with(status, condition("Progressing", "False", "ProgressDeadlineExceeded", stalled))
                    : with(status, condition("Stalled", "True", "PodsFail", stalled));
        }
        if (!ruled.isEmpty()) {
            return with(status, ruled);
        }
        Node.Mapping more = switch (name) {
            case "apps/DaemonSet" -> daemonSet(status);
            case "apps/ReplicaSet" -> replicaSet(live.mapping("spec"), status);
            case "/PersistentVolumeClaim" -> phase(status, "Bound");
            case "/Namespace" -> phase(status, "Active");
            case "/Pod" -> null;
            case "apiextensions.k8s.io/CustomResourceDefinition" -> definition(status);
            default -> null;
        };
        if (name.equals("/Pod")) {
            return pod(status);
        }
        return more == null ? status : with(status, more);
    }

    /** The conditions that an object's own rules amount to; none where it has none. */
    public static List<Node.Mapping> ruled(Node.Mapping live) {
        return HealthRules.conditions(live);
    }

    private static String leaving(Node.Mapping metadata, String since) {
        List<String> finalizers =
                metadata.sequence("finalizers").stream().map(Node::toString).toList();
        return "it is being deleted since " + since
                + (finalizers.isEmpty() ? "" : " and waits for " + String.join(", ", finalizers));
    }

    private static Node.@Nullable Mapping daemonSet(Node.Mapping status) {
        int wanted = status.integer("desiredNumberScheduled", 0);
        int updated = status.integer("updatedNumberScheduled", 0);
        int available = status.integer("numberAvailable", 0);
        if (updated < wanted) {
            return reconciling("updated " + updated + " of " + wanted + " nodes");
        }
        return available < wanted ? reconciling("available on " + available + " of " + wanted + " nodes") : null;
    }

    private static Node.@Nullable Mapping replicaSet(Node.Mapping spec, Node.Mapping status) {
        int wanted = spec.integer("replicas", 1);
        int available = status.integer("availableReplicas", 0);
        return available == wanted ? null : reconciling("available " + available + " of " + wanted + " replicas");
    }

    private static Node.@Nullable Mapping phase(Node.Mapping status, String wanted) {
        String phase = status.text("phase", "");
        return phase.equals(wanted) ? null : reconciling(phase.isEmpty() ? "it has no phase yet" : "it is " + phase);
    }

    private static Node.@Nullable Mapping definition(Node.Mapping status) {
        if (holds(status, "Established")) {
            return null;
        }
        for (Node each : status.sequence("conditions")) {
            if (each instanceof Node.Mapping condition
                    && condition.text("type", "").equals("NamesAccepted")
                    && condition.text("status", "").equals("False")) {
                return condition("Stalled", "True", "NamesRefused", condition.text("message", "its names are taken"));
            }
        }
        return reconciling("it is not established yet");
    }

    /** A pod that has ended well is not ready, and need not be. */
    private static Node.Mapping pod(Node.Mapping status) {
        return switch (status.text("phase", "")) {
            case "Succeeded" -> status.without("conditions");
            case "Failed" ->
                with(status, condition("Stalled", "True", "Failed", status.text("message", "the pod has failed")));
            case "Running" -> status;
            default -> with(status, reconciling("it is not running yet"));
        };
    }

    static boolean holds(Node.Mapping status, String type) {
        for (Node each : status.sequence("conditions")) {
            if (each instanceof Node.Mapping condition
                    && condition.text("type", "").equals(type)) {
                return condition.text("status", "").equals("True");
            }
        }
        return false;
    }

    private static Node.Mapping reconciling(String message) {
        return condition("Reconciling", "True", "Reconciling", message);
    }

    static Node.Mapping condition(String type, String status, String reason, String message) {
        return Node.Mapping.EMPTY
                .with("type", type)
                .with("status", status)
                .with("reason", reason)
                .with("message", message);
    }

    /** In front, so that it is found before one of the same type that the cluster wrote. */
    private static Node.Mapping with(Node.Mapping status, Node.Mapping condition) {
        return with(status, List.of(condition));
    }

    private static Node.Mapping with(Node.Mapping status, List<Node.Mapping> first) {
        List<Node> conditions = new ArrayList<>(first);
        conditions.addAll(status.sequence("conditions"));
        return status.with("conditions", new Node.Sequence(conditions, Position.NONE));
    }
}
