package io.homeostat.target.local.runtime;

import io.homeostat.journal.Entry;
import io.homeostat.journal.Journal;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;

/**
 * What the target tells the journal. A journal that cannot be written (a full disk) keeps no program from being started again:
 * the event is lost, and the state on disk and the processes still say what is.
 */
public final class Reports {

    private final Journal journal;

    public Reports(Journal journal) {
        this.journal = journal;
    }

    /** @param message one sentence, without secrets */
    public void report(String type, String application, ObjectKey object, String message, Node.Mapping data) {
        append(new Entry(type, application, object.toString(), message, data));
    }

    /** About the target as a whole. */
    public void report(String type, String message) {
        append(new Entry(type, "", "", message, Node.Mapping.EMPTY));
    }

    private void append(Entry entry) {
        try {
            journal.append(entry);
        } catch (IOException unwritable) {
            // See above: the loop tells the user that its journal cannot be written as soon as it tries itself.
        }
    }
}
