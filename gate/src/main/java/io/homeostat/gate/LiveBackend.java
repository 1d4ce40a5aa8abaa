package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A backend and the connections to it. One that is removed lives on until its last connection ends or the drain is over; one that
 * comes back before is the same again.
 */
final class LiveBackend {

    final InetSocketAddress address;
    private volatile Backend config;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable Future<?> drain;

    LiveBackend(InetSocketAddress address, Backend config) {
        this.address = address;
        this.config = config;
    }

    /** Called by {@link LiveListener} under the balancer's lock, as {@link #remove} is. */
    void update(Backend changed) {
        config = changed;
        if (drain != null) {
            drain.cancel(false);
            drain = null;
        }
    }

    void remove(Duration after, EventExecutorGroup timers) {
        if (drain == null) {
            drain = timers.schedule(() -> sessions.forEach(Session::end), after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    boolean isReady() {
        return config.ready();
    }

    /** Connections now, those being made included. */
    int open() {
        return open.get();
    }

    void connecting(Session session) {
        open.incrementAndGet();
        sessions.add(session);
    }

    void connected() {
        connected.incrementAndGet();
    }

    void refused(Session session) {
        refused.incrementAndGet();
        ended(session);
    }

    void ended(Session session) {
        sessions.remove(session);
        open.decrementAndGet();
    }

    BackendStatus status(boolean draining) {
        return new BackendStatus(
                config.name(),
                config.host(),
                config.port(),
                config.ready() && !draining,
                draining,
                open.get(),
                connected.get(),
                refused.get());
    }
}
