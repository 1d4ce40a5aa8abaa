package io.homeostat.converge;

import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The journal, folded: what it says about the environment and each application, always up to date with what was just written.
 * Safe for use by many threads.
 */
public final class History {

    /** Whoever forgets one of these after a loss of power would do harm, so they are on the disk before we go on. */
    private static final Set<String> DURABLE = Set.of(
            Facts.QUARANTINED,
            Facts.RELEASED,
            Facts.FROZEN,
            Facts.UNFROZEN,
            Facts.CONFIRMED,
            Facts.SYNC_SUCCEEDED,
            Facts.GOOD_CHOSEN,
            Facts.RESTORED);

    private final Journal journal;
    private final Map<String, ApplicationState> applications = new TreeMap<>();
    private String lastRevision = "";
    private boolean sourceFails;
    private Instant lastEvent = Instant.MAX;

    private History(Journal journal) {
        this.journal = journal;
    }

    /** Reads the whole journal once. */
    public static History open(Journal journal) throws IOException {
        return open(journal, event -> {});
    }

    /** @param also is given every event of the past, oldest first, so that it need not be read again */
    public static History open(Journal journal, Consumer<Event> also) throws IOException {
        History history = new History(journal);
        journal.read(0, event -> {
            history.fold(event);
            also.accept(event);
            return true;
        });
        return history;
    }

    /** Writes an event and takes it in. */
    public Event record(Entry entry) {
        try {
            Event event;
            synchronized (applications) {
                event = journal.append(entry);
                fold(event);
            }
            if (DURABLE.contains(entry.type())) {
                // Not under the lock: many applications wait for one disk together, and nobody waits for theirs to be
                // read.
                journal.force(event.sequence());
            }
            return event;
        } catch (IOException failed) {
            // Nothing may be done that is not written down; the caller tries again later.
            throw new JournalUnavailable(failed);
        }
    }

    private void fold(Event event) {
        synchronized (applications) {
            switch (event.type()) {
                case Facts.REVISION_SEEN -> lastRevision = event.data().text("revision", "");
                case Facts.SOURCE_FAILED -> sourceFails = true;
                case Facts.SOURCE_RECOVERED -> sourceFails = false;
                case Facts.REMOVED -> applications.remove(event.application());
                case Facts.TARGET_RECOVERED ->
                    pause(Duration.ofSeconds(event.data().integer("seconds", 0)));
                case Facts.AGENT_STARTED -> pause(Duration.between(lastEvent, event.time()));
                default -> {
                    String name = event.application();
                    if (!name.isEmpty() && Facts.STATEFUL.contains(event.type())) {
                        applications.put(name, application(name).after(event));
                    }
                }
            }
            lastEvent = event.time();
        }
    }

    /** No agent was there, or no target: whatever was under way could not go on. */
    private void pause(Duration absence) {
        applications.replaceAll((name, state) -> state.afterPause(absence));
    }

    public ApplicationState application(String name) {
        synchronized (applications) {
            ApplicationState known = applications.get(name);
            return known == null ? ApplicationState.unknown(name) : known;
        }
    }

    /** Whether anything was ever said of an application that is not over. */
    public boolean knows(String name) {
        synchronized (applications) {
            return applications.containsKey(name);
        }
    }

    public Collection<ApplicationState> applications() {
        synchronized (applications) {
            return List.copyOf(applications.values());
        }
    }

    /** The newest revision ever seen; empty before the first. */
    public String lastRevision() {
        synchronized (applications) {
            return lastRevision;
        }
    }

    /** Whether the last word on the source is that it cannot be read. */
    public boolean isSourceFailing() {
        synchronized (applications) {
            return sourceFails;
        }
    }

    public Journal journal() {
        return journal;
    }

    /** The journal cannot be written (a full disk, say); what was about to happen did not. */
    public static final class JournalUnavailable extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        JournalUnavailable(IOException cause) {
            super("the journal cannot be written, so nothing is changed: " + cause.getMessage(), cause);
        }
    }
}
