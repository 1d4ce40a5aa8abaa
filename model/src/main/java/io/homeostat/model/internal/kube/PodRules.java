package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Describe;
import java.util.List;
import java.util.Set;

/** How the parts of a pod template must fit together. */
final class PodRules {
    private static final Set<String> NOT_A_SOURCE = Set.of("name");

    private final Node.Mapping pod;
    private final List<Node> claims;
    private final List<Problem> problems;
    private final Unique volumes;
    private final Unique containers;

    PodRules(Node.Mapping pod, List<Node> claims, List<Problem> problems) {
        this.pod = pod;
        this.claims = claims;
        this.problems = problems;
        this.volumes = new Unique("volume", problems);
        this.containers = new Unique("container", problems);
    }

    void check() {
        for (Node node : pod.sequence("volumes")) {
            if (node instanceof Node.Mapping volume) {
                volumes.see(volume.get("name"));
                oneOf(volume, NOT_A_SOURCE, "a volume", "a source such as 'configMap' or 'emptyDir'");
            }
        }
        for (Node claim : claims) {
            if (claim instanceof Node.Mapping mapping
                    && mapping.mapping("metadata").get("name") instanceof Node.Text name
                    && !volumes.contains(name.value())) {
                volumes.see(name);
            }
        }
        if (pod.get("containers") instanceof Node.Sequence declared
                && declared.elements().isEmpty()) {
            problems.add(Problem.error(declared.at(), "bad-value", "'containers' is empty")
                    .expecting("at least one container"));
        }
        pod.sequence("initContainers").forEach(node -> container(node, true));
        pod.sequence("containers").forEach(node -> container(node, false));
    }

    private void container(Node node, boolean init) {
        if (!(node instanceof Node.Mapping container)) {
            return;
        }
        containers.see(container.get("name"));
        ports(container);
        environment(container);
        mounts(container);
        ContainerRules.resources(container, problems);
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof Node.Mapping mapping) {
                boolean sidecar = container.text("restartPolicy", "").equals("Always");
                if (init && !sidecar) {
                    problems.add(Problem.error(
                            mapping.at(), "conflict", "an init container that ends cannot have a '" + probe + "'"));
                }
                ContainerRules.probe(probe, mapping, container, problems);
            }
        }
        ContainerRules.lifecycle(container, problems);
    }

    private void ports(Node.Mapping container) {
        Unique names = new Unique("port", problems);
        for (Node node : container.sequence("ports")) {
            if (node instanceof Node.Mapping port) {
                names.see(port.get("name"));
            }
        }
    }

    private void environment(Node.Mapping container) {
        for (Node node : container.sequence("env")) {
            if (!(node instanceof Node.Mapping variable)) {
                continue;
            }
            if (variable.get("name") instanceof Node.Text name && !isVariable(name.value())) {
                problems.add(Problem.error(
                                name.at(),
                                "bad-name",
                                "'" + Describe.shortened(name.value()) + "' is not a name of an environment variable")
                        .expecting("printable ASCII without '='"));
            }
            if (variable.get("valueFrom") instanceof Node.Mapping from) {
                if (!variable.text("value", "").isEmpty()) {
                    problems.add(Problem.error(from.at(), "conflict", "'value' and 'valueFrom' exclude each other")
                            .suggesting("remove one of them"));
                }
                oneOf(from, Set.of(), "'valueFrom'", "one source such as 'configMapKeyRef'");
            }
        }
        for (Node node : container.sequence("envFrom")) {
            if (node instanceof Node.Mapping from) {
                oneOf(from, Set.of("prefix"), "an element of 'envFrom'", "either 'configMapRef' or 'secretRef'");
            }
        }
    }

    private void mounts(Node.Mapping container) {
        Unique paths = new Unique("mount path", problems);
        for (Node node : container.sequence("volumeMounts")) {
            if (!(node instanceof Node.Mapping mount)) {
                continue;
            }
            paths.see(mount.get("mountPath"));
            if (mount.get("name") instanceof Node.Text name && !volumes.contains(name.value())) {
                problems.add(Problem.error(
                                name.at(),
                                "dangling-reference",
                                "there is no volume '" + name.value() + "' in this pod")
                        .expecting("one of 'volumes' or 'volumeClaimTemplates'")
                        .suggesting(Suggestions.didYouMean(
                                name.value(), volumes.seen().keySet())));
            }
        }
    }

    /** Exactly one of the keys, apart from some. */
    private void oneOf(Node.Mapping mapping, Set<String> apart, String what, String expected) {
        List<String> present = mapping.fields().keySet().stream()
                .filter(key -> !apart.contains(key) && !(mapping.get(key) instanceof Node.Null))
                .toList();
        if (present.size() != 1) {
            problems.add(Problem.error(
                            mapping.at(),
                            present.isEmpty() ? "missing-key" : "conflict",
                            present.isEmpty()
                                    ? what + " says nothing of where it comes from"
                                    : what + " has " + Describe.words(present).replace(" or ", " and "))
                    .expecting(expected));
        }
    }

    private static boolean isVariable(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '=');
    }

    static boolean isPortReference(Node node) {
        return switch (node) {
            case Node.Numeric number ->
                number.value().intValue() >= 1 && number.value().intValue() <= 65535;
            case Node.Text text -> Names.isPort(text.value());
            default -> true;
        };
    }
}
