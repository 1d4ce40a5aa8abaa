package io.homeostat.converge;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two trees, field by field.
 *
 * <p>Lists whose elements all have a distinct {@code name} (containers, ports, volumes, variables) are compared by name, so
 * that inserting one is one change and not a change of everything behind it; other lists are compared by index.
 */
public final class Diff {

    private Diff() {}

    /** What turns {@code before} into {@code after}; none when they are equal. */
    public static List<Change> between(Node.Mapping before, Node.Mapping after) {
        List<Change> changes = new ArrayList<>();
        mappings("", before, after, changes);
        return changes;
    }

    private static void nodes(String path, @Nullable Node before, @Nullable Node after, List<Change> into) {
        if (before == null || after == null) {
            into.add(new Change(path, before, after));
        } else if (before.equals(after)) {
            return;
        } else if (before instanceof Node.Mapping left && after instanceof Node.Mapping right) {
            mappings(path, left, right, into);
        } else if (before instanceof Node.Sequence left && after instanceof Node.Sequence right) {
            sequences(path, left, right, into);
        } else {
            into.add(new Change(path, before, after));
        }
    }

    private static void mappings(String path, Node.Mapping before, Node.Mapping after, List<Change> into) {
        Set<String> keys = new LinkedHashSet<>(before.fields().keySet());
        keys.addAll(after.fields().keySet());
        for (String key : keys) {
            nodes(child(path, key), before.get(key), after.get(key), into);
        }
    }

    private static void sequences(String path, Node.Sequence before, Node.Sequence after, List<Change> into) {
        Map<String, Node> left = byName(before.elements());
        Map<String, Node> right = byName(after.elements());
        if (left != null && right != null) {
            Set<String> names = new LinkedHashSet<>(left.keySet());
            names.addAll(right.keySet());
            int changesBefore = into.size();
            for (String name : names) {
                nodes(path + "[" + name + "]", left.get(name), right.get(name), into);
            }
            if (into.size() == changesBefore) {
                into.add(new Change(path + " (order)", before, after));
            }
            return;
        }
        int length = Math.max(before.elements().size(), after.elements().size());
        for (int i = 0; i < length; i++) {
            nodes(path + "[" + i + "]", element(before, i), element(after, i), into);
        }
    }

    private static @Nullable Node element(Node.Sequence sequence, int index) {
        return index < sequence.elements().size() ? sequence.elements().get(index) : null;
    }

    private static @Nullable Map<String, Node> byName(List<Node> elements) {
        Map<String, Node> named = new LinkedHashMap<>();
        for (Node element : elements) {
            String name = element instanceof Node.Mapping mapping ? mapping.text("name") : null;
            if (name == null || named.put(name, element) != null) {
                return null;
            }
        }
        return named;
    }

    private static String child(String path, String key) {
        String shown = key.indexOf('.') >= 0 || key.indexOf('/') >= 0 ? "\"" + key + "\"" : key;
        return path.isEmpty() ? shown : path + "." + shown;
    }
}
