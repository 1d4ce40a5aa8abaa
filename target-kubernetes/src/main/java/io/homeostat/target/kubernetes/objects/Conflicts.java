package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to do when fields belong to somebody else: an API server refuses to take them from their owner unasked.
 *
 * <p>What we had applied before and somebody changed since is drift, and is taken back. What a controller is to have is left to
 * it. Anything else is for a person to decide.
 */
public final class Conflicts {

    private static final Pattern OWNER = Pattern.compile("conflict with \"([^\"]*)\"");

    /** @param field as the API server writes it: {@code .spec.template.spec.containers[name="web"].image} */
    public record Conflict(String manager, String field) {}

    public sealed interface Answer {
        /** All of it was ours: it is taken back. */
        record TakeBack() implements Answer {}

        /** Without these fields. */
        record LeaveOut(List<String> fields) implements Answer {}

        /** @param reason one sentence: whose it is, and what can be done */
        record Refuse(String reason) implements Answer {}
    }

    private Conflicts() {}

    public static List<Conflict> of(ApiFailure failure) {
        List<Conflict> conflicts = new ArrayList<>();
        for (ApiFailure.Cause cause : failure.causes()) {
            Matcher owner = OWNER.matcher(cause.message());
            if (cause.reason().equals("FieldManagerConflict") && owner.find()) {
                conflicts.add(new Conflict(owner.group(1), cause.field()));
            }
        }
        return conflicts;
    }

    /** @param before what we had applied of the object; an empty mapping when nothing */
    public static Answer decide(List<Conflict> conflicts, Node.Mapping before, Node.Mapping desired) {
        Exceptions exceptions = Exceptions.of(desired);
        List<String> theirs = new ArrayList<>();
        List<Conflict> foreign = new ArrayList<>();
        Set<String> ours = paths(before);
        for (Conflict conflict : conflicts) {
            if (exceptions.isTheirs(conflict.manager())) {
                theirs.add(conflict.field());
            } else if (!ours.contains(conflict.field())) {
                foreign.add(conflict);
            }
        }
        if (!foreign.isEmpty()) {
            return new Answer.Refuse(words(foreign));
        }
        return theirs.isEmpty() ? new Answer.TakeBack() : new Answer.LeaveOut(theirs);
    }

    private static String words(List<Conflict> foreign) {
        List<String> owned = foreign.stream()
                .map(conflict -> conflict.field().substring(1) + " belongs to '" + conflict.manager() + "'")
                .distinct()
                .toList();
        return String.join(", ", owned) + "; leave it out of Git, or annotate the object " + Annotations.CONFLICTS
                + ": force to take it over";
    }

    /** Every path of a document, in the API server's way of writing them. */
    static Set<String> paths(Node.Mapping document) {
        Set<String> paths = new HashSet<>();
        collect("", document, paths);
        return paths;
    }

    private static void collect(String path, Node node, Set<String> into) {
        into.add(path);
        if (node instanceof Node.Mapping mapping) {
            mapping.fields().forEach((name, field) -> collect(path + "." + name, field.value(), into));
        } else if (node instanceof Node.Sequence sequence) {
            List<String> keys = Elements.keys(sequence.elements());
            for (Node element : sequence.elements()) {
                if (keys != null && element instanceof Node.Mapping mapping) {
                    collect(path + selector(mapping, keys), mapping, into);
                } else {
                    into.add(path + "[=" + quoted(element) + "]");
                }
            }
        }
    }

    private static String selector(Node.Mapping element, List<String> keys) {
        List<String> parts = new ArrayList<>();
        keys.stream().sorted().forEach(key -> {
            Node value = element.get(key);
            parts.add(key + "=" + (value == null ? "" : quoted(value)));
        });
        return "[" + String.join(",", parts) + "]";
    }

    private static String quoted(Node node) {
        return node instanceof Node.Text text ? "\"" + text.value() + "\"" : node.toString();
    }

    /** A document without some of its fields. */
    public static Node.Mapping without(Node.Mapping document, Set<String> fields) {
        return (Node.Mapping) prune("", document, fields);
    }

    private static Node prune(String path, Node node, Set<String> fields) {
        return switch (node) {
            case Node.Mapping mapping -> {
                Node.Mapping pruned = mapping;
                for (String name : mapping.fields().keySet()) {
                    String below = path + "." + name;
                    Node value = mapping.get(name);
                    if (fields.contains(below)) {
                        pruned = pruned.without(name);
                    } else if (value != null) {
                        Node changed = prune(below, value, fields);
                        pruned = changed.equals(value) ? pruned : pruned.with(name, changed);
                    }
                }
                yield pruned;
            }
            case Node.Sequence sequence -> {
                List<String> keys = Elements.keys(sequence.elements());
                List<Node> elements = new ArrayList<>();
                for (Node element : sequence.elements()) {
                    elements.add(
                            keys != null && element instanceof Node.Mapping mapping
                                    ? prune(path + selector(mapping, keys), mapping, fields)
                                    : element);
                }
                yield new Node.Sequence(elements, sequence.at());
            }
            default -> node;
        };
    }
}
