package io.homeostat.converge;

import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.util.List;

/** The part of a {@link Target} that needs no running target: what it accepts, and what it makes of a document. */
public interface Completion {

    /** Accepts everything as it is: for checking documents without a target in mind. */
    Completion NONE = new Completion() {
        @Override
        public List<Problem> check(Document document, Environment environment) {
            return List.of();
        }

        @Override
        public Document complete(Document document, Environment environment, Snapshot snapshot) {
            return document;
        }
    };

    /** What this target cannot do with a document: unsupported fields, unmapped images. Pure. */
    List<Problem> check(Document document, Environment environment);

    /**
     * All the documents that one that was declared stands for here; usually itself alone. They belong to the same application.
     * Pure.
     */
    default List<Document> expand(Document document, Environment environment) {
        return List.of(document);
    }

    /**
     * The document as this target will hold it: defaults filled in, images resolved to content. Completing a completed
     * document changes nothing.
     *
     * @throws IOException when the snapshot cannot be read; the message is for the user
     */
    Document complete(Document document, Environment environment, Snapshot snapshot) throws IOException;
}
