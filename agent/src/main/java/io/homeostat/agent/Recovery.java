package io.homeostat.agent;

import io.homeostat.converge.Facts;
import io.homeostat.converge.History;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Says, once for each agent, how long it took from its start until everything was as Git declares and healthy: after a disaster the
 * first thing that people ask. An agent that found everything in its place says nothing.
 */
final class Recovery implements AutoCloseable {

    static final String CONVERGED = "environment.converged";

    private static final Set<String> NEWS = Set.of(Facts.SYNC_SUCCEEDED, Facts.HEALTH_CHANGED);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final History history;
    private final Instant startedAt;
    private final Supplier<List<String>> applications;
    private final Predicate<String> isSettled;
    private final Consumer<String> told;
    private final AtomicInteger steps = new AtomicInteger();
    private final Journal.Subscription subscription;
    private final Thread thread;
    private volatile Instant newest;

    /**
     * @param isSettled whether an application is as Git declares, and healthy
     * @param told gets the sentence that the journal gets
     */
    Recovery(
            History history,
            Instant startedAt,
            Supplier<List<String>> applications,
            Predicate<String> isSettled,
            Consumer<String> told) {
        this.history = history;
        this.startedAt = startedAt;
        this.newest = startedAt;
        this.applications = applications;
        this.isSettled = isSettled;
        this.told = told;
        this.subscription = history.journal().follow(this::take);
        this.thread = Thread.ofVirtual().name("recovery").start(this::run);
    }

    private void take(Event event) {
        if (event.type().equals(Facts.STEP_DONE)) {
            steps.incrementAndGet();
        } else if (NEWS.contains(event.type())) {
            newest = event.time();
        }
    }

    private void run() {
        try {
            while (!isEverythingThere()) {
                Thread.sleep(LOOK_AGAIN);
            }
            subscription.close();
            if (steps.get() > 0) {
                record();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends at the first that is not, so looking costs next to nothing while there is much to do. */
    private boolean isEverythingThere() {
        List<String> names = applications.get();
        return !names.isEmpty() && names.stream().allMatch(isSettled);
    }

    private void record() {
        Duration took = Duration.between(startedAt, newest);
        int count = applications.get().size();
        String message = String.format(
                Locale.ROOT,
                "%s as Git declares and healthy, %.1f s after the agent's start, with %d steps",
                count == 1 ? "the application is" : "all " + count + " applications are",
                took.toMillis() / 1000.0,
                steps.get());
        history.record(Facts.environment(
                CONVERGED,
                message,
                Node.Mapping.EMPTY
                        .with("milliseconds", took.toMillis())
                        .with("applications", count)
                        .with("steps", steps.get())));
        told.accept(message);
    }

    @Override
    public void close() {
        subscription.close();
        thread.interrupt();
    }
}
