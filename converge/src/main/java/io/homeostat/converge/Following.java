package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Good;
import io.homeostat.converge.History.JournalUnavailable;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.Environment;
import io.homeostat.model.Problem;
import io.homeostat.source.Pacer;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows the source: fetches when it changed, when somebody says so, and every interval; renders what is new. A source that
 * fails changes nothing but what is said about it.
 */
final class Following implements AutoCloseable {

    private final Source source;
    private final Revisions revisions;
    private final History history;
    private final Runnable advanced;
    private final Semaphore wanted = new Semaphore(0);
    private final RandomGenerator random;
    private Duration interval = Environment.DEFAULT_INTERVAL;
    private Pacer pacer;
    private final Thread thread;
    private Source.@Nullable Watch watch;
    private volatile @Nullable String error;
    private volatile boolean closed;

    /** @param advanced called after a new revision was rendered */
    Following(Source source, Revisions revisions, History history, RandomGenerator random, Runnable advanced) {
        this.source = source;
        this.revisions = revisions;
        this.history = history;
        this.advanced = advanced;
        this.random = random;
        this.pacer = Pacer.every(interval, random);
        this.thread = Thread.ofVirtual().name("source").unstarted(this::follow);
    }

    void start() {
        watch = source.watch(this::lookNow);
        thread.start();
    }

    void lookNow() {
        wanted.release();
    }

    @Nullable
    String error() {
        return error;
    }

    private void follow() {
        try {
            resumeFromLast();
            while (!closed) {
                wanted.drainPermits();
                boolean succeeded = look();
                Duration delay = succeeded ? pacer.afterSuccess() : pacer.afterFailure();
                var ignored = wanted.tryAcquire(delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean look() {
        try {
            take(source.fetch());
            error = null;
            if (history.isSourceFailing()) {
                history.record(Facts.sourceRecovered(source.location()));
            }
            return true;
        } catch (SourceException | IOException failed) {
            return fail(String.valueOf(failed.getMessage()));
        } catch (JournalUnavailable later) {
            error = later.getMessage();
            return false;
        } catch (RuntimeException bug) {
            return fail("homeostat failed on the newest revision, the last one stays in force: " + bug);
        }
    }

    private boolean fail(String message) {
        boolean told = message.equals(error);
        error = message;
        try {
            if (!told || !history.isSourceFailing()) {
                history.record(Facts.sourceFailed(message));
            }
        } catch (JournalUnavailable later) {
            // The error stands in the status; it is written when the journal can be.
        }
        return false;
    }

    /** Before the source has answered, however long that takes, what was last seen is kept up. */
    private void resumeFromLast() {
        try {
            if (!history.lastRevision().isEmpty()) {
                take(source.at(history.lastRevision()));
            }
        } catch (SourceException | IOException | RuntimeException notHeld) {
            // Then the first fetch has to bring it; until then everything stays as it is.
        }
    }

    private void take(Snapshot snapshot) throws IOException, SourceException {
        Revisions.Revision head = revisions.declared();
        boolean isNews = !history.lastRevision().equals(snapshot.revision());
        boolean isHead = head != null && head.snapshot().revision().equals(snapshot.revision());
        boolean isWhole = head != null && !head.rendering().isUnfinished();
        if (isHead && !isNews && isWhole) {
            return;
        }
        Rendering rendering = head != null && isHead && isWhole
                ? head.rendering()
                : revisions.advance(snapshot).rendering();
        if (!interval.equals(rendering.environment().interval())) {
            interval = rendering.environment().interval();
            pacer = Pacer.every(interval, random);
        }
        if (isNews) {
            // Told in this order, so that an agent that dies in between tells again rather than never.
            tellProblems(rendering);
            history.record(Facts.revisionSeen(
                    snapshot.revision(),
                    snapshot.origin().author(),
                    snapshot.origin().subject()));
        }
        advanced.run();
        source.retain(needed(snapshot.revision()));
    }

    private void tellProblems(Rendering rendering) {
        if (!rendering.broken().isEmpty()) {
            history.record(Facts.revisionInvalid("", rendering.revision(), rendering.broken()));
        }
        for (Rendered rendered : rendering.applications().values()) {
            List<Problem> errors =
                    rendered.problems().stream().filter(Problem::isError).toList();
            if (!errors.isEmpty()) {
                history.record(Facts.revisionInvalid(rendered.application().name(), rendering.revision(), errors));
            }
        }
    }

    /** Every revision that some application may be sent back to. */
    private Set<String> needed(String head) {
        Set<String> needed = new HashSet<>();
        needed.add(head);
        for (ApplicationState state : history.applications()) {
            Attempt attempt = state.attempt();
            if (attempt != null) {
                needed.add(Overlay.bare(attempt.revision()));
            }
            for (Good good : state.goods()) {
                needed.add(good.revision());
            }
        }
        return needed;
    }

    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
