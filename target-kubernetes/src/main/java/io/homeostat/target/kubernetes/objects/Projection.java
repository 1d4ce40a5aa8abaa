package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of an object that we applied: a live object, cut down to the fields of what was applied. What the cluster or anybody
 * else added beside them (defaults, status, a sidecar) is none of our business.
 */
public final class Projection {

    private Projection() {}

    /** Equal to {@code applied} when nobody touched anything of it. */
    public static Node.Mapping of(Node.Mapping applied, Node.Mapping live) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        applied.fields().forEach((name, field) -> {
            Node found = live.get(name);
            if (found != null) {
                fields.put(name, new Node.Field(Position.NONE, node(field.value(), found)));
            } else if (isEmpty(field.value())) {
                // An empty mapping or list is not stored; its absence is what was asked for.
                fields.put(name, field);
            }
        });
        return new Node.Mapping(fields, Position.NONE);
    }

    private static boolean isEmpty(Node node) {
        return (node instanceof Node.Mapping mapping && mapping.isEmpty())
                || (node instanceof Node.Sequence sequence
                        && sequence.elements().isEmpty());
    }

    private static Node node(Node applied, Node live) {
        if (applied instanceof Node.Hidden && live instanceof Node.Text text) {
            return new Node.Hidden(text.value(), Position.NONE);
        }
        if (applied instanceof Node.Mapping mapping && live instanceof Node.Mapping found) {
            return of(mapping, found);
        }
        if (applied instanceof Node.Sequence sequence && live instanceof Node.Sequence found) {
            return new Node.Sequence(elements(sequence.elements(), found.elements()), Position.NONE);
        }
        return live;
    }

    private static List<Node> elements(List<Node> applied, List<Node> live) {
        List<String> keys = Elements.keys(applied);
        List<Node> elements = new ArrayList<>();
        if (keys != null) {
            Map<List<Node>, Node> found = Elements.index(live, keys);
            for (Node element : applied) {
                Node same = found.get(Elements.identity(element, keys));
                if (same != null) {
                    elements.add(node(element, same));
                }
            }
            return elements;
        }
        for (int i = 0; i < live.size(); i++) {
            elements.add(i < applied.size() ? node(applied.get(i), live.get(i)) : shown(applied, live.get(i)));
        }
        return elements;
    }

    /** What stands behind the last element that we applied is as secret as that one. */
    private static Node shown(List<Node> applied, Node extra) {
        Node last = applied.isEmpty() ? null : applied.getLast();
        return last instanceof Node.Hidden && extra instanceof Node.Text text
                ? new Node.Hidden(text.value(), Position.NONE)
                : extra;
    }

    /** What was made of {@code applied}, or null when it was taken as it is. */
    static Node.@Nullable Mapping settled(Node.Mapping applied, Node.Mapping answered) {
        Node.Mapping projected = of(applied, answered);
        return projected.equals(applied) ? null : projected;
    }
}
