package io.homeostat.model;

import io.homeostat.model.internal.read.FileReader;
import io.homeostat.model.internal.read.Identity;
import io.homeostat.model.internal.read.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From files to documents. */
public final class Documents {

    private Documents() {}

    /**
     * @param documents those that say which object they are, in the order written
     * @param problems all of them, in the order of their places
     * @param aside those of the problems that lie in a {@link Promise}: they concern nothing that runs
     * @param unread kinds of which the file speaks in a part that could not be read, with the reason
     */
    public record Parsed(
            List<Document> documents, List<Problem> problems, Set<Problem> aside, Map<String, Problem> unread) {

        /** Of what every part could be read. */
        public Parsed(List<Document> documents, List<Problem> problems, Set<Problem> aside) {
            this(documents, problems, aside, Map.of());
        }

        public boolean hasErrors() {
            return problems.stream().anyMatch(Problem::isError);
        }
    }

    /**
     * Reads one file of YAML (any number of documents) or JSON. Never throws: whatever is wrong with the content is a problem
     * with its place.
     *
     * <p>Scalars mean what they mean to kubectl; {@code kind: List} is flattened; what a Secret holds is hidden. Limits: 8 MiB,
     * 64 levels, 200,000 values with aliases at their full size, 10,000 documents.
     *
     * @param file path to show in problems
     */
    public static Parsed parse(String file, byte[] content) {
        return FileReader.read(file, content);
    }

    /**
     * The values of a file of YAML or JSON that holds no documents of ours. Never throws; the limits are those of {@link #parse}.
     *
     * @param problems what is wrong with it is added
     */
    public static List<Node> values(String file, byte[] content, List<Problem> problems) {
        return FileReader.values(file, content, problems);
    }

    /**
     * The document that was stored earlier as JSON or YAML. Hides what a Secret holds.
     *
     * @throws IllegalArgumentException when it does not say which object it is
     */
    public static Document restore(Node.Mapping content) {
        List<Problem> problems = new ArrayList<>();
        Node.Mapping hidden = Secrets.isSecret(content.text("apiVersion", ""), content.text("kind", ""))
                ? Secrets.hide(content, problems)
                : content;
        Document document = Identity.of(hidden, problems);
        if (document == null) {
            throw new IllegalArgumentException("not a stored object: " + problems);
        }
        return document;
    }
}
