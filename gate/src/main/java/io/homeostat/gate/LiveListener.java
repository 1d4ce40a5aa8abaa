package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.Listener;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An address that is served, and what is behind it.
 *
 * <p>Two kinds of threads meet here. The balancer, one call at a time, changes what is configured; the event loops, all at once,
 * read it and count. What the loops read is therefore replaced whole and never changed in place.
 */
final class LiveListener {

    private final EventExecutorGroup timers;
    private volatile Listener config;
    private volatile List<LiveBackend> ready = List.of();
    private volatile boolean removed;
    private volatile String error = "it is being opened";
    private volatile @Nullable Channel channel;
    private final Map<InetSocketAddress, LiveBackend> backends = new LinkedHashMap<>();
    private final Map<InetSocketAddress, LiveBackend> draining = new LinkedHashMap<>();

    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final Map<Failure, LongAdder> failed = new ConcurrentHashMap<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Set<Session> waiting = ConcurrentHashMap.newKeySet();

    LiveListener(Listener config, EventExecutorGroup timers) {
        this.config = config;
        this.timers = timers;
    }

    // ---- what the balancer does, under its lock

    void update(Listener changed, Duration drain) {
        config = changed;
        Map<InetSocketAddress, LiveBackend> before = new LinkedHashMap<>(backends);
        backends.clear();
        draining.values().removeIf(backend -> backend.open() == 0);
        List<LiveBackend> nowReady = new ArrayList<>();
        for (Backend backend : changed.backends()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(backend.host()), backend.port());
            LiveBackend live = before.remove(address);
            if (live == null) {
                live = draining.remove(address);
            }
            if (live == null) {
                live = new LiveBackend(address, backend);
            }
            live.update(backend);
            backends.put(address, live);
            if (backend.ready()) {
                nowReady.add(live);
            }
        }
        ready = List.copyOf(nowReady);
        before.forEach((address, backend) -> {
            backend.remove(drain, timers);
            draining.put(address, backend);
        });
        waiting.forEach(Session::wake);
    }

    /** No new connections; those that wait fail now, the others go on until the drain is over. */
    void remove(Duration drain) {
        removed = true;
        update(withoutBackends(config), drain);
        Channel listening = channel;
        if (listening != null) {
            Sockets.closeListening(listening);
        }
    }

    private static Listener withoutBackends(Listener it) {
        return new Listener(
                it.name(),
                it.host(),
                it.port(),
                it.maxConnections(),
                it.maxWaiting(),
                it.waitForBackend(),
                it.connectTimeout(),
                List.of());
    }

    void listening(Channel opened) {
        channel = opened;
        error = "";
    }

    void notListening(String why) {
        error = why;
    }

    boolean isRemoved() {
        return removed;
    }

    /** Why it is not listening; empty when it is. */
    String error() {
        return error;
    }

    ListenerStatus status() {
        List<BackendStatus> statuses = new ArrayList<>();
        backends.values().forEach(backend -> statuses.add(backend.status(false)));
        draining.values().removeIf(backend -> backend.open() == 0);
        draining.values().forEach(backend -> statuses.add(backend.status(true)));
        Map<Failure, Long> failures = new EnumMap<>(Failure.class);
        failed.forEach((failure, count) -> failures.put(failure, count.sum()));
        return new ListenerStatus(
                config.name(),
                config.host(),
                config.port(),
                error.isEmpty() && !removed,
                error,
                removed,
                open.get(),
                waitingCount.get(),
                accepted.get(),
                failures,
                statuses);
    }

    // ---- what the event loops do

    Listener config() {
        return config;
    }

    /** The backend for a connection, or null when there is none that was not tried already. */
    @Nullable
    LiveBackend choose(Collection<LiveBackend> tried) {
        return Choice.fewest(ready, tried, LiveBackend::open, turn.getAndIncrement());
    }

    /**
     * Counts a connection; false when there are too many.
     *
     * @param room whether the gate as a whole has room for it
     */
    boolean admit(boolean room) {
        accepted.incrementAndGet();
        if (open.incrementAndGet() > config.maxConnections() || !room) {
            open.decrementAndGet();
            failed(Failure.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    void ended() {
        open.decrementAndGet();
    }

    void failed(Failure why) {
        failed.computeIfAbsent(why, first -> new LongAdder()).increment();
    }

    /** Has the session woken when the backends change; false when too many are waiting. */
    boolean await(Session session) {
        if (waitingCount.incrementAndGet() > config.maxWaiting()) {
            waitingCount.decrementAndGet();
            return false;
        }
        waiting.add(session);
        return true;
    }

    void awaitNoMore(Session session) {
        waiting.remove(session);
        waitingCount.decrementAndGet();
    }

    int open() {
        return open.get();
    }
}
