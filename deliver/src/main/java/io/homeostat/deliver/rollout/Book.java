package io.homeostat.deliver.rollout;

import io.homeostat.converge.History;
import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the journal says of rollouts: of each workload the last one. Safe for use by many threads. */
final class Book {

    /** One rollout, by its workload. */
    record Page(Progress progress, Account account) {}

    private final History history;
    private final Map<ObjectKey, Page> pages = new TreeMap<>();
    private boolean isRead;

    Book(History history) {
        this.history = history;
    }

    /** Null when there never was one. */
    synchronized @Nullable Page of(ObjectKey workload) {
        read();
        return pages.get(workload);
    }

    synchronized List<Page> all() {
        read();
        return List.copyOf(pages.values());
    }

    synchronized void record(Entry entry) {
        read();
        fold(history.record(entry));
    }

    private void fold(Event event) {
        if (!event.type().startsWith(RolloutFacts.PREFIX)) {
            return;
        }
        ObjectKey workload = RolloutFacts.workload(event.data());
        Page before = pages.get(workload);
        if (event.type().equals(RolloutFacts.STARTED)) {
            pages.put(workload, new Page(Progress.started(event, workload), Account.NONE));
        } else if (before != null) {
            pages.put(
                    workload,
                    new Page(before.progress().after(event), before.account().after(event)));
        }
    }

    /** Only when it is first asked: most have no Rollout, and their agents should start fast. */
    private void read() {
        if (isRead) {
            return;
        }
        try {
            history.journal().read(0, event -> {
                fold(event);
                return true;
            });
            isRead = true;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
