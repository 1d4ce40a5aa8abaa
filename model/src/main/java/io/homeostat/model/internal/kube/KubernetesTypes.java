package io.homeostat.model.internal.kube;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Member;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The shapes of Kubernetes' types. Read from {@code types.txt}, one type a line; a type is turned into a shape when something
 * first asks for it.
 */
public final class KubernetesTypes {
    private static final Map<String, String> LINES = lines();
    private static final Map<String, KubernetesRules.Rule> RULES = KubernetesRules.load();
    private static final Map<String, Shape.Fields> SHAPES = new ConcurrentHashMap<>();

    private KubernetesTypes() {}

    /** @throws IllegalArgumentException when there is no such type */
    public static Shape.Fields named(String type) {
        Shape.Fields shape = SHAPES.get(type);
        return shape != null
                ? shape
                : SHAPES.computeIfAbsent(type, name -> Shape.Fields.lazy(name, () -> members(name)));
    }

    private static Map<String, String> lines() {
        Map<String, String> lines = new HashMap<>();
        for (String line : Resource.lines("types.txt")) {
            int space = line.indexOf(' ');
            lines.put(line.substring(0, space), line.substring(space + 1));
        }
        return lines;
    }

    private static Map<String, Member> members(String type) {
        String line = LINES.get(type);
        if (line == null) {
            throw new IllegalArgumentException("no type of Kubernetes: " + type);
        }
        Map<String, Member> members = new LinkedHashMap<>();
        for (String field : line.trim().split(" ")) {
            int colon = field.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String name = field.substring(0, colon);
            Shape shape = shape(field.substring(colon + 1));
            KubernetesRules.Rule rule = RULES.get(type + "." + name);
            members.put(
                    name,
                    rule == null
                            ? Member.optional(name, shape, "")
                            : new Member(name, rule.narrow(shape), rule.required(), "", null));
        }
        return members;
    }

    private static Shape shape(String code) {
        return switch (code.charAt(0)) {
            case '[' -> new Shape.Elements(shape(code.substring(1)));
            case '{' -> new Shape.Entries(shape(code.substring(1)));
            case 's' -> Shape.TEXT;
            case 'i' -> Shape.Whole.INT;
            case 'l' -> Shape.Whole.LONG;
            case 'b' -> Shape.FLAG;
            case 'd' -> Shape.DECIMAL;
            case 'q' -> Shape.QUANTITY;
            case 'x' -> Shape.INT_OR_TEXT;
            case 'a' -> Shape.ANYTHING;
            default -> named(code);
        };
    }
}
