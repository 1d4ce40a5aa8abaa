package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * What we applied of one object: as much as has to be known to tell drift from what the cluster made of it.
 *
 * @param apiVersion as it was declared
 * @param revision the revision it was applied from
 * @param origin file of the snapshot that declares it
 * @param digest of {@code content}
 * @param content what was applied
 * @param settled what the cluster made of {@code content} at once (written differently, changed by a webhook), for the same
 *     fields; null when it took it as it was
 */
public record Applied(
        ObjectKey key,
        String apiVersion,
        String revision,
        String origin,
        String digest,
        Node.Mapping content,
        Node.@Nullable Mapping settled) {

    /** What the fields look like when nobody touched them. */
    public Node.Mapping expected() {
        return settled == null ? content : settled;
    }

    public Applied withSettled(Node.@Nullable Mapping changed) {
        return new Applied(key, apiVersion, revision, origin, digest, content, changed);
    }

    public Applied withContent(Node.Mapping changed) {
        return new Applied(key, apiVersion, revision, origin, digest, changed, settled);
    }

    /** With the secret values that the live object still holds; they are not written down. */
    public Applied unsealedBy(Node.Mapping live) {
        return Sealed.isSealed(content) ? withContent(Sealed.unseal(content, live)) : this;
    }

    public @Nullable String annotation(String name) {
        return content.mapping("metadata").mapping("annotations").text(name);
    }
}
