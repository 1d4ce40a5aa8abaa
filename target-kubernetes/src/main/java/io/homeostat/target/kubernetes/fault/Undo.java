package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The way back of one thing that was done, as it stands in the cluster before it is done. It may be gone any number of times, by
 * anybody, and takes away nothing but what was done: what somebody else has changed since stays.
 */
public sealed interface Undo {

    /**
     * Another number of instances.
     *
     * @param path of the workload
     * @param injected what was written; where another number stands now, it is left alone
     * @param before what stood there
     */
    record Replicas(String path, int injected, int before) implements Undo {}

    /**
     * A node takes pods again, unless another fault keeps it closed.
     *
     * @param mark of the fault, as {@link NodeMarks} has it
     */
    record Schedulable(String node, String mark) implements Undo {}

    /**
     * A node without a taint of ours, unless another fault keeps it.
     *
     * @param mark of the fault, as {@link NodeMarks} has it
     */
    record Untainted(String node, String key, String mark) implements Undo {}

    /** An object of Chaos Mesh is taken away once all of it has recovered. */
    record Recovered(String path) implements Undo {}

    default Node.Mapping written() {
        return switch (this) {
            case Replicas replicas ->
                Node.Mapping.EMPTY
                        .with("what", "replicas")
                        .with("path", replicas.path)
                        .with("injected", replicas.injected)
                        .with("before", replicas.before);
            case Schedulable schedulable ->
                Node.Mapping.EMPTY
                        .with("what", "schedulable")
                        .with("node", schedulable.node)
                        .with("mark", schedulable.mark);
            case Untainted untainted ->
                Node.Mapping.EMPTY
                        .with("what", "untainted")
                        .with("node", untainted.node)
                        .with("key", untainted.key)
                        .with("mark", untainted.mark);
            case Recovered recovered ->
                Node.Mapping.EMPTY.with("what", "recovered").with("path", recovered.path);
        };
    }

    /** @return null for what a newer version has written down */
    static @Nullable Undo of(Node.Mapping node) {
        return switch (node.text("what", "")) {
            case "replicas" ->
                new Replicas(node.text("path", ""), node.integer("injected", 0), node.integer("before", 1));
            case "schedulable" -> new Schedulable(node.text("node", ""), node.text("mark", ""));
            case "untainted" -> new Untainted(node.text("node", ""), node.text("key", ""), node.text("mark", ""));
            case "recovered" -> new Recovered(node.text("path", ""));
            default -> null;
        };
    }

    /** Done; an object that is gone has nothing left to be undone. */
    default void undo(ApiServer server) throws IOException {
        try {
            switch (this) {
                case Replicas replicas -> {
                    String scale = replicas.path + "/scale";
                    int now = server.call(Request.get(scale)).mapping("spec").integer("replicas", 0);
                    if (now == replicas.injected) {
                        Node.Mapping spec = Node.Mapping.EMPTY.with("replicas", replicas.before);
                        server.call(Request.merge(scale + MANAGER, Node.Mapping.EMPTY.with("spec", spec)));
                    }
                }
                case Schedulable closed ->
                    NodeMarks.change(server, closed.node, node -> NodeMarks.opened(node, closed.mark));
                case Untainted tainted -> NodeMarks.untaint(server, tainted.node, tainted.key, tainted.mark);
                case Recovered recovered -> recover(server, recovered.path);
            }
        } catch (ApiFailure refused) {
            if (!refused.isMissing()) {
                throw refused;
            }
        }
    }

    /** Ends when the object is gone: its finalizer lets it go when everything is taken back. */
    private static void recover(ApiServer server, String path) throws IOException {
        for (long pause = 50; pause < 1000; pause *= 2) {
            Node.Mapping there = server.call(Request.get(path));
            Node.Mapping metadata = there.mapping("metadata");
            boolean isPaused = metadata.mapping("annotations").text(PAUSE, "").equals("true");
            if (!isPaused) {
                Node.Mapping annotations = Node.Mapping.EMPTY.with(PAUSE, "true");
                server.call(Request.merge(
                        path + MANAGER,
                        Node.Mapping.EMPTY.with("metadata", Node.Mapping.EMPTY.with("annotations", annotations))));
            } else if (is("AllRecovered", there) && metadata.text("deletionTimestamp") == null) {
                server.call(Request.delete(path, Node.Mapping.EMPTY));
            }
            LockSupport.parkNanos(pause * 1_000_000);
        }
        throw new IOException("Chaos Mesh has not taken back " + path + " yet");
    }

    /** Whether an object of Chaos Mesh has this condition. */
    static boolean is(String condition, Node.Mapping object) {
        for (Node each : object.mapping("status").sequence("conditions")) {
            if (each instanceof Node.Mapping one && one.text("type", "").equals(condition)) {
                return one.text("status", "").equals("True");
            }
        }
        return false;
    }

    /** By this annotation Chaos Mesh takes back what an object has done. */
    String PAUSE = "experiment.chaos-mesh.org/pause";

    /** By this name the cluster knows who wrote a fault, and took it back. */
    String MANAGER = "?fieldManager=homeostat-fault";

    static String path(String node) {
        return "/api/v1/nodes/" + node;
    }
}
