package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All promises, found by kind and name. */
final class Library {

    private final Map<ObjectKey, Document> byKey = new HashMap<>();
    private final List<Document> sound = new ArrayList<>();
    private final Map<Document, Problem> broken;
    private final List<Problem> problems;

    Library(List<Document> documents, Map<Document, Problem> broken, List<Problem> problems) {
        this.broken = broken;
        this.problems = problems;
        for (Document document : documents) {
            Document first = byKey.putIfAbsent(document.key(), document);
            if (first != null) {
                problems.add(Problem.error(
                                document.at(),
                                "duplicate-object",
                                document.key() + " is declared twice, first at " + first.at())
                        .suggesting("remove or rename one of them"));
            } else if (!broken.containsKey(document)) {
                sound.add(document);
            }
        }
    }

    /** Those without an error of their own, in the order read. */
    List<Document> sound() {
        return sound;
    }

    /** The error of its own that a document has; null when it has none. */
    @Nullable
    Problem errorOf(Document document) {
        return broken.get(document);
    }

    /** The document that a name stands for; null when there is none or it is broken, and that is reported. */
    @Nullable
    Document find(String group, String kind, Node.Text name) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<ObjectKey, Document> entry : byKey.entrySet()) {
            ObjectKey key = entry.getKey();
            if (key.group().equals(group) && key.kind().equals(kind)) {
                if (key.name().equals(name.value())) {
                    return broken.containsKey(entry.getValue()) ? refused(entry.getValue(), name) : entry.getValue();
                }
                names.add(key.name());
            }
        }
        problems.add(Problem.error(name.at(), "dangling-reference", "there is no " + kind + " '" + name.value() + "'")
                .suggesting(Suggestions.didYouMean(name.value(), names)));
        return null;
    }

    private @Nullable Document refused(Document document, Node.Text name) {
        problems.add(Problem.error(
                name.at(), "dangling-reference", document.key() + " (" + document.at() + ") has an error of its own"));
        return null;
    }
}
