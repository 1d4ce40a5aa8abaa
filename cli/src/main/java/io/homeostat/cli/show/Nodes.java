package io.homeostat.cli.show;

import io.homeostat.model.Node;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads answers leniently: what is missing or of another kind is as good as empty, so that versions may differ. */
public final class Nodes {

    private Nodes() {}

    public static List<Node.Mapping> mappings(List<Node> nodes) {
        return nodes.stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast)
                .toList();
    }

    public static List<String> texts(List<Node> nodes) {
        return nodes.stream().map(Node::toString).toList();
    }

    /** A duration, whether it is told in milliseconds or as ISO-8601; empty when there is none. */
    static String duration(@Nullable Node node) {
        try {
            return switch (node) {
                case Node.Numeric millis ->
                    Brief.duration(Duration.ofMillis(millis.value().longValue()));
                case Node.Text text when !text.value().isEmpty() -> Brief.duration(Duration.parse(text.value()));
                case null, default -> "";
            };
        } catch (DateTimeException other) {
            return String.valueOf(node);
        }
    }
}
