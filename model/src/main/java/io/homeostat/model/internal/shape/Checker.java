package io.homeostat.model.internal.shape;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Quantities;
import io.homeostat.model.Suggestions;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares a tree with a shape and reports every difference at its place. A null is as good as absent, as on Kubernetes. */
public final class Checker {
    /** Beyond so many, words for one more are wasted. */
    private static final int ENOUGH = 200;

    private final List<Problem> problems;

    private Checker(List<Problem> problems) {
        this.problems = problems;
    }

    public static void check(Shape shape, Node node, List<Problem> problems) {
        new Checker(problems).check(shape, node, "the document", false);
    }

    /** @param key the key whose value this is, or, for an element, the key of its list */
    private void check(Shape shape, Node node, String key, boolean element) {
        if ((node instanceof Node.Null && !element) || problems.size() >= ENOUGH) {
            return;
        }
        switch (shape) {
            case Shape.Fields fields -> {
                if (node instanceof Node.Mapping mapping) {
                    fields(fields, mapping, key);
                } else {
                    wrongType(node, key, element, "a mapping", null);
                }
            }
            case Shape.Entries entries -> {
                if (node instanceof Node.Mapping mapping) {
                    mapping.fields().forEach((name, field) -> check(entries.value(), field.value(), name, false));
                } else {
                    wrongType(node, key, element, "a mapping", null);
                }
            }
            case Shape.Elements elements -> {
                if (node instanceof Node.Sequence sequence) {
                    for (Node each : sequence.elements()) {
                        check(elements.element(), each, key, true);
                    }
                } else {
                    wrongType(node, key, element, "a list", "write it as '- …' on a line of its own");
                }
            }
            case Shape.TextOr either -> {
                boolean one = node instanceof Node.Text;
                check(one ? either.text() : either.other(), node, key, element);
            }
            case Shape.Text text -> text(text, node, key, element);
            case Shape.Choice choice -> choice(choice, node, key, element);
            case Shape.Whole whole -> whole(whole, node, key, element);
            case Shape.Decimal _ -> {
                if (!(node instanceof Node.Numeric)) {
                    wrongType(node, key, element, "a number", null);
                }
            }
            case Shape.Flag _ -> {
                if (!(node instanceof Node.Bool)) {
                    wrongType(node, key, element, "true or false", unquote(node, "true", "false"));
                }
            }
            case Shape.Quantity _ -> quantity(node, key, element);
            case Shape.IntOrText _ -> {
                if (!(node instanceof Node.Text) && !isWhole(node)) {
                    wrongType(node, key, element, "an integer or text", null);
                }
            }
            case Shape.Anything _ -> {}
        }
    }

    private void fields(Shape.Fields shape, Node.Mapping mapping, String key) {
        Map<String, Shape.Member> members = shape.members();
        for (Map.Entry<String, Node.Field> entry : mapping.fields().entrySet()) {
            Shape.Member member = members.get(entry.getKey());
            if (member == null && problems.size() < ENOUGH) {
                problems.add(Unknown.key(
                        shape, mapping, key, entry.getKey(), entry.getValue().keyAt()));
            } else if (member != null) {
                check(member.shape(), entry.getValue().value(), entry.getKey(), false);
            }
        }
        for (Shape.Member member : members.values()) {
            if (member.required() && isAbsent(mapping.get(member.name()))) {
                problems.add(Problem.error(mapping.at(), "missing-key", "'" + member.name() + "' is missing")
                        .expecting(Describe.shape(member.shape()))
                        .suggesting("add '" + member.name() + ": …' here"));
            }
        }
        if (shape.isExactlyOne()) {
            long present = members.keySet().stream()
                    .filter(name -> !isAbsent(mapping.get(name)))
                    .count();
            if (present != 1) {
                problems.add(Problem.error(mapping.at(), "bad-value", "'" + key + "' has " + present + " of its keys")
                        .expecting("exactly one of " + Describe.words(members.keySet())));
            }
        }
    }

    private static boolean isAbsent(@Nullable Node node) {
        return node == null || node instanceof Node.Null;
    }

    private void text(Shape.Text text, Node node, String key, boolean element) {
        if (node instanceof Node.Hidden) {
            return;
        }
        if (!(node instanceof Node.Text found)) {
            boolean free = text.pattern() == null && (node instanceof Node.Numeric || node instanceof Node.Bool);
            wrongType(node, key, element, text.expected(), free ? "quote it" : null);
        } else if (!text.accepts().test(found.value())) {
            badValue(found, key, element, text.expected(), null);
        }
    }

    private void choice(Shape.Choice choice, Node node, String key, boolean element) {
        String expected = Describe.shape(choice);
        if (!(node instanceof Node.Text found)) {
            wrongType(node, key, element, expected, null);
        } else if (!choice.values().contains(found.value())) {
            badValue(found, key, element, expected, Suggestions.didYouMean(found.value(), choice.values()));
        }
    }

    private void whole(Shape.Whole whole, Node node, String key, boolean element) {
        String expected = Describe.shape(whole);
        if (!isWhole(node)) {
            wrongType(node, key, element, expected, isDigits(node) ? "remove the quotes" : null);
            return;
        }
        BigDecimal value = ((Node.Numeric) node).value();
        if (value.compareTo(BigDecimal.valueOf(whole.min())) < 0
                || value.compareTo(BigDecimal.valueOf(whole.max())) > 0) {
            badValue(node, key, element, expected, null);
        }
    }

    private void quantity(Node node, String key, boolean element) {
        String expected = Quantities.FORM;
        if (!(node instanceof Node.Text) && !(node instanceof Node.Numeric)) {
            wrongType(node, key, element, expected, null);
        } else if (Quantities.parse(node.toString()) == null) {
            badValue(node, key, element, expected, null);
        }
    }

    private void wrongType(Node node, String key, boolean element, String expected, @Nullable String suggestion) {
        add("wrong-type", node, key, element, expected, suggestion);
    }

    private void badValue(Node node, String key, boolean element, String expected, @Nullable String suggestion) {
        add("bad-value", node, key, element, expected, suggestion);
    }

    private void add(
            String code, Node node, String key, boolean element, String expected, @Nullable String suggestion) {
        String what = key.equals("the document") ? key : (element ? "an element of " : "") + "'" + key + "'";
        Position at = node.at();
        problems.add(Problem.error(at, code, what + " is " + Describe.node(node))
                .expecting(expected)
                .suggesting(suggestion));
    }

    private static boolean isWhole(Node node) {
        return node instanceof Node.Numeric number
                && (number.value().scale() <= 0
                        || number.value().stripTrailingZeros().scale() <= 0);
    }

    private static boolean isDigits(Node node) {
        return node instanceof Node.Text text
                && !text.value().isEmpty()
                && text.value().chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static @Nullable String unquote(Node node, String... words) {
        return node instanceof Node.Text text && List.of(words).contains(text.value()) ? "remove the quotes" : null;
    }
}
