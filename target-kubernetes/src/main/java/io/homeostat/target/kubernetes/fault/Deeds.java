package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.fault.LeasedFaults.Deed;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is done to workloads as a whole, and to the nodes of their instances. */
public final class Deeds implements LeasedFaults.Deeds {

    /** What the target knows of a workload. */
    public interface Workloads {
        List<Node.Mapping> pods(ObjectKey workload) throws IOException;

        /** Its path at the API server; null when it is not there. */
        @Nullable
        String path(ObjectKey workload);

        /** As whom it is changed; null for ourselves. */
        @Nullable
        String user(ObjectKey workload);

        /** Its number of instances is nobody's drift, and is not repaired, until it is let go. */
        void leaveReplicas(ObjectKey workload, boolean isHeld);

        /** It was changed, and this is how it is now. */
        void changed(ObjectKey workload, Node.Mapping object);
    }

    private final ApiServer server;
    private final Workloads workloads;
    private final NodeFaults nodes;
    private final MeshFaults mesh;
    /** Who has given a workload another number of instances. */
    private final Map<ObjectKey, Deed> scaled = new ConcurrentHashMap<>();

    /** @param namespace of our own, in which nobody is evicted */
    public Deeds(ApiServer server, String namespace, Workloads workloads, MeshFaults mesh) {
        this.server = server;
        this.workloads = workloads;
        this.mesh = mesh;
        this.nodes = new NodeFaults(server, namespace);
    }

    @Override
    public Deed plan(String holder, Fault fault, List<Fault> all) throws IOException {
        return switch (fault.effect()) {
            case Effect.Scale scale -> scaled(place(fault), scale.replicas());
            case Effect.Mesh _ -> mesh.plan(FaultRecord.name("mesh", holder, fault.id()), fault);
            default -> nodes.plan(holder, fault, all, workloads);
        };
    }

    private static ObjectKey place(Fault fault) {
        if (!(fault.place() instanceof Place.OnWorkload place)) {
            throw new IllegalArgumentException(fault + " is none of workloads");
        }
        return place.workload();
    }

    private Deed scaled(ObjectKey workload, int wanted) throws IOException {
        String path = workloads.path(workload);
        if (path == null) {
            throw new IOException(workload + " is not there, so nothing can be done to it");
        }
        int before = server.call(Request.get(path)).mapping("spec").integer("replicas", 1);
        if (before == wanted) {
            throw new IOException(workload + " has " + wanted + " instances as it is");
        }
        return new Deed() {
            @Override
            public List<Undo> undo() {
                return List.of(new Undo.Replicas(path, wanted, before));
            }

            @Override
            public void begin() throws IOException {
                if (scaled.putIfAbsent(workload, this) != null) {
                    throw new IOException("another experiment has changed how many instances " + workload + " has");
                }
                workloads.leaveReplicas(workload, true);
                Node.Mapping spec = Node.Mapping.EMPTY.with("replicas", wanted);
                // Of the object itself: old servers do not note who wrote its scale, and would take it for nobody's.
                workloads.changed(
                        workload,
                        server.call(Request.merge(path + Undo.MANAGER, Node.Mapping.EMPTY.with("spec", spec))
                                .as(workloads.user(workload))));
            }

            @Override
            public @Nullable String look() throws IOException {
                List<Node.Mapping> pods = workloads.pods(workload);
                boolean isThere = pods.size() == wanted
                        && pods.stream()
                                .allMatch(pod -> !PodFaults.isLeaving(pod)
                                        && pod.mapping("status")
                                                .text("phase", "")
                                                .equals("Running"));
                return isThere ? "it had " + wanted + " instances" : null;
            }

            @Override
            public void ended() {
                if (scaled.remove(workload, this)) {
                    workloads.leaveReplicas(workload, false);
                }
            }
        };
    }
}
