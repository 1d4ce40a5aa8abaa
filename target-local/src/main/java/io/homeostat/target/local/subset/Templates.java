package io.homeostat.target.local.subset;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the pod template stands in each kind, and what stands where in it. */
public final class Templates {

    private Templates() {}

    /** The pod template of a Deployment, StatefulSet, Job or CronJob; null for other kinds. */
    public static Node.@Nullable Mapping of(ObjectKey key, Node.Mapping content) {
        Node found = switch (key.kind()) {
            case "Deployment", "StatefulSet", "Job" -> content.find("spec", "template");
            case "CronJob" -> content.find("spec", "jobTemplate", "spec", "template");
            default -> null;
        };
        return found instanceof Node.Mapping template ? template : null;
    }

    /** The same object with another pod template; unchanged when its kind has none. */
    static Node.Mapping change(ObjectKey key, Node.Mapping content, UnaryOperator<Node.Mapping> change) {
        return switch (key.kind()) {
            case "Deployment", "StatefulSet", "Job" -> at(content, change, "spec", "template");
            case "CronJob" -> at(content, change, "spec", "jobTemplate", "spec", "template");
            default -> content;
        };
    }

    /** The mapping with what stands at the path changed; unchanged when nothing stands there. */
    static Node.Mapping at(Node.Mapping mapping, UnaryOperator<Node.Mapping> change, String... path) {
        return at(mapping, change, 0, path);
    }

    private static Node.Mapping at(
            Node.Mapping mapping, UnaryOperator<Node.Mapping> change, int depth, String... path) {
        if (depth == path.length) {
            return change.apply(mapping);
        }
        return mapping.get(path[depth]) instanceof Node.Mapping next
                ? mapping.with(path[depth], at(next, change, depth + 1, path))
                : mapping;
    }

    /** The mapping with each element of a sequence changed; unchanged when there is none. */
    static Node.Mapping each(Node.Mapping mapping, String key, UnaryOperator<Node.Mapping> change) {
        if (!(mapping.get(key) instanceof Node.Sequence sequence)) {
            return mapping;
        }
        List<Node> changed = new ArrayList<>();
        for (Node element : sequence.elements()) {
            changed.add(element instanceof Node.Mapping each ? change.apply(each) : element);
        }
        return mapping.with(key, new Node.Sequence(changed, sequence.at()));
    }

    /** Containers of a pod template, those that start first in front. */
    public static List<Node.Mapping> containers(Node.Mapping template) {
        List<Node.Mapping> all = new ArrayList<>(initContainers(template));
        all.addAll(mappings(template.mapping("spec"), "containers"));
        return all;
    }

    public static List<Node.Mapping> initContainers(Node.Mapping template) {
        return mappings(template.mapping("spec"), "initContainers");
    }

    /** Those elements of a sequence that are mappings. */
    public static List<Node.Mapping> mappings(Node.Mapping of, String key) {
        List<Node.Mapping> found = new ArrayList<>();
        for (Node element : of.sequence(key)) {
            if (element instanceof Node.Mapping mapping) {
                found.add(mapping);
            }
        }
        return found;
    }
}
