package io.homeostat.model;

import org.jspecify.annotations.Nullable;

/**
 * One Kubernetes-style document: the declaration of one object.
 *
 * @param content everything, {@code apiVersion} and {@code kind} included; Secret data are {@link Node.Hidden}
 */
public record Document(ObjectKey key, String apiVersion, Node.Mapping content) {

    /** Where the document starts. */
    public Position at() {
        return content.at();
    }

    public Node.Mapping metadata() {
        return content.mapping("metadata");
    }

    public Node.Mapping spec() {
        return content.mapping("spec");
    }

    public @Nullable String annotation(String name) {
        return metadata().mapping("annotations").text(name);
    }

    public Document withContent(Node.Mapping changed) {
        return new Document(key, apiVersion, changed);
    }
}
