package io.homeostat.model.internal.across;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.internal.across.Index.Workload;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Services and the pods behind them. */
final class ServiceReferences {
    private final Index index;
    private final List<Problem> problems;

    ServiceReferences(Index index, List<Problem> problems) {
        this.index = index;
        this.problems = problems;
    }

    /** A Service selects at least one workload, and each port that it names is there. */
    void service(Document service) {
        Node.Mapping spec = service.spec();
        if (!(spec.get("selector") instanceof Node.Mapping selector)
                || selector.isEmpty()
                || spec.text("type", "").equals("ExternalName")) {
            return;
        }
        List<Workload> selected = index.selected(service.key().namespace(), selector);
        if (selected.isEmpty()) {
            problems.add(Problem.error(
                            selector.at(),
                            "dangling-reference",
                            "no workload has pods with the labels " + selector + " that this Service selects")
                    .suggesting(nearest(service.key().namespace(), selector)));
            return;
        }
        for (Node element : spec.sequence("ports")) {
            if (element instanceof Node.Mapping port && port.get("targetPort") instanceof Node.Text name) {
                namedPort(name, selected);
            }
        }
    }

    /** A StatefulSet's own Service is there. */
    void governing(Document statefulSet) {
        if (!(statefulSet.spec().get("serviceName") instanceof Node.Text name)
                || name.value().isEmpty()) {
            return;
        }
        String namespace = statefulSet.key().namespace();
        if (index.find("Service", namespace, name.value()) == null) {
            problems.add(Problem.error(name.at(), "dangling-reference", "there is no Service '" + name.value() + "'")
                    .suggesting(Suggestions.didYouMean(name.value(), index.names("Service", namespace))));
        }
    }

    private void namedPort(Node.Text name, List<Workload> selected) {
        TreeSet<String> names = new TreeSet<>();
        for (Workload workload : selected) {
            for (Node container : workload.spec().sequence("containers")) {
                if (container instanceof Node.Mapping mapping) {
                    mapping.sequence("ports").stream()
                            .map(port -> port instanceof Node.Mapping each ? each.text("name") : null)
                            .filter(Objects::nonNull)
                            .forEach(names::add);
                }
            }
        }
        if (!names.contains(name.value())) {
            problems.add(Problem.error(
                            name.at(),
                            "dangling-reference",
                            "no container behind this Service has a port named '" + name.value() + "'")
                    .suggesting(Suggestions.didYouMean(name.value(), names)));
        }
    }

    /** Another value of the first label that selects nothing, or another name of it. */
    private @Nullable String nearest(String namespace, Node.Mapping selector) {
        for (var wanted : selector.fields().entrySet()) {
            TreeSet<String> labels = new TreeSet<>();
            for (Workload workload : index.workloads()) {
                if (workload.document().key().namespace().equals(namespace)) {
                    workload.labels().fields().forEach((key, field) -> labels.add(key + ": " + field.value()));
                }
            }
            String label = wanted.getKey() + ": " + wanted.getValue().value();
            if (!labels.contains(label)) {
                return Suggestions.didYouMean(label, labels);
            }
        }
        return null;
    }
}
