package io.homeostat.model.chaos;

import io.homeostat.model.Durations;
import io.homeostat.model.Suggestions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Extension}: a fault that somebody else's program does and undoes.
 *
 * @param parameters by name, in the order in which they are declared
 * @param within so long each of its answers may take
 */
public record Extension(
        String name, String owner, String description, How how, Map<String, Parameter> parameters, Duration within) {

    /** How it is asked. */
    public sealed interface How {

        /** @param command program and arguments */
        record Executable(List<String> command) implements How {}

        record Service(String url) implements How {}

        /** @param fault the name that one of the faults in it gives itself */
        record Jar(String path, String fault) implements How {}
    }

    /**
     * @param type {@code text}, {@code number}, {@code flag} or {@code duration}
     * @param value what holds when none is given; null when nothing does
     */
    public record Parameter(
            String type, String description, @Nullable String value, boolean required) {

        private boolean accepts(String said) {
            return switch (type) {
                case "number" -> isNumber(said);
                case "flag" -> said.equals("true") || said.equals("false");
                case "duration" -> Durations.parse(said) != null;
                default -> true;
            };
        }

        private static boolean isNumber(String said) {
            try {
                return new BigDecimal(said).scale() < 1000;
            } catch (NumberFormatException none) {
                return false;
            }
        }
    }

    /** What is wrong with these parameters, one sentence each. */
    public List<String> wrong(Map<String, String> given) {
        List<String> wrong = new ArrayList<>();
        given.forEach((key, value) -> {
            Parameter parameter = parameters.get(key);
            if (parameter == null) {
                String guess = Suggestions.didYouMean(key, parameters.keySet());
                wrong.add("the extension " + name + " has no parameter '" + key + "'"
                        + (guess == null ? "" : "; " + guess));
            } else if (!parameter.accepts(value)) {
                wrong.add("'" + value + "' is no " + parameter.type() + ", as the parameter '" + key
                        + "' of the extension " + name + " is");
            }
        });
        parameters.forEach((key, parameter) -> {
            if (parameter.required() && parameter.value() == null && !given.containsKey(key)) {
                wrong.add("the extension " + name + " needs its parameter '" + key + "'");
            }
        });
        return wrong;
    }

    /** These, and what holds where nothing was given. */
    public Map<String, String> complete(Map<String, String> given) {
        Map<String, String> all = new LinkedHashMap<>();
        parameters.forEach((key, parameter) -> {
            String value = given.getOrDefault(key, parameter.value());
            if (value != null) {
                all.put(key, value);
            }
        });
        return all;
    }
}
