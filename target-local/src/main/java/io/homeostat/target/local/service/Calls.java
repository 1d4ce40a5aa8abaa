package io.homeostat.target.local.service;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.subset.Templates;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Services a workload declares to call. Pure.
 *
 * <p>It declares one by using its address, {@code $(API_SERVICE_HOST)}, in a variable, a command or an argument, or by the
 * annotation {@value #ANNOTATION} on the object or its pod template: names of Services, {@code NAME} or {@code NAME.NAMESPACE},
 * separated by commas.
 */
public final class Calls {

    public static final String ANNOTATION = "homeostat.io/calls";

    private static final Pattern ADDRESS =
            Pattern.compile("\\$\\(([A-Z0-9_]+)_SERVICE_(?:HOST|PORT)(?:_[A-Z0-9_]+)?\\)");

    private Calls() {}

    /** What a workload's text says; which of that are Services is for the caller to know. */
    public record Declared(Set<String> variables, Set<String> names) {

        public Declared {
            variables = Set.copyOf(variables);
            names = Set.copyOf(names);
        }

        /** @param workload who declares */
        public boolean calls(ObjectKey service, ObjectKey workload) {
            boolean neighbour = service.namespace().equals(workload.namespace());
            return (neighbour
                            && (variables.contains(Routes.variable(service.name())) || names.contains(service.name())))
                    || names.contains(service.name() + "." + service.namespace());
        }
    }

    /** @param content of a Deployment, StatefulSet, Job or CronJob; of anything else nothing is declared */
    public static Declared of(ObjectKey key, Node.Mapping content) {
        Set<String> variables = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>();
        Node.Mapping template = Templates.of(key, content);
        if (template != null) {
            annotated(content, names);
            annotated(template, names);
            for (Node.Mapping container : Templates.containers(template)) {
                container.sequence("command").forEach(part -> addresses(part.toString(), variables));
                container.sequence("args").forEach(part -> addresses(part.toString(), variables));
                Templates.mappings(container, "env")
                        .forEach(variable -> addresses(variable.text("value", ""), variables));
            }
        }
        return new Declared(variables, names);
    }

    private static void annotated(Node.Mapping object, Set<String> names) {
        String value = object.mapping("metadata").mapping("annotations").text(ANNOTATION, "");
        for (String name : value.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
    }

    private static void addresses(String text, Set<String> variables) {
        Matcher found = ADDRESS.matcher(text);
        while (found.find()) {
            variables.add(found.group(1));
        }
    }
}
