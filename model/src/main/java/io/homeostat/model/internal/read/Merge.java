package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.List;
import java.util.Map;

/** The merge key {@code <<}: fields of other mappings, where a field of one's own wins. */
final class Merge {

    private Merge() {}

    static void into(Map<String, Node.Field> fields, Node.Field merged, List<Problem> problems) {
        switch (merged.value()) {
            case Node.Mapping mapping -> mapping.fields().forEach(fields::putIfAbsent);
            case Node.Sequence sequence
            when sequence.elements().stream().allMatch(Node.Mapping.class::isInstance) -> {
                for (Node element : sequence.elements()) {
                    ((Node.Mapping) element).fields().forEach(fields::putIfAbsent);
                }
            }
            default ->
                problems.add(Problem.error(merged.keyAt(), "wrong-type", "'<<' can only merge mappings")
                        .expecting("an alias of a mapping, or a list of such aliases"));
        }
    }

    /** kubectl lets a later merge win over an earlier key, others do not: whoever writes that gets told. */
    static void checkOrder(Map<String, Node.Field> before, Node merged, Position at, List<Problem> problems) {
        if (!(merged instanceof Node.Mapping mapping)) {
            return;
        }
        for (String key : mapping.fields().keySet()) {
            Node.Field own = before.get(key);
            if (own != null && !own.value().equals(mapping.get(key))) {
                problems.add(Problem.error(
                                at,
                                "ambiguous-merge",
                                "'<<' would change '" + key
                                        + "' written before it; not every reader of YAML agrees which" + " one counts")
                        .suggesting("move '<<' to the top of the mapping"));
                return;
            }
        }
    }
}
