package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
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
     * @param workload as {@code shop/Deployment/web}
     * @param version which of its workload's templates it is of; empty where that is not said
     * @param gate the name of the Service in front of which it is a gate; empty for all others
     */
    record Pod(
            String namespace, String name, String uid, String address, String workload, String version, String gate) {}

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
        return new Pod(
                namespace,
                metadata.text("name", ""),
                metadata.text("uid", ""),
                status.text("podIP", ""),
                owner(metadata, labels, namespace).toString(),
                labels.text("pod-template-hash", labels.text("controller-revision-hash", "")),
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
                return new ObjectKey("", kind, namespace, name);
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
