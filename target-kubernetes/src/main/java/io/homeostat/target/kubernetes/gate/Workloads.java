package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pods, as a gate wants to know them: which workload each belongs to, which version of it, and its address. Pure. */
final class Workloads {

    private Workloads() {}

    /**
     * A pod that runs or is about to.
     *
     * @param address its own; empty while it has none
     * @param owner the workload that it is of, or stands beside
     * @param side on which side of that it is
     * @param version which of its workload's templates it is of; empty where that is not said
     * @param gate the name of the Service in front of which it is a gate; empty for all others
     */
    record Pod(
            String namespace,
            String name,
            String uid,
            String address,
            ObjectKey owner,
            Side side,
            String version,
            String gate) {

        /** On which side it is while its workload stands so: a StatefulSet's own pods are of either version. */
        Side side(Standing standing) {
            return Ordinals.has(owner) && !version.equals(standing.stable()) ? Side.CANARY : side;
        }

        /** As {@code shop/Deployment/web}. */
        String workload() {
            return owner.toString();
        }
    }

    /** Null for one that has ended, or shares the address of its node with others. */
    static @Nullable Pod read(Node.Mapping object) {
        Node.Mapping metadata = object.mapping("metadata");
        Node.Mapping status = object.mapping("status");
        String phase = status.text("phase", "");
        if (phase.equals("Succeeded")
                || phase.equals("Failed")
                || object.mapping("spec").flag("hostNetwork", false)) {
            return null;
        }
        Node.Mapping labels = metadata.mapping("labels");
        String namespace = metadata.text("namespace", ObjectKey.DEFAULT_NAMESPACE);
        String beside = labels.text(Annotations.BESIDE, "");
        return new Pod(
                namespace,
                metadata.text("name", ""),
                metadata.text("uid", ""),
                status.text("podIP", ""),
                beside.isEmpty()
                        ? owner(metadata, labels, namespace)
                        : new ObjectKey("apps", "Deployment", namespace, beside),
                Side.of(labels.text(Annotations.SIDE, "")),
                labels.text(
                        Annotations.VERSION,
                        labels.text("pod-template-hash", labels.text("controller-revision-hash", ""))),
                labels.text(GatedService.POD, ""));
    }

    private static ObjectKey owner(Node.Mapping metadata, Node.Mapping labels, String namespace) {
        for (Node each : metadata.sequence("ownerReferences")) {
            if (each instanceof Node.Mapping owner && owner.flag("controller", false)) {
                String kind = owner.text("kind", "");
                String name = owner.text("name", "");
                String hash = "-" + labels.text("pod-template-hash", "");
                if (kind.equals("ReplicaSet") && hash.length() > 1 && name.endsWith(hash)) {
                    return new ObjectKey(
                            "apps", "Deployment", namespace, name.substring(0, name.length() - hash.length()));
                }
                // What a CronJob starts is named after it and the minute.
                if (kind.equals("Job") && name.matches(".+-[0-9]{8,10}")) {
                    return new ObjectKey("batch", "CronJob", namespace, name.substring(0, name.lastIndexOf('-')));
                }
                String version = owner.text("apiVersion", "");
                String group = version.substring(0, Math.max(0, version.indexOf('/')));
                return new ObjectKey(group, kind, namespace, name);
            }
        }
        return new ObjectKey("", "Pod", namespace, metadata.text("name", ""));
    }

    /** Who calls from which address. */
    static Map<String, String> callers(Collection<Pod> pods) {
        Map<String, String> callers = new HashMap<>();
        for (Pod pod : pods) {
            if (!pod.address().isEmpty()) {
                callers.put(pod.address(), pod.workload());
            }
        }
        return callers;
    }
}
