package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.fault.LeasedFaults.Deed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that take no more pods, that are drained, or that have a taint: those on which instances of a workload run.
 *
 * <p>What is on a node besides is touched, too. So nothing is drained that runs something that has opted out, nor more instances of
 * the workload than were named; nobody of homeostat's own namespace is evicted, and every PodDisruptionBudget holds.
 */
final class NodeFaults {

    private static final long AGAIN_NANOS = 500_000_000;

    private final ApiServer server;
    private final String namespace;

    NodeFaults(ApiServer server, String namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    Deed plan(String holder, Fault fault, List<Fault> all, Deeds.Workloads workloads) throws IOException {
        if (!(fault.place() instanceof Place.OnInstance place)) {
            throw new IllegalArgumentException(fault + " is none of nodes");
        }
        Set<String> named = new HashSet<>();
        for (Fault each : all) {
            if (each.place() instanceof Place.OnInstance other
                    && other.workload().equals(place.workload())) {
                named.add(other.instance());
            }
        }
        List<Node.Mapping> pods = workloads.pods(place.workload());
        String node = nodeOf(pods, place.instance());
        if (node.isEmpty()) {
            throw new IOException(place.instance() + " does not run now, so nothing can be done to its node");
        }
        String mark = FaultRecord.name(namespace, holder, fault.id());
        return switch (fault.effect()) {
            case Effect.Cordon _ -> new Cordoned(node, mark);
            case Effect.Drain _ -> {
                checkOthers(node, pods, place.workload(), named);
                yield new Drained(node, mark, uidOf(pods, place.instance()));
            }
            case Effect.Taint taint -> {
                if (taint.effect().equals(Effect.Taint.EVICTS)) {
                    checkOthers(node, pods, place.workload(), named);
                    checkOwn(node);
                }
                yield new Tainted(node, mark, taint.effect(), holder);
            }
            default -> throw new IllegalArgumentException(fault + " is none of nodes");
        };
    }

    private static String uidOf(List<Node.Mapping> pods, String name) {
        return pods.stream()
                .filter(pod -> PodFaults.name(pod).equals(name) && !PodFaults.isLeaving(pod))
                .map(PodFaults::uid)
                .findFirst()
                .orElse("");
    }

    private static String nodeOf(List<Node.Mapping> pods, String name) {
        return pods.stream()
                .filter(pod -> PodFaults.name(pod).equals(name) && !PodFaults.isLeaving(pod))
                .map(pod -> pod.mapping("spec").text("nodeName", ""))
                .findFirst()
                .orElse("");
    }

    /** The blast radius counts instances, so each that goes has to be one of those. */
    private void checkOthers(String node, List<Node.Mapping> pods, ObjectKey workload, Set<String> named)
            throws IOException {
        List<String> unnamed = pods.stream()
                .filter(pod -> pod.mapping("spec").text("nodeName", "").equals(node)
                        && !PodFaults.isOver(pod)
                        && !PodFaults.isLeaving(pod))
                .map(PodFaults::name)
                .filter(name -> !named.contains(name))
                .toList();
        if (!unnamed.isEmpty()) {
            throw new IOException("on " + node + " there are " + unnamed.size() + " more instances of " + workload
                    + " than were to be touched (" + String.join(", ", unnamed) + "); name as many, or spread them");
        }
        for (Node.Mapping pod : evictable(node)) {
            if ("off".equals(pod.mapping("metadata").mapping("labels").text(PodFaults.LABEL, ""))) {
                throw new IOException(PodFaults.name(pod) + ", which runs on " + node
                        + " too, has opted out: its label " + PodFaults.LABEL + " says so");
            }
            if (!isMadeAgain(pod)) {
                throw new IOException(PodFaults.name(pod) + ", which runs on " + node
                        + " too, has no controller: nobody would make it again");
            }
        }
    }

    /** A taint asks nobody: what runs homeostat would go, too. */
    private void checkOwn(String node) throws IOException {
        for (Node.Mapping pod : on(node)) {
            if (pod.mapping("metadata").text("namespace", "").equals(namespace) && !PodFaults.isOver(pod)) {
                throw new IOException(PodFaults.name(pod) + " of homeostat itself runs on " + node
                        + ", and a taint with NoExecute would evict it");
            }
        }
    }

    private List<Node.Mapping> on(String node) throws IOException {
        List<Node.Mapping> pods = new ArrayList<>();
        for (Node each : server.call(Request.get("/api/v1/pods?fieldSelector=spec.nodeName%3D" + node))
                .sequence("items")) {
            if (each instanceof Node.Mapping pod) {
                pods.add(pod);
            }
        }
        return pods;
    }

    /** What a drain moves: not what a node has by itself, nor what would come back to it. */
    private List<Node.Mapping> evictable(String node) throws IOException {
        return on(node).stream()
                .filter(pod -> !PodFaults.isOver(pod)
                        && !PodFaults.isLeaving(pod)
                        && !pod.mapping("metadata").text("namespace", "").equals(namespace)
                        && pod.mapping("metadata").mapping("annotations").text("kubernetes.io/config.mirror") == null
                        && !isOfDaemonSet(pod))
                .toList();
    }

    private static boolean isMadeAgain(Node.Mapping pod) {
        for (Node each : pod.mapping("metadata").sequence("ownerReferences")) {
            if (each instanceof Node.Mapping owner && owner.flag("controller", false)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfDaemonSet(Node.Mapping pod) {
        for (Node each : pod.mapping("metadata").sequence("ownerReferences")) {
            if (each instanceof Node.Mapping owner && owner.text("kind", "").equals("DaemonSet")) {
                return true;
            }
        }
        return false;
    }

    private Node.Mapping node(String name) throws IOException {
        return server.call(Request.get(Undo.path(name)));
    }

    private class Cordoned implements Deed {
        final String node;
        final String mark;

        /** @throws IOException when somebody else has closed it */
        Cordoned(String node, String mark) throws IOException {
            this.node = node;
            this.mark = mark;
            var _ = NodeMarks.closed(node(node), mark);
        }

        @Override
        public List<Undo> undo() {
            return List.of(new Undo.Schedulable(node, mark));
        }

        @Override
        public void begin() throws IOException {
            NodeMarks.change(server, node, there -> NodeMarks.closed(there, mark));
        }

        @Override
        public @Nullable String look() throws IOException {
            return NodeMarks.isClosed(node(node)) ? node + " takes no more pods" : null;
        }
    }

    /** Evictions go on in the background: a budget may keep them waiting for as long as it likes. */
    private final class Drained extends Cordoned {
        private final String uid;
        private volatile boolean isOver;
        private final AtomicInteger evicted = new AtomicInteger();
        private volatile int waiting;

        /** @param uid of the instance that was named */
        Drained(String node, String mark, String uid) throws IOException {
            super(node, mark);
            this.uid = uid;
        }

        @Override
        public void begin() throws IOException {
            super.begin();
            String version = evictionVersion();
            Thread.ofVirtual().name("drain " + node).start(() -> {
                try {
                    while (!isOver) {
                        if (isStillOurs()) {
                            evict(version);
                        }
                        LockSupport.parkNanos(AGAIN_NANOS);
                    }
                } catch (IllegalStateException closed) {
                    // The agent has ended meanwhile: the one request that was about to be sent is not.
                    isOver = true;
                }
            });
        }

        /** Where somebody has let it go, nobody is to leave it any more. */
        private boolean isStillOurs() {
            try {
                return NodeMarks.isClosedBy(node(node), mark);
            } catch (IOException unknown) {
                return false;
            }
        }

        private void evict(String version) {
            int refused = 0;
            try {
                for (Node.Mapping pod : evictable(node)) {
                    boolean isFree = isMadeAgain(pod)
                            && !"off"
                                    .equals(pod.mapping("metadata")
                                            .mapping("labels")
                                            .text(PodFaults.LABEL, ""));
                    if (!isOver && isFree && evict(version, pod)) {
                        evicted.incrementAndGet();
                    } else {
                        refused++;
                    }
                }
            } catch (IOException later) {
                // It is asked again in a moment.
                refused++;
            }
            waiting = refused;
        }

        private boolean evict(String version, Node.Mapping pod) {
            Node.Mapping metadata = pod.mapping("metadata");
            String path = "/api/v1/namespaces/" + metadata.text("namespace", "") + "/pods/" + PodFaults.name(pod);
            Node.Mapping eviction = Node.Mapping.EMPTY
                    .with("apiVersion", version)
                    .with("kind", "Eviction")
                    .with(
                            "metadata",
                            Node.Mapping.EMPTY
                                    .with("name", PodFaults.name(pod))
                                    .with("namespace", metadata.text("namespace", "")))
                    .with(
                            "deleteOptions",
                            Node.Mapping.EMPTY.with(
                                    "preconditions", Node.Mapping.EMPTY.with("uid", PodFaults.uid(pod))));
            try {
                server.call(Request.post(path + "/eviction", eviction));
                return true;
            } catch (IOException notNow) {
                // A budget says no, or the pod is gone.
                return notNow instanceof ApiFailure failure && failure.isMissing();
            }
        }

        @Override
        public @Nullable String look() throws IOException {
            for (Node.Mapping pod : on(node)) {
                if (PodFaults.uid(pod).equals(uid) && !PodFaults.isOver(pod)) {
                    return null;
                }
            }
            return node + " takes no more pods, and " + evicted.get() + " were evicted"
                    + (waiting == 0 ? "" : "; " + waiting + " may not go yet");
        }

        @Override
        public void end() {
            isOver = true;
        }
    }

    /** Which version of it the API server takes. */
    private String evictionVersion() throws IOException {
        for (Node each : server.call(Request.get("/api/v1")).sequence("resources")) {
            if (each instanceof Node.Mapping resource
                    && resource.text("name", "").equals("pods/eviction")) {
                return resource.text("group", "policy") + "/" + resource.text("version", "v1");
            }
        }
        throw new IOException("this cluster cannot evict pods");
    }

    private final class Tainted implements Deed {
        private final String node;
        private final String mark;
        private final String effect;
        private final String value;

        /** @throws IOException when somebody else has written this taint */
        Tainted(String node, String mark, String effect, String holder) throws IOException {
            this.node = node;
            this.mark = mark;
            this.effect = effect;
            this.value = (holder.length() > 63 ? holder.substring(0, 63) : holder).replaceAll("[^A-Za-z0-9]+$", "");
            var _ = NodeMarks.tainted(node(node), mark, effect, value);
        }

        @Override
        public List<Undo> undo() {
            return List.of(new Undo.Untainted(node, NodeMarks.TAINT, mark));
        }

        @Override
        public void begin() throws IOException {
            NodeMarks.taint(server, node, mark, effect, value);
        }

        @Override
        public @Nullable String look() throws IOException {
            return NodeMarks.isTainted(node(node), effect)
                    ? node + " has the taint " + NodeMarks.TAINT + ":" + effect
                    : null;
        }
    }
}
