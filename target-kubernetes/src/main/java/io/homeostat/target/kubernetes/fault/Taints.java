package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The taints of a node: one list, which is written as a whole, and only as long as nobody else has written it. */
final class Taints {

    private static final int TRIES = 5;

    private Taints() {}

    static boolean has(ApiServer server, String node, String key) throws IOException {
        return server.call(Request.get(Undo.path(node))).mapping("spec").sequence("taints").stream()
                .anyMatch(each -> is(each, key));
    }

    static boolean has(ApiServer server, String node, String key, String effect) throws IOException {
        return server.call(Request.get(Undo.path(node))).mapping("spec").sequence("taints").stream()
                .anyMatch(each -> is(each, key)
                        && ((Node.Mapping) each).text("effect", "").equals(effect));
    }

    private static boolean is(Node taint, String key) {
        return taint instanceof Node.Mapping mapping && mapping.text("key", "").equals(key);
    }

    /** @param with in the place of the one with this key; null for none */
    static void change(ApiServer server, String node, String key, Node.@Nullable Mapping with) throws IOException {
        for (int left = TRIES; ; left--) {
            Node.Mapping there = server.call(Request.get(Undo.path(node)));
            List<Node> before = there.mapping("spec").sequence("taints");
            List<Node> after = new ArrayList<>(before);
            after.removeIf(each -> is(each, key));
            if (with != null) {
                after.add(with);
            }
            if (after.equals(before)) {
                return;
            }
            String version = there.mapping("metadata").text("resourceVersion", "");
            Node.Mapping patch = Node.Mapping.EMPTY
                    .with("metadata", Node.Mapping.EMPTY.with("resourceVersion", version))
                    .with("spec", Node.Mapping.EMPTY.with("taints", new Node.Sequence(after, Position.NONE)));
            try {
                server.call(Request.merge(Undo.path(node) + Undo.MANAGER, patch));
                return;
            } catch (ApiFailure refused) {
                if (!refused.isConflict() || left <= 1) {
                    throw refused;
                }
            }
        }
    }
}
