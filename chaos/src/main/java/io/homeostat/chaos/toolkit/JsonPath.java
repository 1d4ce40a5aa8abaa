package io.homeostat.chaos.toolkit;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * JSONPath as tolerances use it: {@code $}, {@code .name}, {@code ['name']}, {@code [0]}, {@code [-1]}, {@code [1:3]}, {@code *},
 * {@code ..}, unions, and filters such as {@code [?(@.ready = true and @.count > 2)]}. Pure.
 */
final class JsonPath {

    /** From one value to some others. */
    private interface Segment {
        void select(Node from, List<Node> into);
    }

    private final List<Segment> segments;

    private JsonPath(List<Segment> segments) {
        this.segments = List.copyOf(segments);
    }

    /** @throws IllegalArgumentException when it is none, in words */
    static JsonPath parse(String text) {
        Scanner scanner = new Scanner(text.strip());
        scanner.take('$');
        JsonPath path = segments(scanner);
        scanner.end();
        return path;
    }

    List<Node> match(Node root) {
        List<Node> current = List.of(root);
        for (Segment segment : segments) {
            List<Node> next = new ArrayList<>();
            current.forEach(each -> segment.select(each, next));
            current = next;
        }
        return current;
    }

    private static JsonPath segments(Scanner scanner) {
        List<Segment> segments = new ArrayList<>();
        while (true) {
            if (scanner.skip("..")) {
                segments.add(JsonPath::descend);
                if (!scanner.at('[')) {
                    segments.add(named(scanner));
                }
            } else if (scanner.skip(".")) {
                segments.add(named(scanner));
            } else if (scanner.skip("[")) {
                segments.add(bracket(scanner));
                scanner.take(']');
            } else {
                return new JsonPath(segments);
            }
        }
    }

    private static void descend(Node from, List<Node> into) {
        into.add(from);
        List<Node> children = new ArrayList<>();
        all(from, children);
        children.forEach(child -> descend(child, into));
    }

    private static void all(Node from, List<Node> into) {
        switch (from) {
            case Node.Mapping mapping -> mapping.fields().values().forEach(field -> into.add(field.value()));
            case Node.Sequence list -> into.addAll(list.elements());
            default -> {}
        }
    }

    private static Segment named(Scanner scanner) {
        if (scanner.skip("*")) {
            return JsonPath::all;
        }
        String name = scanner.name();
        return (from, into) -> field(from, name, into);
    }

    private static void field(Node from, String name, List<Node> into) {
        Node value = from instanceof Node.Mapping mapping ? mapping.get(name) : null;
        if (value != null) {
            into.add(value);
        }
    }

    private static Segment bracket(Scanner scanner) {
        List<Segment> union = new ArrayList<>();
        do {
            scanner.blanks();
            union.add(subscript(scanner));
            scanner.blanks();
        } while (scanner.skip(","));
        return (from, into) -> union.forEach(each -> each.select(from, into));
    }

    private static Segment subscript(Scanner scanner) {
        if (scanner.skip("*")) {
            return JsonPath::all;
        }
        if (scanner.skip("?")) {
            scanner.take('(');
            Predicate<Node> filter = either(scanner);
            scanner.blanks();
            scanner.take(')');
            return (from, into) -> {
                List<Node> children = new ArrayList<>();
                all(from, children);
                children.stream().filter(filter).forEach(into::add);
            };
        }
        if (scanner.at('\'') || scanner.at('"')) {
            String name = scanner.quoted();
            return (from, into) -> field(from, name, into);
        }
        Integer first = scanner.at(':') ? null : Integer.valueOf(scanner.integer());
        if (!scanner.skip(":")) {
            int index = first == null ? 0 : first;
            return (from, into) -> element(from, index, into);
        }
        Integer last = scanner.isInteger() ? Integer.valueOf(scanner.integer()) : null;
        int step = scanner.skip(":") && scanner.isInteger() ? scanner.integer() : 1;
        if (step < 1) {
            throw scanner.wrong("a step is 1 or more");
        }
        return (from, into) -> {
            if (from instanceof Node.Sequence list) {
                int size = list.elements().size();
                int begin = first == null ? 0 : within(first, size);
                int end = last == null ? size : within(last, size);
                for (int i = begin; i < end; i += step) {
                    into.add(list.elements().get(i));
                }
            }
        };
    }

    private static int within(int index, int size) {
        return Math.clamp(index < 0 ? (long) index + size : index, 0, size);
    }

    private static void element(Node from, int index, List<Node> into) {
        if (from instanceof Node.Sequence list) {
            int at = index < 0 ? index + list.elements().size() : index;
            if (at >= 0 && at < list.elements().size()) {
                into.add(list.elements().get(at));
            }
        }
    }

    private static Predicate<Node> either(Scanner scanner) {
        Predicate<Node> all = both(scanner);
        while (scanner.word("or", "||")) {
            all = all.or(both(scanner));
        }
        return all;
    }

    private static Predicate<Node> both(Scanner scanner) {
        Predicate<Node> all = one(scanner);
        while (scanner.word("and", "&&")) {
            all = all.and(one(scanner));
        }
        return all;
    }

    private static Predicate<Node> one(Scanner scanner) {
        if (scanner.word("not", "!")) {
            return one(scanner).negate();
        }
        if (scanner.skip("(")) {
            Predicate<Node> inner = either(scanner);
            scanner.blanks();
            scanner.take(')');
            return inner;
        }
        scanner.take('@');
        JsonPath path = segments(scanner);
        scanner.blanks();
        for (String operator : List.of("==", "!=", "<=", ">=", "=", "<", ">")) {
            if (scanner.skip(operator)) {
                scanner.blanks();
                Node wanted = scanner.literal();
                return node -> path.match(node).stream().anyMatch(found -> holds(operator, found, wanted));
            }
        }
        return node -> !path.match(node).isEmpty();
    }

    private static boolean holds(String operator, Node found, Node wanted) {
        if (operator.equals("=") || operator.equals("==")) {
            return Values.same(found, wanted);
        }
        if (operator.equals("!=")) {
            return !Values.same(found, wanted);
        }
        Integer order = Values.compare(found, wanted);
        if (order == null) {
            return false;
        }
        return switch (operator) {
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            default -> order >= 0;
        };
    }
}
