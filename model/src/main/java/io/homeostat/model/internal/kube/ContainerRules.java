package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Quantities;
import io.homeostat.model.Suggestions;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Describe;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Probes, hooks and resources of one container. */
final class ContainerRules {
    private static final Set<String> PROBES = orderedSet("exec", "httpGet", "tcpSocket", "grpc");
    private static final Set<String> HOOKS = orderedSet("exec", "httpGet", "tcpSocket", "sleep");

    private ContainerRules() {}

    static void probe(String name, Node.Mapping probe, Node.Mapping container, List<Problem> problems) {
        handler(name, probe, PROBES, container, problems);
        if (!name.equals("readinessProbe") && probe.integer("successThreshold", 1) != 1) {
            Node place = probe.get("successThreshold");
            problems.add(Problem.error(
                            place == null ? probe.at() : place.at(),
                            "bad-value",
                            "'successThreshold' of a '" + name + "' is " + probe.integer("successThreshold", 1))
                    .expecting("1"));
        }
    }

    static void lifecycle(Node.Mapping container, List<Problem> problems) {
        for (String hook : List.of("postStart", "preStop")) {
            if (container.mapping("lifecycle").get(hook) instanceof Node.Mapping mapping) {
                handler(hook, mapping, HOOKS, container, problems);
            }
        }
    }

    static void resources(Node.Mapping container, List<Problem> problems) {
        Node.Mapping limits = container.mapping("resources").mapping("limits");
        Node.Mapping requests = container.mapping("resources").mapping("requests");
        for (Map.Entry<String, Node.Field> entry : requests.fields().entrySet()) {
            BigDecimal request = amount(entry.getValue().value());
            Node limited = limits.get(entry.getKey());
            BigDecimal limit = limited == null ? null : amount(limited);
            if (request != null && limit != null && request.compareTo(limit) > 0) {
                problems.add(Problem.error(
                        entry.getValue().value().at(),
                        "conflict",
                        "the request of " + entry.getKey() + " ("
                                + entry.getValue().value() + ") is above its limit (" + limited + ")"));
            }
        }
        for (Node.Mapping amounts : List.of(limits, requests)) {
            amounts.fields().forEach((name, field) -> {
                BigDecimal amount = amount(field.value());
                if (amount != null && amount.signum() < 0) {
                    problems.add(Problem.error(field.value().at(), "bad-value", "'" + name + "' is " + field.value())
                            .expecting("at least 0"));
                }
            });
        }
    }

    private static void handler(
            String name, Node.Mapping action, Set<String> known, Node.Mapping container, List<Problem> problems) {
        List<String> present = known.stream()
                .filter(key -> action.get(key) != null && !(action.get(key) instanceof Node.Null))
                .toList();
        if (present.size() != 1) {
            problems.add(Problem.error(
                            action.at(),
                            present.isEmpty() ? "missing-key" : "conflict",
                            present.isEmpty()
                                    ? "'" + name + "' does not say what to do"
                                    : "'" + name + "' has "
                                            + Describe.words(present).replace(" or ", " and "))
                    .expecting("one of " + Describe.words(known)));
        }
        for (String over : List.of("httpGet", "tcpSocket")) {
            Node port = action.mapping(over).get("port");
            if (port != null) {
                port(port, container, problems);
            }
        }
        if (action.get("exec") instanceof Node.Mapping exec
                && exec.sequence("command").isEmpty()) {
            problems.add(Problem.error(exec.at(), "missing-key", "'exec' of '" + name + "' has no 'command'"));
        }
    }

    private static void port(Node port, Node.Mapping container, List<Problem> problems) {
        if (!PodRules.isPortReference(port)) {
            problems.add(Problem.error(port.at(), "bad-value", "'port' is " + Describe.node(port))
                    .expecting("a number from 1 to 65535 or the name of a port"));
            return;
        }
        if (!(port instanceof Node.Text name) || !Names.isPort(name.value())) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        for (Node each : container.sequence("ports")) {
            if (each instanceof Node.Mapping mapping && mapping.get("name") instanceof Node.Text declared) {
                names.add(declared.value());
            }
        }
        if (!names.contains(name.value())) {
            problems.add(Problem.error(
                            name.at(), "dangling-reference", "this container has no port named '" + name.value() + "'")
                    .expecting(
                            names.isEmpty() ? "a number, or a port with that name in 'ports'" : Describe.words(names))
                    .suggesting(Suggestions.didYouMean(name.value(), names)));
        }
    }

    private static @Nullable BigDecimal amount(Node node) {
        return node instanceof Node.Text || node instanceof Node.Numeric ? Quantities.parse(node.toString()) : null;
    }

    private static Set<String> orderedSet(String... words) {
        return new LinkedHashSet<>(List.of(words));
    }
}
