package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fields tell the elements of a list apart, so that the same element is found again wherever it stands. The same keys as
 * the {@code x-kubernetes-list-map-keys} of the built-in types; lists without any are compared by position.
 */
final class Elements {

    private static final List<List<String>> KEYS = List.of(
            List.of("name"),
            List.of("port", "protocol"),
            List.of("containerPort", "protocol"),
            List.of("port"),
            List.of("containerPort"),
            List.of("mountPath"),
            List.of("devicePath"),
            List.of("topologyKey", "whenUnsatisfiable"),
            List.of("uid"),
            List.of("ip"),
            List.of("key"),
            List.of("type"));

    private Elements() {}

    /** The fields that every element has and that tell them all apart; null when there are none. */
    static @Nullable List<String> keys(List<Node> elements) {
        for (List<String> keys : KEYS) {
            if (areDistinct(elements, keys)) {
                return keys;
            }
        }
        return null;
    }

    private static boolean areDistinct(List<Node> elements, List<String> keys) {
        Set<List<Node>> seen = new HashSet<>();
        for (Node element : elements) {
            List<Node> identity = identity(element, keys);
            if (identity == null || !seen.add(identity)) {
                return false;
            }
        }
        return !elements.isEmpty();
    }

    /** Elements by what tells them apart; those that lack it are left out. */
    static Map<List<Node>, Node> index(List<Node> elements, List<String> keys) {
        Map<List<Node>, Node> index = new LinkedHashMap<>();
        for (Node element : elements) {
            List<Node> identity = identity(element, keys);
            if (identity != null) {
                index.putIfAbsent(identity, element);
            }
        }
        return index;
    }

    static @Nullable List<Node> identity(Node element, List<String> keys) {
        if (!(element instanceof Node.Mapping mapping)) {
            return null;
        }
        List<Node> values = new ArrayList<>(keys.size());
        for (String key : keys) {
            Node value = mapping.get(key);
            if (value == null || value instanceof Node.Mapping || value instanceof Node.Sequence) {
                return null;
            }
            values.add(value);
        }
        return values;
    }
}
