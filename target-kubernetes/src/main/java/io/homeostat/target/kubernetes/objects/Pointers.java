package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** JSON pointers (RFC 6901) into a tree. */
final class Pointers {

    private Pointers() {}

    /** A document without what stands at these places. */
    static Node.Mapping without(Node.Mapping document, Collection<String> pointers) {
        Node.Mapping pruned = document;
        for (String pointer : pointers) {
            if (pointer.startsWith("/")
                    && prune(pruned, List.of(pointer.substring(1).split("/", -1))) instanceof Node.Mapping mapping) {
                pruned = mapping;
            }
        }
        return pruned;
    }

    private static Node prune(Node node, List<String> path) {
        String step = path.getFirst().replace("~1", "/").replace("~0", "~");
        List<String> rest = path.subList(1, path.size());
        if (node instanceof Node.Mapping mapping) {
            Node below = mapping.get(step);
            if (below == null) {
                return mapping;
            }
            return rest.isEmpty() ? mapping.without(step) : mapping.with(step, prune(below, rest));
        }
        if (node instanceof Node.Sequence sequence && step.matches("[0-9]{1,6}") && !rest.isEmpty()) {
            int index = Integer.parseInt(step);
            List<Node> elements = new ArrayList<>(sequence.elements());
            if (index < elements.size()) {
                elements.set(index, prune(elements.get(index), rest));
            }
            return new Node.Sequence(elements, sequence.at());
        }
        // One element alone cannot be left out of a list whose order matters.
        return node;
    }
}
