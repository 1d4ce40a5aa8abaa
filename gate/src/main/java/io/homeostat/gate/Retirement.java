package io.homeostat.gate;

import io.homeostat.gate.control.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of a gate whose sockets another one has: it serves the connections it has, and is told and asked what that one is. */
final class Retirement {

    /** Whoever is connected for longer than that (to a database, to a stream of events) has to connect anew. */
    static final Duration MOST = Duration.ofHours(1);

    /** Somebody reads the last numbers within a second, or nobody does. */
    private static final Duration LAST_READING = Duration.ofSeconds(10);

    private final Path directory;
    private final Balancer balancer;
    private final @Nullable GateLock lock;
    private volatile boolean begun;
    private volatile long since;
    private volatile long lastRead = System.nanoTime();
    private long unusedSince;
    private boolean unused;

    Retirement(Path directory, Balancer balancer, @Nullable GateLock lock) {
        this.directory = directory;
        this.balancer = balancer;
        this.lock = lock;
    }

    int leaveSockets() throws IOException {
        return Inherited.leave(directory, balancer.listening());
    }

    boolean hasBegun() {
        return begun;
    }

    /** When this returns, the directory is the other gate's. */
    void begin() throws IOException {
        ProcessIdentity own = ProcessIdentity.of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IOException("/proc does not show this process"));
        Predecessor.become(directory, own);
        since = System.nanoTime();
        begun = true;
        balancer.handOver();
        if (lock != null) {
            lock.close();
        }
    }

    /** Somebody has the numbers as they were at that time, or later. */
    synchronized void read(long since) {
        if (since - lastRead > 0) {
            lastRead = since;
        }
    }

    /**
     * To be asked now and then, by one thread.
     *
     * @param before ends first, since this one answers for it
     */
    boolean isOver(@Nullable Predecessor before) {
        if (!begun) {
            return false;
        }
        long now = System.nanoTime();
        if (now - since > MOST.toNanos()) {
            return true;
        }
        if (balancer.open() > 0 || (before != null && before.isAlive())) {
            unused = false;
            return false;
        }
        if (!unused) {
            unused = true;
            unusedSince = now;
        }
        return lastRead - unusedSince > 0 || now - unusedSince > LAST_READING.toNanos();
    }
}
