package io.homeostat.chaos.extension;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.Extension.How;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a holder is to do.
 *
 * @param request what every question says, without its verb and state
 * @param within so long each answer may take
 * @param lasts so long it stays once it began, however often it is renewed
 */
record Order(How how, Node.Mapping request, Duration within, Duration lasts) {

    static Order of(
            Extension extension,
            String run,
            String fault,
            Map<String, String> parameters,
            String workload,
            List<String> instances,
            Duration lasts) {
        Node.Mapping said = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> each : extension.complete(parameters).entrySet()) {
            said = said.with(each.getKey(), each.getValue());
        }
        Node.Mapping request = Node.Mapping.EMPTY
                .with("extension", extension.name())
                .with("run", run)
                .with("fault", fault)
                .with("parameters", said)
                .with("target", Node.Mapping.EMPTY.with("workload", workload).with("instances", texts(instances)));
        return new Order(extension.how(), request, extension.within(), lasts);
    }

    Node.Mapping node() {
        Node.Mapping said = switch (how) {
            case How.Executable executable -> Node.Mapping.EMPTY.with("executable", texts(executable.command()));
            case How.Service service -> Node.Mapping.EMPTY.with("service", service.url());
            case How.Jar jar -> Node.Mapping.EMPTY.with("jar", jar.path()).with("jarFault", jar.fault());
        };
        return said.with("request", request)
                .with("withinMillis", within.toMillis())
                .with("lastsMillis", lasts.toMillis());
    }

    static Order of(Node.Mapping node) {
        String service = node.text("service", "");
        String jar = node.text("jar", "");
        How how = !service.isEmpty()
                ? new How.Service(service)
                : !jar.isEmpty()
                        ? new How.Jar(jar, node.text("jarFault", ""))
                        : new How.Executable(node.sequence("executable").stream()
                                .map(Node::toString)
                                .toList());
        return new Order(
                how,
                node.mapping("request"),
                Duration.ofMillis(node.integer("withinMillis", 0)),
                Duration.ofMillis(node.integer("lastsMillis", 0)));
    }

    private static Node texts(List<String> texts) {
        return new Node.Sequence(texts.stream().<Node>map(Node.Text::of).toList(), Position.NONE);
    }
}
