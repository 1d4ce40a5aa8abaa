package io.homeostat.cli.show;

import io.homeostat.model.Node;
import java.util.List;

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
}
