package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Kept open for the next request, of each event loop. */
    private static final int MOST_IDLE = 512;

    final InetSocketAddress address;
    private volatile Backend config;
    private volatile boolean removed;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Set<Held> connections = ConcurrentHashMap.newKeySet();
    private final Map<EventLoop, ArrayDeque<Http1Instance>> idle = new ConcurrentHashMap<>();
    private final Map<EventLoop, List<Http2Instance>> http2 = new ConcurrentHashMap<>();
    private @Nullable Future<?> drain;

    LiveBackend(InetSocketAddress address, Backend config) {
        this.address = address;
        this.config = config;
    }

    /** Called by {@link LiveCallee} under the balancer's lock, as {@link #remove} is. */
    void update(Backend changed) {
        config = changed;
        removed = false;
        if (drain != null) {
            drain.cancel(false);
            drain = null;
        }
        if (!changed.ready()) {
            closeIdle();
        }
    }

    void remove(Duration after, EventExecutorGroup timers) {
        removed = true;
        closeIdle();
        if (drain == null) {
            drain = timers.schedule(() -> connections.forEach(Held::end), after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    boolean isReady() {
        return config.ready() && !removed;
    }

    String version() {
        return config.version();
    }

    String name() {
        return config.name();
    }

    /** The name that it has to show a certificate for; empty where it speaks plainly. */
    String tls() {
        return config.tls();
    }

    /** Plain connections and requests under way now, those being made included: what is balanced. */
    int open() {
        return open.get();
    }

    void began() {
        open.incrementAndGet();
    }

    void over() {
        open.decrementAndGet();
    }

    void connected(Held connection) {
        connected.incrementAndGet();
        connections.add(connection);
    }

    void refused() {
        refused.incrementAndGet();
    }

    void disconnected(Held connection) {
        connections.remove(connection);
    }

    // ---- connections that wait for their next request, each on its own event loop

    @Nullable
    Http1Instance takeIdle(EventLoop loop) {
        ArrayDeque<Http1Instance> waiting = idle.get(loop);
        // The one that was used last: what is not needed then grows old, and is closed.
        return waiting == null ? null : waiting.pollLast();
    }

    /** False when it is not to be kept. */
    boolean keepIdle(EventLoop loop, Http1Instance instance) {
        ArrayDeque<Http1Instance> waiting = idle.computeIfAbsent(loop, first -> new ArrayDeque<>());
        if (!isReady() || waiting.size() >= MOST_IDLE) {
            return false;
        }
        waiting.addLast(instance);
        return true;
    }

    void forgetIdle(EventLoop loop, Http1Instance instance) {
        ArrayDeque<Http1Instance> waiting = idle.get(loop);
        if (waiting != null) {
            waiting.remove(instance);
        }
    }

    /** Connections of HTTP/2, which belong to the event loop. */
    List<Http2Instance> http2(EventLoop loop) {
        return http2.computeIfAbsent(loop, first -> new ArrayList<>());
    }

    void forgetHttp2(EventLoop loop, Http2Instance instance) {
        http2(loop).remove(instance);
    }

    private void closeIdle() {
        http2.forEach(
                (loop, instances) -> loop.execute(() -> List.copyOf(instances).forEach(Http2Instance::retire)));
        idle.forEach((loop, waiting) -> loop.execute(() -> {
            for (Http1Instance next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
                next.close();
            }
        }));
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
