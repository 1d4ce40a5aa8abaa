package io.homeostat.model.internal.kube;

import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Kubernetes asks of a field beyond its type. {@code rules.txt} has one line per field: its name, then any of {@code
 * required}, a range ({@code 0..}, {@code 1..65535}), a choice ({@code Always|Never}), {@code label}, {@code subdomain}, {@code
 * port-name}, {@code percent}.
 */
final class KubernetesRules {
    private static final Shape LABEL = new Shape.Text(Names.LABEL, Names::isLabel, null);
    private static final Shape SUBDOMAIN = new Shape.Text(Names.SUBDOMAIN, Names::isSubdomain, null);
    private static final Shape PORT_NAME = new Shape.Text(Names.PORT, Names::isPort, null);

    private KubernetesRules() {}

    /** @param narrower null when the type says enough */
    record Rule(boolean required, @Nullable Shape narrower) {
        Shape narrow(Shape shape) {
            if (narrower == null) {
                return shape;
            }
            return shape instanceof Shape.Elements ? new Shape.Elements(narrower) : narrower;
        }
    }

    static Map<String, Rule> load() {
        Map<String, Rule> rules = new HashMap<>();
        for (String line : Resource.lines("rules.txt")) {
            String[] words = line.trim().split(" +");
            boolean required = false;
            Shape narrower = null;
            for (int i = 1; i < words.length; i++) {
                if (words[i].equals("required")) {
                    required = true;
                } else {
                    narrower = shape(words[i]);
                }
            }
            rules.put(words[0], new Rule(required, narrower));
        }
        return rules;
    }

    private static Shape shape(String word) {
        int range = word.indexOf("..");
        if (range >= 0) {
            String top = word.substring(range + 2);
            return Shape.whole(
                    Long.parseLong(word.substring(0, range)), top.isEmpty() ? Integer.MAX_VALUE : Long.parseLong(top));
        }
        return switch (word) {
            case "label" -> LABEL;
            case "subdomain" -> SUBDOMAIN;
            case "port-name" -> PORT_NAME;
            default -> new Shape.Choice(List.of(word.split("\\|")));
        };
    }
}
