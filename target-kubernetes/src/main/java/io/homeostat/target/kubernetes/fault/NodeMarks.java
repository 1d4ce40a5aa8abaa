package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which faults keep a node closed or tainted stands on the node itself: an annotation for each, written with what it is about, and
 * only as long as nobody else has written the node meanwhile. So the last one that ends takes it away, and what somebody else has
 * done before the first of them stays.
 */
final class NodeMarks {

    /** Key of the taint. */
    static final String TAINT = "homeostat.io/chaos";

    private static final String CLOSED = "cordon.homeostat.io/";
    private static final String TAINTED = "taint.homeostat.io/";
    private static final int TRIES = 10;

    /** The taint that the cluster's own controller gives a node which is closed. */
    private static final String CLOSING = "node.kubernetes.io/unschedulable";

    private static final int LOOKS = 40;
    private static final long LOOK_NANOS = 50_000_000;

    private NodeMarks() {}

    /** What is to be written over a node as it is now. */
    interface Change {
        /** @return null when all is as it should be */
        Node.@Nullable Mapping of(Node.Mapping node) throws IOException;
    }

    static void change(ApiServer server, String node, Change change) throws IOException {
        for (int left = TRIES; ; left--) {
            Node.Mapping there = server.call(Request.get(Undo.path(node)));
            Node.Mapping patch = change.of(there);
            if (patch == null) {
                return;
            }
            String version = there.mapping("metadata").text("resourceVersion", "");
            Node.Mapping metadata = patch.mapping("metadata").with("resourceVersion", version);
            try {
                server.call(Request.merge(Undo.path(node) + Undo.MANAGER, patch.with("metadata", metadata)));
                return;
            } catch (ApiFailure refused) {
                if (!refused.isConflict() || left <= 1) {
                    throw refused;
                }
            }
        }
    }

    static boolean isClosed(Node.Mapping node) {
        return node.mapping("spec").flag("unschedulable", false);
    }

    static boolean isClosedBy(Node.Mapping node, String mark) {
        return isClosed(node) && marks(node, CLOSED).contains(mark);
    }

    /** @throws IOException when somebody else has closed it */
    static Node.@Nullable Mapping closed(Node.Mapping node, String mark) throws IOException {
        Set<String> marks = marks(node, CLOSED);
        if (isClosed(node) && marks.isEmpty()) {
            throw new IOException(name(node) + " is cordoned already, by somebody else");
        }
        if (isClosedBy(node, mark)) {
            return null;
        }
        return annotation(CLOSED + mark, Node.Text.of(""))
                .with("spec", Node.Mapping.EMPTY.with("unschedulable", Node.Bool.of(true)));
    }

    /** @param mark empty for a fault of a version that left none */
    static Node.@Nullable Mapping opened(Node.Mapping node, String mark) {
        Set<String> others = marks(node, CLOSED);
        boolean isMarked = others.remove(mark);
        if (!isMarked && !(mark.isEmpty() && others.isEmpty() && isClosed(node))) {
            return null;
        }
        Node.Mapping patch = isMarked ? annotation(CLOSED + mark, nothing()) : Node.Mapping.EMPTY;
        return others.isEmpty() && isClosed(node)
                ? patch.with("spec", Node.Mapping.EMPTY.with("unschedulable", nothing()))
                : patch;
    }

    static boolean isTainted(Node.Mapping node, String effect) {
        return node.mapping("spec").sequence("taints").stream().anyMatch(each -> is(each, TAINT, effect));
    }

    /**
     * @param value of the taint, for people
     * @throws IOException when somebody else has written this taint
     */
    static Node.@Nullable Mapping tainted(Node.Mapping node, String mark, String effect, String value)
            throws IOException {
        boolean isThere = isTainted(node, effect);
        if (isThere && effects(node, "").stream().noneMatch(effect::equals)) {
            throw new IOException(name(node) + " has the taint " + TAINT + ":" + effect + " already, by somebody else");
        }
        String marked = node.mapping("metadata").mapping("annotations").text(TAINTED + mark, "");
        if (isThere && marked.equals(effect)) {
            return null;
        }
        Node.Mapping patch = annotation(TAINTED + mark, Node.Text.of(effect));
        if (isThere) {
            return patch;
        }
        List<Node> taints = new ArrayList<>(node.mapping("spec").sequence("taints"));
        taints.add(Node.Mapping.EMPTY.with("key", TAINT).with("value", value).with("effect", effect));
        return patch.with("spec", taints(taints));
    }

    /**
     * @param key of the taint
     * @param mark empty for a fault of a version that left none
     */
    static Node.@Nullable Mapping untainted(Node.Mapping node, String key, String mark) {
        String marked = node.mapping("metadata").mapping("annotations").text(TAINTED + mark, "");
        if (key.isEmpty() || (marked.isEmpty() && !mark.isEmpty())) {
            return null;
        }
        Set<String> kept = effects(node, mark);
        List<Node> before = node.mapping("spec").sequence("taints");
        List<Node> after = new ArrayList<>(before);
        after.removeIf(each -> {
            String effect = each instanceof Node.Mapping taint ? taint.text("effect", "") : "";
            return is(each, key, effect) && !kept.contains(effect) && (mark.isEmpty() || effect.equals(marked));
        });
        return after.equals(before) ? null : Node.Mapping.EMPTY.with("spec", taints(after));
    }

    private static Node.@Nullable Mapping unmarked(Node.Mapping node, String mark) {
        return !mark.isEmpty() && marks(node, TAINTED).contains(mark) ? annotation(TAINTED + mark, nothing()) : null;
    }

    /**
     * Takes a taint away and sees that it stays away. When a node was opened, the cluster's own controller writes all of its taints
     * anew, and some versions of it do not look whether somebody else has done so meanwhile. What that brings back is taken away
     * again; the mark goes last.
     *
     * @param key of the taint
     * @param mark empty for a fault of a version that left none
     * @throws IOException also while the controller has not come to it
     */
    static void untaint(ApiServer server, String node, String key, String mark) throws IOException {
        for (int left = LOOKS; left > 0; left--) {
            change(server, node, there -> untainted(there, key, mark));
            Node.Mapping there = server.call(Request.get(Undo.path(node)));
            if (!isBeingOpened(there) && untainted(there, key, mark) == null) {
                change(server, node, now -> unmarked(now, mark));
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new IOException("the cluster is still writing the taints of " + node);
    }

    /** Gives a node a taint and sees that it is not lost again, in the same way, when the node was closed just before. */
    static void taint(ApiServer server, String node, String mark, String effect, String value) throws IOException {
        for (int left = LOOKS; left > 0; left--) {
            change(server, node, there -> tainted(there, mark, effect, value));
            Node.Mapping there = server.call(Request.get(Undo.path(node)));
            if (isTainted(there, effect) && !isBeingClosed(there)) {
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static boolean isBeingClosed(Node.Mapping node) {
        return isClosed(node)
                && node.mapping("spec").sequence("taints").stream().noneMatch(each -> is(each, CLOSING, "NoSchedule"));
    }

    private static boolean isBeingOpened(Node.Mapping node) {
        return !isClosed(node)
                && node.mapping("spec").sequence("taints").stream().anyMatch(each -> is(each, CLOSING, "NoSchedule"));
    }

    private static Node.Mapping taints(List<Node> taints) {
        return Node.Mapping.EMPTY.with("taints", new Node.Sequence(taints, Position.NONE));
    }

    private static boolean is(Node taint, String key, String effect) {
        return taint instanceof Node.Mapping mapping
                && mapping.text("key", "").equals(key)
                && mapping.text("effect", "").equals(effect);
    }

    /** Which taints faults other than this one want. */
    private static Set<String> effects(Node.Mapping node, String except) {
        Set<String> effects = new HashSet<>();
        Node.Mapping annotations = node.mapping("metadata").mapping("annotations");
        for (String mark : marks(node, TAINTED)) {
            if (!mark.equals(except)) {
                effects.add(annotations.text(TAINTED + mark, ""));
            }
        }
        return effects;
    }

    private static Set<String> marks(Node.Mapping node, String prefix) {
        Set<String> marks = new HashSet<>();
        node.mapping("metadata").mapping("annotations").fields().keySet().forEach(name -> {
            if (name.startsWith(prefix)) {
                marks.add(name.substring(prefix.length()));
            }
        });
        return marks;
    }

    private static Node.Mapping annotation(String name, Node value) {
        Node.Mapping annotations = Node.Mapping.EMPTY.with(name, value);
        return Node.Mapping.EMPTY.with("metadata", Node.Mapping.EMPTY.with("annotations", annotations));
    }

    private static Node nothing() {
        return new Node.Null(Position.NONE);
    }

    private static String name(Node.Mapping node) {
        return node.mapping("metadata").text("name", "");
    }
}
