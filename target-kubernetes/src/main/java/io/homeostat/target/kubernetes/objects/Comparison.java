package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A live object as the planner is to see it: exactly what was applied where nobody touched it, what is there now where somebody
 * did.
 *
 * <p>Three versions meet here: what was applied, what the cluster made of that at once ({@code 1000m} became {@code 1}, a webhook
 * added a line), and what is there now. Only a difference between the last two is somebody's doing. It is no drift where the
 * object says so ({@link Exceptions}), or where the owner is a controller of the cluster itself, as for the replicas that a
 * HorizontalPodAutoscaler sets.
 */
public final class Comparison {

    /**
     * @param content what the planner sees
     * @param writers who owns what differs now, by JSON pointer into what was applied; empty when nothing differs
     * @param left JSON pointers into what was applied where a difference is no drift, and is not to be written over
     */
    public record Seen(Node.Mapping content, Map<String, List<String>> writers, List<String> left) {}

    private final Exceptions exceptions;
    private final Node.Mapping live;
    private final Map<String, List<String>> writers = new TreeMap<>();
    private final List<String> left = new ArrayList<>();

    private Comparison(Exceptions exceptions, Node.Mapping live) {
        this.exceptions = exceptions;
        this.live = live;
    }

    /** @param live the whole object, {@code managedFields} included */
    public static Seen of(Applied applied, Node.Mapping live) {
        return of(applied, live, List.of());
    }

    /** @param held JSON pointers to what somebody holds for now: no drift is found there */
    public static Seen of(Applied applied, Node.Mapping live, List<String> held) {
        Node.Mapping now = Projection.of(applied.content(), live);
        if (now.equals(applied.expected())) {
            return new Seen(applied.content(), Map.of(), List.of());
        }
        Comparison comparison = new Comparison(Exceptions.of(applied.content()).with(held), live);
        Node content = comparison.node("", applied.content(), applied.expected(), now, Owners.of(live));
        return new Seen(
                content instanceof Node.Mapping mapping ? mapping : now,
                Map.copyOf(comparison.writers),
                List.copyOf(comparison.left));
    }

    private @Nullable Node node(
            String pointer, @Nullable Node applied, @Nullable Node expected, @Nullable Node now, Owners owners) {
        if (now != null && now.equals(expected)) {
            return applied;
        }
        if (exceptions.ignores(pointer, owners)) {
            left.add(pointer);
            return applied;
        }
        if (applied instanceof Node.Mapping a && expected instanceof Node.Mapping e && now instanceof Node.Mapping n) {
            return mapping(pointer, a, e, n, owners);
        }
        if (applied instanceof Node.Sequence a
                && expected instanceof Node.Sequence e
                && now instanceof Node.Sequence n
                && a.elements().size() == e.elements().size()
                && a.elements().size() == n.elements().size()) {
            return sequence(pointer, a.elements(), e.elements(), n.elements(), owners);
        }
        if (exceptions.allows(pointer, applied, now, live)) {
            left.add(pointer);
            return applied;
        }
        writers.put(pointer, owners.managers());
        return now;
    }

    private Node mapping(String pointer, Node.Mapping applied, Node.Mapping expected, Node.Mapping now, Owners owners) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        applied.fields().forEach((name, field) -> {
            Node seen = node(
                    pointer + "/" + escaped(name),
                    field.value(),
                    expected.get(name),
                    now.get(name),
                    owners.field(name));
            if (seen != null) {
                fields.put(name, new Node.Field(Position.NONE, seen));
            }
        });
        return new Node.Mapping(fields, Position.NONE);
    }

    private Node sequence(String pointer, List<Node> applied, List<Node> expected, List<Node> now, Owners owners) {
        List<String> keys = Elements.keys(applied);
        List<Node> elements = new ArrayList<>();
        for (int i = 0; i < applied.size(); i++) {
            // Without keys the list is owned as a whole, and so is each of its elements.
            Owners below = keys != null && applied.get(i) instanceof Node.Mapping element
                    ? owners.element(element, keys)
                    : owners;
            Node seen = node(pointer + "/" + i, applied.get(i), expected.get(i), now.get(i), below);
            if (seen != null) {
                elements.add(seen);
            }
        }
        return new Node.Sequence(elements, Position.NONE);
    }

    /** As RFC 6901 writes a name in a pointer. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
