package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of fields that were applied and are not declared any more, such as a {@code readinessProbe} or the {@code emptyDir} of a
 * volume that becomes another kind of volume. When one leaves, server-side apply takes away what we had said of it and keeps what
 * belongs to nobody: what the API server had filled in, or the empty block. Some of that it then refuses as invalid, at least up to
 * Kubernetes 1.20. A strategic merge patch can say that the whole block goes.
 */
public final class Leaving {

    private Leaving() {}

    /**
     * The patch that brings what is declared and takes away, in one step, the blocks that only we had.
     *
     * @param live the object with its managed fields
     * @param body what was refused
     * @param manager under whose name we apply
     * @return null when no block leaves
     */
    public static Node.@Nullable Mapping patch(Node.Mapping live, Node.Mapping body, String manager) {
        Node.Mapping patch = without(live, body, Owners.of(live), List.of(manager));
        return patch.equals(body) ? null : patch;
    }

    private static Node.Mapping without(Node.Mapping live, Node.Mapping declared, Owners owners, List<String> us) {
        Node.Mapping patch = declared;
        for (Map.Entry<String, Node.Field> entry : live.fields().entrySet()) {
            String name = entry.getKey();
            Node there = entry.getValue().value();
            Node ours = declared.get(name);
            Owners here = owners.field(name);
            if (ours == null && there instanceof Node.Mapping block && isOurs(block, here.managers(), us)) {
                patch = patch.with(name, new Node.Null(Position.NONE));
            } else if (there instanceof Node.Mapping below && ours instanceof Node.Mapping mapping) {
                patch = patch.with(name, without(below, mapping, here, us));
            } else if (there instanceof Node.Sequence below && ours instanceof Node.Sequence sequence) {
                patch = patch.with(name, without(below, sequence, here, us));
            }
        }
        return patch;
    }

    /** Nobody is said to own a block without fields, even if somebody applied it; a default of that kind comes back by itself. */
    private static boolean isOurs(Node.Mapping block, List<String> owners, List<String> us) {
        return owners.equals(us) || (owners.isEmpty() && block.isEmpty());
    }

    private static Node.Sequence without(Node.Sequence live, Node.Sequence declared, Owners owners, List<String> us) {
        List<String> keys = Elements.keys(live.elements());
        if (keys == null) {
            return declared;
        }
        Map<List<Node>, Node> index = Elements.index(live.elements(), keys);
        List<Node> elements = new ArrayList<>();
        for (Node element : declared.elements()) {
            List<Node> identity = Elements.identity(element, keys);
            Node known = identity == null ? null : index.get(identity);
            elements.add(
                    element instanceof Node.Mapping ours && known instanceof Node.Mapping there
                            ? without(there, ours, owners.element(there, keys), us)
                            : element);
        }
        return new Node.Sequence(elements, declared.at());
    }
}
