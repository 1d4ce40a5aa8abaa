package io.homeostat.chaos.delivery;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Effect;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a fault would have somebody commit. Pure. */
final class BadChange {

    /** Makes each try another change than the one before: what was found bad once is not tried again. */
    static final String ANNOTATION = "homeostat.io/experiment";

    private BadChange() {}

    /** The document that is another one. */
    static ObjectKey object(ObjectKey workload, Effect effect) {
        return effect instanceof Effect.Configuration configuration
                ? new ObjectKey("", "ConfigMap", workload.namespace(), configuration.configMap())
                : workload;
    }

    static Document of(Document document, Effect effect, String run) {
        Node.Mapping content = document.content();
        Node.Mapping changed = switch (effect) {
            case Effect.Configuration configuration -> {
                Node.Mapping data = content.mapping("data");
                yield content.with(
                        "data",
                        data.with(
                                configuration.key(),
                                new Node.Text(configuration.value(), at(data, configuration.key()))));
            }
            case Effect.Version version ->
                containers(
                        content,
                        container -> container
                                .with("command", texts(version.command(), at(container, "command")))
                                .without("args"));
            case Effect.Image image ->
                containers(
                        content,
                        container -> container.with("image", new Node.Text(image.name(), at(container, "image"))));
            default -> throw new IllegalArgumentException(effect + " changes nothing that is declared");
        };
        Node.Mapping metadata = changed.mapping("metadata");
        return document.withContent(changed.with(
                "metadata",
                metadata.with("annotations", metadata.mapping("annotations").with(ANNOTATION, run))));
    }

    private static Node.Mapping containers(Node.Mapping content, UnaryOperator<Node.Mapping> change) {
        Node.Mapping spec = content.mapping("spec");
        Node.Mapping template = spec.mapping("template");
        Node.Mapping pod = template.mapping("spec");
        List<Node> containers = pod.sequence("containers").stream()
                .map(each -> each instanceof Node.Mapping container ? change.apply(container) : each)
                .toList();
        return content.with(
                "spec",
                spec.with(
                        "template",
                        template.with(
                                "spec", pod.with("containers", new Node.Sequence(containers, at(pod, "containers"))))));
    }

    /** What is wrong with it is said where it would stand, and so of the right application. */
    private static Position at(Node.Mapping in, String key) {
        Node before = in.get(key);
        return before == null ? in.at() : before.at();
    }

    private static Node texts(List<String> words, Position at) {
        return new Node.Sequence(
                words.stream().<Node>map(word -> new Node.Text(word, at)).toList(), at);
    }
}
