package io.homeostat.signal;

import io.homeostat.model.Documents;
import io.homeostat.model.slo.Promises;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Promises as a revision would declare them; the revision is the number of times they were changed. */
final class Declared implements Declarations {

    private @Nullable Head head;
    private int revisions;

    void commit(String yaml) {
        Documents.Parsed parsed = Documents.parse("slo.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        head = new Head("r" + ++revisions, Promises.read(parsed.documents(), parsed.problems()));
    }

    @Override
    public @Nullable Head head() {
        return head;
    }

    @Override
    public Promises at(String revision) {
        return Promises.NONE;
    }

    @Override
    public String applicationOf(String service) {
        return "shop";
    }

    @Override
    public String message(String revision) {
        return revision;
    }
}
