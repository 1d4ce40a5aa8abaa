package io.homeostat.converge;

import io.homeostat.model.ObjectKey;
import java.util.Comparator;
import java.util.List;

/**
 * In which order the steps of a plan are taken: by wave, within a wave what others need first (configuration before what
 * reads it, addresses before who calls them), and what goes away last, in the opposite order.
 */
final class Order implements Comparator<Step> {

    static final Order INSTANCE = new Order();

    private static final List<String> KINDS = List.of(
            "Namespace",
            "CustomResourceDefinition",
            "ServiceAccount",
            "Secret",
            "ConfigMap",
            "PersistentVolumeClaim",
            "Service",
            "StatefulSet",
            "Deployment",
            "Job",
            "CronJob");

    private Order() {}

    @Override
    public int compare(Step left, Step right) {
        boolean leftGoes = left instanceof Step.Delete;
        boolean rightGoes = right instanceof Step.Delete;
        if (leftGoes != rightGoes) {
            return leftGoes ? 1 : -1;
        }
        int byWave = Integer.compare(wave(left), wave(right));
        if (byWave != 0) {
            return byWave;
        }
        int byKind = Integer.compare(rank(left.key()), rank(right.key()));
        if (byKind != 0) {
            return leftGoes ? -byKind : byKind;
        }
        return left.key().compareTo(right.key());
    }

    static int wave(Step step) {
        return step instanceof Step.Declaring declaring ? declaring.desired().wave() : 0;
    }

    /** Kinds that we do not know come after all those that they may need. */
    private static int rank(ObjectKey key) {
        int rank = KINDS.indexOf(key.kind());
        return rank < 0 ? KINDS.size() : rank;
    }
}
