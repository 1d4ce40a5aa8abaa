package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Describe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the parts of a Service must fit together. */
final class ServiceRules {

    private ServiceRules() {}

    static void check(Node.Mapping content, List<Problem> problems) {
        Node.Mapping metadata = content.mapping("metadata");
        if (metadata.get("name") instanceof Node.Text name
                && Names.isSubdomain(name.value())
                && (!Names.isLabel(name.value())
                        || Character.isDigit(name.value().charAt(0)))) {
            problems.add(Names.refused(
                    "name of a Service",
                    name.value(),
                    Names.LABEL + ", not starting with a digit (it becomes a host name)",
                    name.at()));
        }
        Node.Mapping spec = content.mapping("spec");
        Labels.checkLabels(spec.mapping("selector"), problems);
        String type = spec.text("type", "ClusterIP");
        List<Node> ports = spec.sequence("ports");
        if (type.equals("ExternalName")) {
            if (spec.text("externalName", "").isEmpty()) {
                problems.add(Problem.error(spec.at(), "missing-key", "'externalName' is missing")
                        .expecting("a host name, since the type is 'ExternalName'"));
            }
        } else if (ports.isEmpty()
                && content.get("spec") instanceof Node.Mapping
                && !spec.text("clusterIP", "").equals("None")) {
            problems.add(Problem.error(spec.at(), "missing-key", "'ports' is missing")
                    .expecting("at least one port"));
        }
        ports(ports, type, problems);
    }

    private static void ports(List<Node> ports, String type, List<Problem> problems) {
        Unique names = new Unique("port", problems);
        Map<String, Node> numbers = new HashMap<>();
        for (Node node : ports) {
            if (!(node instanceof Node.Mapping port)) {
                continue;
            }
            names.see(port.get("name"));
            if (ports.size() > 1 && port.text("name", "").isEmpty()) {
                problems.add(Problem.error(port.at(), "missing-key", "'name' is missing")
                        .expecting("a name for each port, when there are several"));
            }
            if (port.get("port") instanceof Node.Numeric number) {
                Node first = numbers.putIfAbsent(number + "/" + port.text("protocol", "TCP"), number);
                if (first != null) {
                    problems.add(Problem.error(
                            number.at(),
                            "duplicate-name",
                            "the port " + number + " is here twice, first at " + first.at()));
                }
            }
            Node target = port.get("targetPort");
            if (target != null && !PodRules.isPortReference(target)) {
                problems.add(Problem.error(target.at(), "bad-value", "'targetPort' is " + Describe.node(target))
                        .expecting("a number from 1 to 65535 or the name of a container's port"));
            }
            if (port.get("nodePort") instanceof Node.Numeric nodePort
                    && nodePort.value().signum() != 0
                    && type.equals("ClusterIP")) {
                problems.add(Problem.error(nodePort.at(), "conflict", "a Service of type 'ClusterIP' has no 'nodePort'")
                        .suggesting("set 'type: NodePort', or remove it"));
            }
        }
    }
}
