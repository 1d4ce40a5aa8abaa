package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Describe;
import java.util.List;

/** Labels, annotations and the selectors over them. */
public final class Labels {
    private static final String KEY =
            "'name' or 'prefix/name', with a name of at most 63 letters, digits, '-', '_' and '.'";
    private static final String VALUE =
            "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

    private Labels() {}

    static void checkMetadata(Node.Mapping metadata, List<Problem> problems) {
        checkLabels(metadata.mapping("labels"), problems);
        checkKeys(metadata.mapping("annotations"), "annotation", problems);
    }

    static void checkLabels(Node.Mapping labels, List<Problem> problems) {
        checkKeys(labels, "label", problems);
        for (Node.Field field : labels.fields().values()) {
            if (field.value() instanceof Node.Text text && !text.value().isEmpty() && !isWord(text.value())) {
                problems.add(Problem.error(
                                text.at(),
                                "bad-value",
                                "'" + Describe.shortened(text.value()) + "' is not a value that a label can have")
                        .expecting(VALUE));
            }
        }
    }

    private static void checkKeys(Node.Mapping mapping, String what, List<Problem> problems) {
        mapping.fields().forEach((key, field) -> {
            int slash = key.indexOf('/');
            boolean sound = isWord(key.substring(slash + 1))
                    && (slash < 0
                            || Names.isSubdomain(what.equals("label") ? key.substring(0, slash) : lower(key, slash)));
            if (!sound) {
                problems.add(Problem.error(
                                field.keyAt(),
                                "bad-name",
                                "'" + Describe.shortened(key) + "' is not a valid name of "
                                        + (what.equals("label") ? "a " : "an ") + what)
                        .expecting(KEY));
            }
        });
    }

    /** Whether a selector ({@code matchLabels}, {@code matchExpressions}) selects something with these labels. */
    static boolean selects(Node.Mapping selector, Node.Mapping labels) {
        return hasAll(selector.mapping("matchLabels"), labels)
                && selector.sequence("matchExpressions").stream()
                        .allMatch(each -> !(each instanceof Node.Mapping term) || holds(term, labels));
    }

    /** Whether labels have all these values. */
    public static boolean hasAll(Node.Mapping wanted, Node.Mapping labels) {
        return wanted.fields().entrySet().stream()
                .allMatch(entry -> entry.getValue().value().equals(labels.get(entry.getKey())));
    }

    private static boolean holds(Node.Mapping term, Node.Mapping labels) {
        String value = labels.text(term.text("key", ""));
        boolean among = value != null && term.sequence("values").contains(Node.Text.of(value));
        return switch (term.text("operator", "")) {
            case "In" -> among;
            case "NotIn" -> !among;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> true;
        };
    }

    private static String lower(String key, int slash) {
        return key.substring(0, slash).toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean isWord(String text) {
        if (text.isEmpty() || text.length() > 63 || !isAlphanumeric(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return isAlphanumeric(text.charAt(text.length() - 1));
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
