package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An inventory as it stands in the cluster: JSON, compressed, base64. What is secret is written as a digest only, so a copy of the
 * inventory tells nobody anything.
 */
public final class InventoryText {

    private static final int FORMAT = 1;

    private InventoryText() {}

    public static String write(Inventory inventory) {
        List<Node> objects = new ArrayList<>();
        inventory.objects().values().stream()
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .forEach(applied -> objects.add(object(applied)));
        Node.Mapping root = Node.Mapping.EMPTY
                .with("format", FORMAT)
                .with("application", inventory.application())
                .with("objects", new Node.Sequence(objects, Position.NONE));
        if (inventory.serviceAccount() != null) {
            root = root.with("serviceAccount", inventory.serviceAccount());
        }
        if (!inventory.state().isEmpty()) {
            root = root.with("state", inventory.state());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(Json.bytes(root));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static Node.Mapping object(Applied applied) {
        ObjectKey key = applied.key();
        Node.Mapping object = Node.Mapping.EMPTY
                .with("apiVersion", applied.apiVersion())
                .with("kind", key.kind())
                .with("namespace", key.namespace())
                .with("name", key.name())
                .with("revision", applied.revision())
                .with("origin", applied.origin())
                .with("digest", applied.digest())
                .with("content", Sealed.seal(applied.content()));
        Node.Mapping settled = applied.settled();
        return settled == null ? object : object.with("settled", Sealed.seal(settled));
    }

    /** @throws IOException when it is no inventory, or one of a newer version of homeostat */
    public static Inventory read(String text) throws IOException {
        Node.Mapping root;
        try (GZIPInputStream zip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            root = Json.read(zip.readAllBytes()) instanceof Node.Mapping mapping ? mapping : Node.Mapping.EMPTY;
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the inventory is not base64: " + malformed.getMessage(), malformed);
        }
        int format = root.integer("format", 0);
        if (format != FORMAT) {
            throw new IOException("the inventory has format " + format + ", and this homeostat knows " + FORMAT);
        }
        Map<ObjectKey, Applied> objects = new LinkedHashMap<>();
        for (Node each : root.sequence("objects")) {
            if (each instanceof Node.Mapping object) {
                Applied applied = applied(object);
                objects.put(applied.key(), applied);
            }
        }
        return new Inventory(
                root.text("application", ""), root.text("serviceAccount"), objects, root.text("state", ""));
    }

    private static Applied applied(Node.Mapping object) {
        String apiVersion = object.text("apiVersion", "");
        int slash = apiVersion.indexOf('/');
        ObjectKey key = new ObjectKey(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                object.text("kind", ""),
                object.text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                object.text("name", ""));
        return new Applied(
                key,
                apiVersion,
                object.text("revision", ""),
                object.text("origin", ""),
                object.text("digest", ""),
                Sealed.restore(object.mapping("content")),
                settled(object));
    }

    private static Node.@Nullable Mapping settled(Node.Mapping object) {
        return object.get("settled") instanceof Node.Mapping settled ? Sealed.restore(settled) : null;
    }
}
