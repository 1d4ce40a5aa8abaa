package io.homeostat.converge;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Names of things that need a look, each at most once, never two looks at the same thing at a time.
 *
 * <p>Asking for a look while one is under way gives one more afterwards; of several times the earliest counts. Safe for use by
 * many threads.
 */
final class WorkQueue {

    private record Due(String name, long at) {}

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Due> queue = new PriorityQueue<>((a, b) -> Long.compare(a.at() - b.at(), 0));
    private final Map<String, Long> due = new HashMap<>();
    private final Set<String> underway = new HashSet<>();
    private boolean closed;

    /** @param nanoTime monotonic, as {@link System#nanoTime} */
    WorkQueue(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(String name) {
        add(name, Duration.ZERO);
    }

    void add(String name, Duration delay) {
        long at = nanoTime.getAsLong() + delay.toNanos();
        lock.lock();
        try {
            Long known = due.get(name);
            if (known == null || at - known < 0) {
                due.put(name, at);
                queue.add(new Due(name, at));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next name that is due, waiting for one; null once the queue is closed. {@link #done} must follow. */
    @Nullable
    String take() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                Due next = queue.peek();
                if (next == null) {
                    changed.await();
                } else if (!isCurrent(next) || underway.contains(next.name())) {
                    // Superseded by an earlier time, or to be queued again by done().
                    queue.poll();
                } else {
                    long wait = next.at() - nanoTime.getAsLong();
                    if (wait > 0) {
                        changed.await(wait, TimeUnit.NANOSECONDS);
                    } else {
                        queue.poll();
                        due.remove(next.name());
                        underway.add(next.name());
                        return next.name();
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent(Due next) {
        Long at = due.get(next.name());
        return at != null && at == next.at();
    }

    /** The look is over; if another was asked for meanwhile, it is due at the time asked. */
    void done(String name) {
        lock.lock();
        try {
            underway.remove(name);
            Long at = due.get(name);
            if (at != null) {
                queue.add(new Due(name, at));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
