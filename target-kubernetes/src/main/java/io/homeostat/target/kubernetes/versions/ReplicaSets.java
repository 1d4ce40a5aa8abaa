package io.homeostat.target.kubernetes.versions;

import io.homeostat.model.Node;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ReplicaSets of a Deployment: its versions. Pure. */
public final class ReplicaSets {

    private static final String REVISION = "deployment.kubernetes.io/revision";
    /** Label of pods, by the controller of Deployments. */
    static final String HASH = "pod-template-hash";

    private ReplicaSets() {}

    /** The one that stands now: most of its pods are available, and it is the newest of those. */
    public static Node.Mapping standing(List<Node.Mapping> sets) {
        return sets.stream()
                .max(Comparator.comparingInt(
                                (Node.Mapping set) -> set.mapping("status").integer("availableReplicas", 0))
                        .thenComparingLong(ReplicaSets::revision))
                .orElse(Node.Mapping.EMPTY);
    }

    private static long revision(Node.Mapping set) {
        String text = set.mapping("metadata").mapping("annotations").text(REVISION, "0");
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    /** The one of a version; null when it is gone. */
    public static Node.@Nullable Mapping of(List<Node.Mapping> sets, String version) {
        return sets.stream()
                .filter(set -> version(set).equals(version))
                .findFirst()
                .orElse(null);
    }

    /** As pods of it, or it itself, are labelled. */
    public static String version(Node.Mapping object) {
        return object.mapping("metadata").mapping("labels").text(HASH, "");
    }

    /** Whether a Deployment declares the version that a ReplicaSet is of. */
    public static boolean isDeclared(Node.Mapping live, Node.Mapping set) {
        return Beside.bare(live.mapping("spec").mapping("template"))
                .equals(Beside.bare(set.mapping("spec").mapping("template")));
    }
}
