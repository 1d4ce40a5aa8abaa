package io.homeostat.chaos.toolkit;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configuration and secrets of a file, put in the place of {@code ${name}}. */
final class Variables {

    private static final Pattern NAME = Pattern.compile("\\$(\\$|[A-Za-z_][A-Za-z0-9_]*|\\{[A-Za-z_][A-Za-z0-9_]*})");

    /** What is shorter says nothing by itself, and would be found everywhere. */
    private static final int SHORTEST_HIDDEN = 3;

    private final Map<String, Node> configuration = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> secrets = new LinkedHashMap<>();

    /**
     * Those that the file says and those of the environment; what a probe has to find out is left out.
     *
     * @param problems what is missing
     */
    static Variables of(Node.Mapping experiment, Map<String, String> environment, List<String> problems) {
        Variables variables = new Variables();
        experiment.mapping("configuration").fields().forEach((key, field) -> {
            Node value = value("the configuration values", key, field.value(), environment, problems);
            if (value != null) {
                variables.configuration.put(key, value);
            }
        });
        experiment.mapping("secrets").fields().forEach((target, group) -> {
            if (group.value() instanceof Node.Mapping keys) {
                Map<String, String> of = new HashMap<>();
                keys.fields().forEach((key, field) -> {
                    Node value = value("the secrets", key, field.value(), environment, problems);
                    if (value != null) {
                        of.put(key, Values.text(value));
                    }
                });
                variables.secrets.put(target, of);
            }
        });
        return variables;
    }

    private static @Nullable Node value(
            String where, String key, Node said, Map<String, String> environment, List<String> problems) {
        if (!(said instanceof Node.Mapping source) || source.text("type") == null) {
            return said;
        }
        return switch (source.text("type", "")) {
            case "env" -> {
                String variable = source.text("key", "");
                String found = environment.get(variable);
                Node otherwise = source.get("default");
                if (found == null && (otherwise == null || otherwise instanceof Node.Null)) {
                    problems.add(where + " take '" + key + "' from the variable " + variable + ", which is not set");
                    yield null;
                }
                yield found == null ? otherwise : new Node.Text(found, Position.NONE);
            }
            case "probe" -> null;
            case "vault" -> {
                problems.add(where + " take '" + key
                        + "' from a vault, which is not supported; take it from the environment");
                yield null;
            }
            default -> said;
        };
    }

    void put(String key, Node value) {
        configuration.put(key, value);
    }

    Node.Mapping configuration() {
        Node.Mapping all = Node.Mapping.EMPTY;
        for (Map.Entry<String, Node> each : configuration.entrySet()) {
            all = all.with(each.getKey(), each.getValue());
        }
        return all;
    }

    /** The secrets of a group, by name; none when there is no such group. */
    Map<String, String> secrets(String group) {
        return secrets.getOrDefault(group, Map.of());
    }

    Node fill(Node value) {
        return switch (value) {
            case Node.Text text -> new Node.Text(fill(text.value()), text.at());
            case Node.Sequence list ->
                new Node.Sequence(list.elements().stream().map(this::fill).toList(), list.at());
            case Node.Mapping mapping -> {
                Node.Mapping filled = Node.Mapping.EMPTY;
                for (Map.Entry<String, Node.Field> each : mapping.fields().entrySet()) {
                    filled = filled.with(each.getKey(), fill(each.getValue().value()));
                }
                yield filled;
            }
            default -> value;
        };
    }

    /** What is unknown stays as it is. */
    String fill(String text) {
        Matcher matcher = NAME.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(1).replaceAll("[{}]", "");
            String value = name.equals("$") ? "$" : value(name);
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value == null ? matcher.group() : value));
        }
        return matcher.appendTail(filled).toString();
    }

    private @Nullable String value(String name) {
        Node known = configuration.get(name);
        if (known != null) {
            return Values.text(known);
        }
        return secrets.values().stream()
                .map(group -> group.get(name))
                .filter(value -> value != null)
                .findFirst()
                .orElse(null);
    }

    /** The same without any secret in it, for journals. */
    Node mask(Node value) {
        List<String> hidden = new ArrayList<>();
        secrets.values().forEach(group -> hidden.addAll(group.values()));
        hidden.removeIf(each -> each.length() < SHORTEST_HIDDEN);
        return mask(value, hidden);
    }

    private static Node mask(Node value, List<String> hidden) {
        return switch (value) {
            case Node.Text text -> new Node.Text(mask(text.value(), hidden), text.at());
            case Node.Sequence list ->
                new Node.Sequence(
                        list.elements().stream().map(each -> mask(each, hidden)).toList(), list.at());
            case Node.Mapping mapping -> {
                Node.Mapping masked = Node.Mapping.EMPTY;
                for (Map.Entry<String, Node.Field> each : mapping.fields().entrySet()) {
                    masked = masked.with(each.getKey(), mask(each.getValue().value(), hidden));
                }
                yield masked;
            }
            default -> value;
        };
    }

    /** The same without any secret in it, for people. */
    String mask(String text) {
        return mask(new Node.Text(text, Position.NONE)) instanceof Node.Text masked ? masked.value() : "";
    }

    private static String mask(String text, List<String> hidden) {
        String masked = text;
        for (String each : hidden) {
            masked = masked.replace(each, Node.Hidden.SHOWN);
        }
        return masked;
    }
}
