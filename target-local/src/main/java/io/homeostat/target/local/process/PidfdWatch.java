package io.homeostat.target.local.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * With a descriptor for each process and one thread that waits for all of them: an exit is noticed at once, adopted processes
 * included, and nothing is asked in between.
 */
final class PidfdWatch implements ExitWatch {
    private static final long CLOSE = 0;

    private final Kernel kernel;
    private final String bootId;
    private final HandleWatch otherwise;
    private final int poll;
    private final int closing;
    private final Map<Long, Descriptor> watched = new ConcurrentHashMap<>();
    private final AtomicLong tokens = new AtomicLong(CLOSE);
    private final Thread thread;

    /** @param otherwise for the process too many: descriptors may run out */
    PidfdWatch(Kernel kernel, String bootId, HandleWatch otherwise) {
        this.kernel = kernel;
        this.bootId = bootId;
        this.otherwise = otherwise;
        poll = kernel.openPoll();
        closing = kernel.openEventCounter();
        if (poll < 0 || closing < 0 || kernel.watch(poll, closing, CLOSE) < 0) {
            throw new IllegalStateException("no descriptors left to watch processes with; raise 'ulimit -n'");
        }
        // Blocks in the kernel all the time: no work for a virtual thread.
        thread = Thread.ofPlatform().daemon().name("exits").start(this::run);
    }

    @Override
    public Watched watch(Identity process, Runnable ended) {
        int pidfd = kernel.openPidfd(process.pid());
        if (pidfd < 0 && ProcStat.isAlive(process, bootId)) {
            return otherwise
                    .because("no descriptor could be had (error " + -pidfd + ")")
                    .watch(process, ended);
        }
        // Looked at after the descriptor was opened: what it stands for cannot be another process from here on.
        ProcStat stat = pidfd < 0 || !process.bootId().equals(bootId) ? null : ProcStat.of(process.pid());
        if (stat == null || stat.startTicks() != process.startTicks()) {
            if (pidfd >= 0) {
                kernel.close(pidfd);
            }
            ended.run();
            return Watched.GONE;
        }
        long token = tokens.incrementAndGet();
        Descriptor descriptor = new Descriptor(pidfd, process.pid(), ended);
        watched.put(token, descriptor);
        int failed = kernel.watch(poll, pidfd, token);
        if (failed < 0) {
            watched.remove(token);
            descriptor.close();
            return otherwise
                    .because("it could not be waited for (error " + -failed + ")")
                    .watch(process, ended);
        }
        return descriptor;
    }

    private void run() {
        long[] ready = new long[64];
        while (true) {
            int count = kernel.poll(poll, ready);
            for (int i = 0; i < count; i++) {
                if (ready[i] == CLOSE) {
                    watched.values().forEach(Descriptor::close);
                    kernel.close(closing);
                    kernel.close(poll);
                    return;
                }
                Descriptor descriptor = watched.remove(ready[i]);
                if (descriptor != null) {
                    descriptor.close();
                    descriptor.ended.run();
                }
            }
            if (count < 0 && count != Kernel.INTERRUPTED) {
                throw new IllegalStateException("epoll_wait failed with error " + -count);
            }
        }
    }

    @Override
    public @Nullable String slowness() {
        return otherwise.slowness();
    }

    @Override
    public void close() {
        kernel.wake(closing);
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Locked, so that nobody signals a number that has been closed and means something else by now. */
    private final class Descriptor implements Watched {
        private final int pidfd;
        private final long pid;
        private final Runnable ended;
        private boolean open = true;

        Descriptor(int pidfd, long pid, Runnable ended) {
            this.pidfd = pidfd;
            this.pid = pid;
            this.ended = ended;
        }

        @Override
        public synchronized void signalGroup(int signal) {
            if (open && kernel.signalGroup(pidfd, signal) == Kernel.INVALID && kernel.signal(pidfd, 0) == 0) {
                // Before Linux 6.9. Not reaped yet, so its number is still its own.
                kernel.kill(-pid, signal);
            }
        }

        @Override
        public synchronized void signal(int signal) {
            if (open) {
                kernel.signal(pidfd, signal);
            }
        }

        synchronized void close() {
            if (open) {
                open = false;
                kernel.close(pidfd);
            }
        }
    }
}
