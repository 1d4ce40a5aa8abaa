package io.homeostat.target.kubernetes.objects;

import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Node;
import java.util.Collection;
import java.util.Set;

/** What is sent to apply a document: the document, and how we find it again. */
public final class Body {

    private Body() {}

    /**
     * @param environment value of {@link Annotations#ENVIRONMENT}
     * @param left JSON pointers of what is left to others
     * @param yielded fields, as an API server writes them, that are left to others too
     */
    public static Node.Mapping of(
            Declared desired, boolean isNamespaced, String environment, Collection<String> left, Set<String> yielded) {
        Node.Mapping body = Pointers.without(desired.document().content(), left);
        body = yielded.isEmpty() ? body : Conflicts.without(body, yielded);
        Node.Mapping metadata = body.mapping("metadata");
        metadata = isNamespaced
                ? metadata.with("namespace", desired.document().key().namespace())
                : metadata.without("namespace");
        metadata = metadata.with(
                "labels",
                metadata.mapping("labels")
                        .with(Annotations.ENVIRONMENT, environment)
                        .with(Annotations.APPLICATION, desired.application()));
        metadata = metadata.with(
                "annotations", metadata.mapping("annotations").with(Annotations.DIGEST, desired.digest()));
        return body.with("metadata", metadata);
    }
}
