package io.homeostat.target.local.runtime;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread on which everything in the target is decided and remembered. Whoever learns of something elsewhere (a process
 * ended, a probe answered, a file changed) hands it in here; whatever takes long (starting, stopping, probing) is done elsewhere
 * and handed in when it is done. So no state in the target needs a lock.
 */
public final class Loop implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Runnable afterEach;
    private final Consumer<RuntimeException> faults;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparing(Timer::at));
    private final Thread thread;
    private volatile boolean closed;

    private final Map<Object, Timer> keyed = new HashMap<>();

    private record Timer(Instant at, Runnable task) {}

    /**
     * @param afterEach runs after each task, on the loop
     * @param faults told of what tasks throw; the loop goes on
     */
    public Loop(InstantSource clock, Runnable afterEach, Consumer<RuntimeException> faults) {
        this.clock = clock;
        this.afterEach = afterEach;
        this.faults = faults;
        this.thread = Thread.ofPlatform().daemon().name("local-target").unstarted(this::work);
    }

    public void start() {
        thread.start();
    }

    /** Runs a task soon; from any thread. Dropped once the loop is closed. */
    public void run(Runnable task) {
        if (!closed) {
            tasks.add(task);
        }
    }

    /** Runs a task at a time; only on the loop. */
    public void at(Instant time, Runnable task) {
        timers.add(new Timer(time, task));
    }

    /**
     * Runs a task at a time, or earlier when an earlier time was asked for under the same key; only on the loop. Whoever asks again
     * and again leaves one timer behind, not many.
     */
    public void at(Object key, Instant time, Runnable task) {
        Timer before = keyed.get(key);
        if (before != null && !before.at().isAfter(time)) {
            return;
        }
        Timer timer = new Timer(time, () -> {
            keyed.remove(key);
            task.run();
        });
        if (before != null) {
            timers.remove(before);
        }
        keyed.put(key, timer);
        timers.add(timer);
    }

    /** Runs a task and waits for what it answers; not from the loop. */
    public <T extends @Nullable Object> T call(Callable<T> task) throws IOException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        run(() -> {
            try {
                answer.complete(task.call());
            } catch (Exception thrown) {
                answer.completeExceptionally(thrown);
            }
        });
        try {
            while (!closed || answer.isDone()) {
                try {
                    return answer.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException busy) {
                    // look again whether it is closed
                }
            }
            throw new IOException("the local target is closed");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the local target", interrupted);
        } catch (ExecutionException thrown) {
            if (thrown.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw new IllegalStateException(thrown.getCause());
        }
    }

    private void work() {
        while (!closed) {
            try {
                Runnable task = next();
                if (task != null) {
                    try {
                        task.run();
                    } finally {
                        afterEach.run();
                    }
                }
            } catch (InterruptedException end) {
                return;
            } catch (RuntimeException fault) {
                faults.accept(fault);
            }
        }
    }

    private @Nullable Runnable next() throws InterruptedException {
        Timer first = timers.peek();
        if (first == null) {
            return tasks.poll(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        Duration wait = Duration.between(clock.instant(), first.at());
        if (wait.isZero() || wait.isNegative()) {
            return timers.remove().task();
        }
        Duration shorter = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        return tasks.poll(shorter.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets the task that runs come to its end: interrupting it would close the files that it happens to write to. */
    @Override
    public void close() {
        closed = true;
        tasks.clear();
        tasks.add(() -> {});
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
