package io.homeostat.deliver.rollout;

import io.homeostat.converge.History;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.deliver.rollout.Book.Page;
import io.homeostat.deliver.rollout.Surroundings.Looked;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Check;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the checks of each rollout on its way, each by a thread of its own, so that a slow one keeps nobody waiting. Checks
 * that are edited on the way are taken as they are then. What failed is in the journal, so that the next agent goes on counting. Safe for use by many threads.
 */
final class Watches implements AutoCloseable {

    private final Surroundings surroundings;
    private final Book book;
    private final Map<ObjectKey, Open> open = new HashMap<>();
    private boolean closed;

    Watches(Surroundings surroundings, Book book) {
        this.surroundings = surroundings;
        this.book = book;
    }

    /**
     * @param worse a check that failed too often; null when none did
     * @param unmet what holds the stage; null when every check holds in it
     */
    record Heard(@Nullable String worse, @Nullable String unmet) {
        static final Heard NOTHING = new Heard(null, null);
    }

    private record Open(Instant startedAt, List<Check> checks, List<Watched> watched) {}

    /** @param disturbed somebody disturbs the versions on purpose: what fails meanwhile does not count */
    synchronized Heard hear(Rollout rollout, Page page, Arms arms, boolean disturbed) {
        Progress progress = page.progress();
        if (rollout.checks().isEmpty() || !progress.isRunning() || progress.stage() < 0 || closed) {
            end(progress.workload());
            return Heard.NOTHING;
        }
        Open known = open.get(progress.workload());
        if (known == null
                || !known.startedAt().equals(progress.startedAt())
                || !known.checks().equals(rollout.checks())) {
            end(progress.workload());
            known = begin(rollout, progress, arms);
            open.put(progress.workload(), known);
        }
        List<String> unmet = new ArrayList<>();
        for (Watched each : known.watched()) {
            int failed = page.account().failures().getOrDefault(each.check.name(), 0);
            if (failed > each.check.failures()) {
                return new Heard("check " + each.check.name() + " failed " + times(failed) + each.failure(), null);
            }
            String holdsNot = each.inStage(progress.stage(), disturbed);
            if (holdsNot != null) {
                unmet.add("check " + each.check.name() + ": " + holdsNot);
            }
        }
        return new Heard(null, unmet.isEmpty() ? null : String.join("; ", unmet));
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    private Open begin(Rollout rollout, Progress progress, Arms arms) {
        List<Watched> watched = new ArrayList<>();
        for (Check check : rollout.checks()) {
            Watched each = new Watched(
                    check, progress, arms.stable().version(), arms.canary().version());
            watched.add(each);
            each.thread.start();
        }
        return new Open(progress.startedAt(), rollout.checks(), List.copyOf(watched));
    }

    private void end(ObjectKey workload) {
        Open over = open.remove(workload);
        if (over != null) {
            over.watched().forEach(Watched::end);
        }
    }

    /** Of a rollout on its way. */
    synchronized List<Rollouts.Watched> standing(Page page) {
        Open known = open.get(page.progress().workload());
        return known == null
                ? List.of()
                : known.watched().stream()
                        .map(each -> new Rollouts.Watched(
                                each.check.name(),
                                each.last(),
                                page.account().failures().getOrDefault(each.check.name(), 0),
                                each.check.failures()))
                        .toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(open.keySet()).forEach(this::end);
    }

    private final class Watched {
        private final Check check;
        private final Progress progress;
        private final String stable;
        private final String canary;
        private final Thread thread;
        private final Semaphore soon = new Semaphore(0);
        /** Nobody asks for it any more. */
        private volatile boolean over;

        private Looked last = new Looked(Looked.State.UNKNOWN, "not looked at yet");
        private String failure = "";
        private int stage;
        private boolean lookedInStage;
        private boolean disturbed;

        Watched(Check check, Progress progress, String stable, String canary) {
            this.check = check;
            this.progress = progress;
            this.stable = stable;
            this.canary = canary;
            this.stage = progress.stage();
            this.thread = Thread.ofVirtual().name("check " + check.name()).unstarted(this::run);
        }

        private void run() {
            try {
                while (isWanted()) {
                    look();
                    boolean _ = soon.tryAcquire(check.every().toMillis(), TimeUnit.MILLISECONDS);
                    soon.drainPermits();
                }
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        }

        private void end() {
            over = true;
            thread.interrupt();
        }

        /** Whatever goes wrong, the next look is a new one. */
        private void look() {
            int inStage = stage();
            try {
                Looked looked = surroundings.look(check.look(), stable, canary);
                if (!over) {
                    take(looked, inStage);
                }
            } catch (History.JournalUnavailable full) {
                take(new Looked(Looked.State.UNKNOWN, String.valueOf(full.getMessage())), inStage);
            } catch (RuntimeException failed) {
                take(new Looked(Looked.State.UNKNOWN, "cannot be looked at: " + failed), inStage);
            }
        }

        private boolean isWanted() {
            Page page = book.of(progress.workload());
            return !over
                    && page != null
                    && page.progress().isRunning()
                    && page.progress().startedAt().equals(progress.startedAt());
        }

        private void take(Looked looked, int inStage) {
            boolean counts;
            synchronized (this) {
                last = looked;
                lookedInStage = inStage == stage;
                counts = looked.state() == Looked.State.FAILS && !disturbed;
                failure = counts ? ": " + looked.detail() : failure;
            }
            if (counts) {
                book.record(RolloutFacts.check(progress, check, looked.detail()));
            }
        }

        /** What was seen when it failed last; empty when that was in another agent's time. */
        synchronized String failure() {
            return failure;
        }

        private synchronized int stage() {
            return stage;
        }

        synchronized Looked last() {
            return last;
        }

        /** Why it does not hold in this stage; null when it does. What was seen in an earlier one says nothing. */
        synchronized @Nullable String inStage(int reached, boolean isDisturbed) {
            disturbed = isDisturbed;
            if (stage != reached) {
                stage = reached;
                lookedInStage = false;
                soon.release();
            }
            if (!lookedInStage) {
                return "not looked at in this stage yet";
            }
            return last.state() == Looked.State.HOLDS ? null : last.detail();
        }
    }
}
