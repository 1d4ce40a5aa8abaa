package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The environment variables that a container declares, with what they took from ConfigMaps and Secrets; in the order in which
 * they are set, so that a later one wins.
 *
 * <p>They are taken once for each version: an instance of the old version that is started again sees what it saw before.
 */
public record Variables(List<Variable> all) {

    public Variables {
        all = List.copyOf(all);
    }

    public sealed interface Variable {
        String name();

        /** Taken as it is. */
        record Fixed(String name, String value) implements Variable {}

        /** {@code $(OTHER)} in it is expanded when the program starts. */
        record Expanded(String name, String text) implements Variable {}

        /** A field of the instance itself, such as {@code metadata.name}. */
        record FieldOf(String name, String path) implements Variable {}
    }

    /** Replaces {@code $(NAME)} by what is known; leaves the unknown as written; {@code $$} stands for {@code $}. */
    public static String expand(String text, Map<String, String> known) {
        int dollar = text.indexOf('$');
        if (dollar < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 32);
        int from = 0;
        while (dollar >= 0 && dollar + 1 < text.length()) {
            out.append(text, from, dollar);
            char next = text.charAt(dollar + 1);
            int close = next == '(' ? text.indexOf(')', dollar + 2) : -1;
            if (next == '$') {
                out.append('$');
                from = dollar + 2;
            } else if (close >= 0) {
                String name = text.substring(dollar + 2, close);
                String value = known.get(name);
                out.append(value == null ? "$(" + name + ")" : value);
                from = close + 1;
            } else {
                out.append('$');
                from = dollar + 1;
            }
            dollar = text.indexOf('$', from);
        }
        return out.append(text, from, text.length()).toString();
    }

    Node asNode() {
        List<Node> nodes = new ArrayList<>();
        for (Variable variable : all) {
            Node.Mapping node = Node.Mapping.EMPTY.with("name", variable.name());
            nodes.add(
                    switch (variable) {
                        case Variable.Fixed fixed -> node.with("value", new Node.Hidden(fixed.value(), Position.NONE));
                        case Variable.Expanded expanded -> node.with("text", expanded.text());
                        case Variable.FieldOf field -> node.with("field", field.path());
                    });
        }
        return new Node.Sequence(nodes, Position.NONE);
    }

    static Variables from(List<Node> nodes) {
        List<Variable> all = new ArrayList<>();
        for (Node node : nodes) {
            if (node instanceof Node.Mapping mapping) {
                String name = mapping.text("name", "");
                String text = mapping.text("text");
                String field = mapping.text("field");
                all.add(
                        text != null
                                ? new Variable.Expanded(name, text)
                                : field != null
                                        ? new Variable.FieldOf(name, field)
                                        : new Variable.Fixed(name, mapping.text("value", "")));
            }
        }
        return new Variables(all);
    }
}
