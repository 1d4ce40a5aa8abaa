package io.homeostat.target.kubernetes.objects;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Secret values outside their Secret: a digest stands for each. Whether the cluster still holds what was applied can be told from
 * that; the value itself comes back from the cluster when it does.
 */
final class Sealed {

    /** Nothing that a Secret holds (base64) can begin like this. */
    private static final String SEAL = "sealed:sha256:";

    private Sealed() {}

    /** Hidden values replaced by their digests, as text. */
    static Node.Mapping seal(Node.Mapping content) {
        return (Node.Mapping) seal("", content);
    }

    private static Node seal(String path, Node node) {
        return switch (node) {
            case Node.Hidden hidden -> Node.Text.of(sealed(path, hidden));
            case Node.Mapping mapping -> {
                Map<String, Node.Field> fields = new LinkedHashMap<>();
                mapping.fields()
                        .forEach((name, field) -> fields.put(
                                name, new Node.Field(Position.NONE, seal(path + "/" + name, field.value()))));
                yield new Node.Mapping(fields, Position.NONE);
            }
            case Node.Sequence sequence -> {
                List<Node> elements = new ArrayList<>();
                for (Node element : sequence.elements()) {
                    elements.add(seal(path + "/" + elements.size(), element));
                }
                yield new Node.Sequence(elements, Position.NONE);
            }
            default -> node;
        };
    }

    private static String sealed(String path, Node.Hidden hidden) {
        if (hidden.reveal().startsWith(SEAL)) {
            return hidden.reveal();
        }
        byte[] value = (path + "\n" + hidden.reveal()).getBytes(StandardCharsets.UTF_8);
        return SEAL + HexFormat.of().formatHex(Digests.sha256().digest(value));
    }

    /** What was sealed, hidden again; its values are still only digests. */
    static Node.Mapping restore(Node.Mapping content) {
        return (Node.Mapping) restore((Node) content);
    }

    private static Node restore(Node node) {
        return switch (node) {
            case Node.Text text when text.value().startsWith(SEAL) -> new Node.Hidden(text.value(), Position.NONE);
            case Node.Mapping mapping -> {
                Map<String, Node.Field> fields = new LinkedHashMap<>();
                mapping.fields()
                        .forEach((name, field) ->
                                fields.put(name, new Node.Field(Position.NONE, restore(field.value()))));
                yield new Node.Mapping(fields, Position.NONE);
            }
            case Node.Sequence sequence ->
                new Node.Sequence(
                        sequence.elements().stream().map(Sealed::restore).toList(), Position.NONE);
            default -> node;
        };
    }

    /** The values where the live object still holds them. */
    static Node.Mapping unseal(Node.Mapping content, Node.Mapping live) {
        return (Node.Mapping) unseal("", content, live);
    }

    private static Node unseal(String path, Node node, @Nullable Node live) {
        return switch (node) {
            case Node.Hidden hidden
            when hidden.reveal().startsWith(SEAL) -> {
                String value = value(live);
                Node.Hidden candidate = value == null ? hidden : new Node.Hidden(value, Position.NONE);
                yield sealed(path, candidate).equals(hidden.reveal()) ? candidate : hidden;
            }
            case Node.Mapping mapping -> {
                Map<String, Node.Field> fields = new LinkedHashMap<>();
                mapping.fields().forEach((name, field) -> {
                    Node below = live instanceof Node.Mapping found ? found.get(name) : null;
                    fields.put(name, new Node.Field(Position.NONE, unseal(path + "/" + name, field.value(), below)));
                });
                yield new Node.Mapping(fields, Position.NONE);
            }
            default -> node;
        };
    }

    private static @Nullable String value(@Nullable Node node) {
        return switch (node) {
            case Node.Text text -> text.value();
            case Node.Hidden hidden -> hidden.reveal();
            case null, default -> null;
        };
    }

    /** Whether anything in it is still only a digest. */
    static boolean isSealed(Node node) {
        return switch (node) {
            case Node.Hidden hidden -> hidden.reveal().startsWith(SEAL);
            case Node.Mapping mapping -> mapping.fields().values().stream().anyMatch(field -> isSealed(field.value()));
            case Node.Sequence sequence -> sequence.elements().stream().anyMatch(Sealed::isSealed);
            default -> false;
        };
    }
}
