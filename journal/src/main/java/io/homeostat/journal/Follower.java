package io.homeostat.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One listener with a queue and a virtual thread of its own. The queue is bounded: a listener that falls behind further is given
 * the events from the files, so it costs an appender neither time nor memory.
 */
final class Follower implements Journal.Subscription {

    private static final int MOST_QUEUED = 512;

    private final RecordFiles files;
    private final Consumer<Event> listener;
    private final Consumer<Follower> whenClosed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Event> queue = new ArrayDeque<>();
    private long newest;
    private long given;
    private boolean ended;
    private volatile boolean closed;

    Follower(RecordFiles files, Consumer<Event> listener, long after, Consumer<Follower> whenClosed) {
        this.files = files;
        this.whenClosed = whenClosed;
        this.listener = listener;
        this.given = after;
        this.newest = after;
    }

    void start() {
        Thread.ofVirtual().name("journal-follower").start(this::run);
    }

    void offer(Event event) {
        lock.lock();
        try {
            newest = event.sequence();
            if (queue.size() < MOST_QUEUED) {
                queue.add(event);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** No more events come; those that are there are still given. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!closed) {
            Event next = next();
            if (closed) {
                return;
            }
            if (next != null) {
                give(next);
            } else if (given == newest()) {
                return;
            } else {
                catchUp();
            }
        }
    }

    /** Waits; null when there is something new that did not fit into the queue, or nothing will come any more. */
    private @Nullable Event next() {
        lock.lock();
        try {
            while (newest == given && !ended && !closed) {
                changed.awaitUninterruptibly();
            }
            Event next = queue.poll();
            // A gap: the queue was full for a while, and the files have what comes between.
            return next == null || next.sequence() == given + 1 ? next : null;
        } finally {
            lock.unlock();
        }
    }

    private void catchUp() {
        long until;
        lock.lock();
        try {
            queue.clear();
            until = newest;
        } finally {
            lock.unlock();
        }
        try {
            files.read(given, until, event -> {
                give(event);
                return !closed;
            });
        } catch (IOException e) {
            report(e);
        }
        given = Math.max(given, until);
    }

    private void give(Event event) {
        given = event.sequence();
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            // A broken listener must not stop the journal, nor miss the next event.
            report(e);
        }
    }

    private void report(Exception e) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }

    private long newest() {
        lock.lock();
        try {
            return newest;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
        whenClosed.accept(this);
    }
}
