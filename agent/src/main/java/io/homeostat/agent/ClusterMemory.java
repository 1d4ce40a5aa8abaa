package io.homeostat.agent;

import io.homeostat.converge.Facts;
import io.homeostat.converge.History;
import io.homeostat.converge.StateText;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.KubernetesTarget;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What has to outlive the disk of this agent, kept beside the inventory in the cluster: good revisions, quarantines, freezes, and
 * the head of the journal that says so. The next agent, on whatever disk, takes it in before it looks at anything.
 */
final class ClusterMemory implements AutoCloseable {

    static final String TRUNCATED = "journal.truncated";

    /** Whoever forgets one of these does harm; a good revision that is remembered a moment later does none. */
    private static final Set<String> URGENT =
            Set.of(Facts.QUARANTINED, Facts.RELEASED, Facts.FROZEN, Facts.UNFROZEN, Facts.GOOD_CHOSEN, Facts.REMOVED);

    private static final long CALM_MILLIS = 1000;
    /** Longer than this no good revision waits for calm. */
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private static final long BETWEEN_MILLIS = 10;

    private final KubernetesTarget target;
    private final History history;
    private final Set<String> urgent = ConcurrentHashMap.newKeySet();
    private final Set<String> soon = ConcurrentHashMap.newKeySet();
    private final Semaphore news = new Semaphore(0);
    private final Journal.Subscription subscription;
    private final Thread thread;
    private final String journal;
    private volatile @Nullable Event newest;
    private volatile long heardAt = System.nanoTime();
    private volatile long waitingSince = System.nanoTime();

    private ClusterMemory(KubernetesTarget target, History history) throws IOException, InterruptedException {
        this.target = target;
        this.history = history;
        this.journal = firstHash(history.journal());
        restore(target.remembered());
        this.subscription = history.journal().follow(this::take);
        this.thread = Thread.ofVirtual().name("cluster-memory").start(this::run);
    }

    /** Takes in what is remembered, then keeps it up to date until closed. Waits until the cluster can be read. */
    static ClusterMemory open(KubernetesTarget target, History history) throws IOException, InterruptedException {
        return new ClusterMemory(target, history);
    }

    /** A journal's name: the hash of its first event. */
    private static String firstHash(Journal journal) throws IOException {
        StringBuilder first = new StringBuilder();
        journal.read(0, event -> {
            first.append(event.hash());
            return false;
        });
        return first.toString();
    }

    /** What this very journal said needs no restoring, unless it has lost its end since. */
    private void restore(Map<String, String> remembered) throws IOException {
        for (Map.Entry<String, String> entry : remembered.entrySet()) {
            Node.Mapping text =
                    Json.read(entry.getValue()) instanceof Node.Mapping mapping ? mapping : Node.Mapping.EMPTY;
            boolean isOurs = text.text("journal", "").equals(journal);
            if (isOurs && !holds(text)) {
                history.record(Facts.environment(
                        TRUNCATED,
                        "the journal on this disk does not hold event " + text.integer("sequence", 0)
                                + " as the cluster remembers it: its end was lost or changed; what the cluster remembers of '"
                                + entry.getKey() + "' counts",
                        Node.Mapping.EMPTY
                                .with("sequence", text.integer("sequence", 0))
                                .with("hash", text.text("hash", ""))));
            }
            if (!isOurs || !holds(text)) {
                history.record(Facts.restored(entry.getKey(), text.mapping("state")));
            }
        }
    }

    private boolean holds(Node.Mapping text) throws IOException {
        int sequence = text.integer("sequence", 0);
        StringBuilder found = new StringBuilder();
        history.journal().read(sequence - 1L, event -> {
            found.append(event.hash());
            return false;
        });
        return text.text("hash", "").contentEquals(found);
    }

    private void take(Event event) {
        newest = event;
        heardAt = System.nanoTime();
        if (URGENT.contains(event.type())) {
            urgent.add(event.application());
            news.release();
        } else if (event.type().equals(Facts.SYNC_SUCCEEDED)) {
            if (soon.isEmpty()) {
                waitingSince = heardAt;
            }
            soon.add(event.application());
        }
    }

    private void run() {
        try {
            while (true) {
                boolean called = news.tryAcquire(soon.isEmpty() ? CALM_MILLIS : BETWEEN_MILLIS, TimeUnit.MILLISECONDS);
                news.drainPermits();
                boolean written = remember(urgent, urgent.size());
                if (!called && mayWrite()) {
                    written &= remember(soon, 1);
                }
                if (!written) {
                    Thread.sleep(CALM_MILLIS);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** While many applications are brought in, the cluster has better things to do. */
    private boolean mayWrite() {
        long now = System.nanoTime();
        return now - heardAt > CALM_MILLIS * 1_000_000 || now - waitingSince > LONGEST_NANOS;
    }

    /** @return false when the cluster could not be written; what is left stays to be done */
    private boolean remember(Set<String> waiting, int most) {
        for (int left = most; left > 0 && !waiting.isEmpty(); left--) {
            String application = waiting.iterator().next();
            // Taken out first: what happens meanwhile puts it in again.
            waiting.remove(application);
            if (!remember(application)) {
                waiting.add(application);
                return false;
            }
        }
        return true;
    }

    private boolean remember(String application) {
        Event head = newest;
        Node.Mapping text = Node.Mapping.EMPTY
                .with("journal", journal)
                .with("sequence", head == null ? 0 : head.sequence())
                .with("hash", head == null ? "" : head.hash())
                .with("state", StateText.write(history.application(application)));
        try {
            target.remember(application, history.knows(application) ? Json.write(text) : "");
            return true;
        } catch (IOException later) {
            return false;
        }
    }

    /** What waits is written before it ends, as far as the cluster answers. */
    @Override
    public void close() {
        subscription.close();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            return;
        }
        if (remember(urgent, urgent.size())) {
            remember(soon, soon.size());
        }
    }
}
