package io.homeostat.target.local.objects;

import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One object as it was applied.
 *
 * @param uid another one for each time it is created
 * @param application who owns it
 * @param appliedDigest {@code Digests.of} the content that was applied
 * @param content without status
 * @param images by container, the id in the image store; none for containers that run what is on the machine
 * @param deleting it left Git; it goes for good once its instances are gone
 * @param parent the CronJob that made this Job; null for everything that Git declares
 */
public record StoredObject(
        ObjectKey key,
        String uid,
        String application,
        String revision,
        String origin,
        String appliedDigest,
        Node.Mapping content,
        Map<String, String> images,
        Instant createdAt,
        boolean deleting,
        @Nullable String parent) {

    public StoredObject asDeleting() {
        return new StoredObject(
                key, uid, application, revision, origin, appliedDigest, content, images, createdAt, true, parent);
    }

    /** The same object, saying something else. */
    public StoredObject with(Node.Mapping other) {
        return new StoredObject(
                key, uid, application, revision, origin, appliedDigest, other, images, createdAt, deleting, parent);
    }

    public Node.Mapping spec() {
        return content.mapping("spec");
    }

    public @Nullable String annotation(String name) {
        return content.mapping("metadata").mapping("annotations").text(name);
    }

    Node.Mapping asNode() {
        Node.Mapping imageIds = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> image : images.entrySet()) {
            imageIds = imageIds.with(image.getKey(), image.getValue());
        }
        Node.Mapping node = Node.Mapping.EMPTY
                .with("uid", uid)
                .with("application", application)
                .with("revision", revision)
                .with("origin", origin)
                .with("appliedDigest", appliedDigest)
                .with("createdAt", createdAt.toString())
                .with("images", imageIds);
        if (deleting) {
            node = node.with("deleting", Node.Bool.of(true));
        }
        if (parent != null) {
            node = node.with("parent", parent);
        }
        return node.with("content", content);
    }

    /** @throws IllegalArgumentException when it is not what {@link #asNode} writes */
    static StoredObject from(ObjectKey key, Node.Mapping node) {
        Map<String, String> images = new LinkedHashMap<>();
        node.mapping("images")
                .fields()
                .forEach((name, field) -> images.put(name, field.value().toString()));
        Node.Mapping content = node.mapping("content");
        try {
            return new StoredObject(
                    key,
                    required(node, "uid"),
                    required(node, "application"),
                    required(node, "revision"),
                    required(node, "origin"),
                    required(node, "appliedDigest"),
                    Documents.restore(content).content(),
                    images,
                    Instant.parse(required(node, "createdAt")),
                    node.flag("deleting", false),
                    node.text("parent"));
        } catch (DateTimeParseException notATime) {
            throw new IllegalArgumentException("createdAt is not a time", notATime);
        }
    }

    private static String required(Node.Mapping node, String key) {
        String value = node.text(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return value;
    }
}
