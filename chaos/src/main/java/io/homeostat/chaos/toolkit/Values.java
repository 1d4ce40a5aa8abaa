package io.homeostat.chaos.toolkit;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How values compare in Python, whose rules the files were written for: {@code True} is 1, a text is no number. Pure. */
final class Values {

    private Values() {}

    static boolean same(Node one, Node other) {
        BigDecimal left = number(one);
        BigDecimal right = number(other);
        if (left != null || right != null) {
            return left != null && right != null && left.compareTo(right) == 0;
        }
        if (one instanceof Node.Sequence some && other instanceof Node.Sequence others) {
            List<Node> first = some.elements();
            List<Node> second = others.elements();
            if (first.size() != second.size()) {
                return false;
            }
            for (int i = 0; i < first.size(); i++) {
                if (!same(first.get(i), second.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (one instanceof Node.Mapping some && other instanceof Node.Mapping others) {
            return some.fields().keySet().equals(others.fields().keySet())
                    && some.fields().entrySet().stream().allMatch(each -> {
                        Node value = others.get(each.getKey());
                        return value != null && same(each.getValue().value(), value);
                    });
        }
        return one.equals(other);
    }

    /** Of numbers, and of texts; null when the two have no order. */
    static @Nullable Integer compare(Node one, Node other) {
        BigDecimal left = number(one);
        BigDecimal right = number(other);
        if (left != null && right != null) {
            return left.compareTo(right);
        }
        return one instanceof Node.Text some && other instanceof Node.Text others
                ? Integer.valueOf(some.value().compareTo(others.value()))
                : null;
    }

    static @Nullable BigDecimal number(Node value) {
        return switch (value) {
            case Node.Numeric number -> number.value();
            case Node.Bool flag -> flag.value() ? BigDecimal.ONE : BigDecimal.ZERO;
            default -> null;
        };
    }

    static boolean isTrue(Node value) {
        return switch (value) {
            case Node.Null _ -> false;
            case Node.Text text -> !text.value().isEmpty();
            case Node.Sequence list -> !list.elements().isEmpty();
            case Node.Mapping mapping -> !mapping.isEmpty();
            case Node.Numeric number -> number.value().signum() != 0;
            case Node.Bool flag -> flag.value();
            case Node.Hidden _ -> true;
        };
    }

    /** As an argument of a program: texts as they are, everything else as JSON. */
    static String text(Node value) {
        return switch (value) {
            case Node.Text text -> text.value();
            case Node.Hidden hidden -> hidden.reveal();
            case Node.Numeric number -> number.value().toPlainString();
            case Node.Bool flag -> flag.value() ? "True" : "False";
            case Node.Null _ -> "None";
            default -> Json.write(value);
        };
    }
}
