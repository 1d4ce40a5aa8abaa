package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;

/** Documents for tests. */
final class Yamls {

    private Yamls() {}

    static Document document(String yaml) {
        return Documents.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
    }

    static Node.Mapping tree(String yaml) {
        return document(yaml).content();
    }

    /** What was applied, taken as it was. */
    static Applied applied(String yaml) {
        Document document = document(yaml);
        return new Applied(document.key(), document.apiVersion(), "r1", "test.yaml", "d1", document.content(), null);
    }
}
