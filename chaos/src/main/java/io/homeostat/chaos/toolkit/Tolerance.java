package io.homeostat.chaos.toolkit;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Is what a probe saw what it should see? Every form but that of a probe, which somebody has to run. Pure. */
final class Tolerance {

    private Tolerance() {}

    /** @return what is wrong with it; null when nothing is */
    static @Nullable String wrong(Node tolerance) {
        if (tolerance instanceof Node.Numeric number
                && number.value().stripTrailingZeros().scale() > 0) {
            return "a tolerance that is a number is a whole one; use a range";
        }
        if (tolerance instanceof Node.Null) {
            return "a probe of the hypothesis needs a tolerance";
        }
        if (!(tolerance instanceof Node.Mapping said)) {
            return null;
        }
        String type = said.text("type", "");
        try {
            switch (type) {
                case "probe" -> {}
                case "regex" -> {
                    if (said.text("pattern") == null) {
                        return "a regex tolerance needs a pattern";
                    }
                    Pattern.compile(said.text("pattern", ""));
                }
                case "jsonpath" -> {
                    if (said.text("path", "").isBlank()) {
                        return "a jsonpath tolerance needs a path";
                    }
                    JsonPath.parse(said.text("path", ""));
                }
                case "range" -> {
                    List<Node> range = said.sequence("range");
                    if (range.size() != 2 || !range.stream().allMatch(each -> each instanceof Node.Numeric)) {
                        return "a range tolerance needs a range of two numbers";
                    }
                }
                default -> {
                    return "there is no tolerance of type '" + type + "'";
                }
            }
        } catch (PatternSyntaxException malformed) {
            return isFilledFirst(said, "pattern")
                    ? null
                    : "the pattern of a tolerance is wrong: " + malformed.getDescription();
        } catch (IllegalArgumentException malformed) {
            return isFilledFirst(said, "path") ? null : malformed.getMessage();
        }
        return null;
    }

    /** Then it is known only later whether it is one. */
    private static boolean isFilledFirst(Node.Mapping tolerance, String key) {
        return tolerance.text(key, "").contains("${");
    }

    /** @param tolerance filled with values, and none of type probe; one that is none then is not met */
    static boolean met(Node tolerance, Node value) {
        try {
            return isMet(tolerance, value);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static boolean isMet(Node tolerance, Node value) {
        return switch (tolerance) {
            case Node.Mapping said -> met(said, value);
            case Node.Numeric _ -> Values.same(status(value), tolerance);
            case Node.Sequence list -> {
                Node status = value instanceof Node.Mapping seen ? seen.get("status") : null;
                if (status != null || list.elements().size() != 2) {
                    Node looked = status == null ? value : status;
                    yield list.elements().stream().anyMatch(each -> Values.same(each, looked));
                }
                Integer least = Values.compare(list.elements().getFirst(), value);
                Integer most = Values.compare(value, list.elements().getLast());
                yield least != null && most != null && least <= 0 && most <= 0;
            }
            default -> Values.same(tolerance, value);
        };
    }

    private static Node status(Node value) {
        Node status = value instanceof Node.Mapping seen ? seen.get("status") : null;
        return status == null ? value : status;
    }

    private static boolean met(Node.Mapping tolerance, Node value) {
        String target = tolerance.text("target", "");
        Node looked = value;
        if (!target.isEmpty() && value instanceof Node.Mapping seen) {
            Node part = seen.get(target);
            looked = part == null ? value : part;
        }
        return switch (tolerance.text("type", "")) {
            case "regex" ->
                looked instanceof Node.Text text
                        && Pattern.compile(tolerance.text("pattern", ""))
                                .matcher(text.value())
                                .find();
            case "range" -> {
                BigDecimal number = decimal(looked);
                List<Node> range = tolerance.sequence("range");
                yield number != null
                        && range.getFirst() instanceof Node.Numeric least
                        && range.getLast() instanceof Node.Numeric most
                        && least.value().compareTo(number) <= 0
                        && number.compareTo(most.value()) <= 0;
            }
            case "jsonpath" -> jsonPath(tolerance, looked);
            default -> false;
        };
    }

    private static @Nullable BigDecimal decimal(Node value) {
        if (!(value instanceof Node.Text text)) {
            return Values.number(value);
        }
        try {
            return new BigDecimal(text.value().strip());
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static boolean jsonPath(Node.Mapping tolerance, Node value) {
        Node looked = value;
        if (value instanceof Node.Text text) {
            try {
                looked = Json.read(text.value());
            } catch (Json.MalformedException plainText) {
                looked = value;
            }
        }
        List<Node> found = JsonPath.parse(tolerance.text("path", "")).match(looked);
        Node expected = tolerance.get("expect");
        if (expected != null) {
            List<Node> wanted = expected instanceof Node.Sequence list ? list.elements() : List.of(expected);
            List<Node> left = new ArrayList<>(found);
            if (left.size() != wanted.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!Values.same(left.get(i), wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return tolerance.get("count") instanceof Node.Numeric count
                ? Values.same(count, Node.Numeric.of(found.size()))
                : !found.isEmpty();
    }
}
