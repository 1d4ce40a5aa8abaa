package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * An address that is served, which stands for one edge: who connects to it, and how many.
 *
 * <p>Two kinds of threads meet here. The balancer, one call at a time, changes what is configured; the event loops, all at once,
 * read it and count. What the loops read is therefore replaced whole and never changed in place.
 */
final class LiveListener {

    private final EventExecutorGroup timers;
    private final AccessLog accessLog;
    private volatile Listener config;
    private volatile LiveCallee callee;
    private volatile EdgeTally tally;
    private volatile EdgeTally mirrorTally;
    private volatile boolean removed;
    private volatile String error = "it is being opened";
    private volatile @Nullable Channel channel;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final Map<Failure, LongAdder> failed = new ConcurrentHashMap<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Set<Reach> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Held> connections = ConcurrentHashMap.newKeySet();

    /** @param mirrorTally of the copies of its requests */
    LiveListener(
            Listener config,
            LiveCallee callee,
            EdgeTally tally,
            EdgeTally mirrorTally,
            AccessLog accessLog,
            EventExecutorGroup timers) {
        this.mirrorTally = mirrorTally;
        this.accessLog = accessLog;
        this.config = config;
        this.callee = callee;
        this.tally = tally;
        this.timers = timers;
    }

    // ---- what the balancer does, under its lock

    /** To be called when the callee has what the configuration says. */
    void update(Listener changed, LiveCallee leadsTo, EdgeTally countedBy, EdgeTally copiesCountedBy) {
        config = changed;
        callee = leadsTo;
        tally = countedBy;
        mirrorTally = copiesCountedBy;
        waiting.forEach(Reach::wake);
    }

    /** No new connections; those that wait fail now, the others go on until the drain is over. */
    void remove(Duration drain) {
        removed = true;
        waiting.forEach(Reach::wake);
        Future<?> ignored =
                timers.schedule(() -> connections.forEach(Held::end), drain.toMillis(), TimeUnit.MILLISECONDS);
        Channel listening = channel;
        if (listening != null) {
            Sockets.closeListening(listening);
        }
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
                callee.status());
    }

    // ---- what event loops do

    Listener config() {
        return config;
    }

    Limits limits() {
        return config.limits();
    }

    LiveCallee callee() {
        return callee;
    }

    EdgeTally tally() {
        return tally;
    }

    EdgeTally mirrorTally() {
        return mirrorTally;
    }

    AccessLog accessLog() {
        return accessLog;
    }

    /**
     * Counts a connection; false when there are too many.
     *
     * @param room whether the gate as a whole has room for it
     */
    boolean admit(boolean room) {
        accepted.incrementAndGet();
        if (open.incrementAndGet() > limits().maxConnections() || !room) {
            open.decrementAndGet();
            failed(Failure.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    void began(Held connection) {
        connections.add(connection);
    }

    /** It is held by something else from now on. */
    void forget(Held connection) {
        connections.remove(connection);
    }

    void ended(Held connection) {
        connections.remove(connection);
        open.decrementAndGet();
    }

    void failed(Failure why) {
        failed.computeIfAbsent(why, first -> new LongAdder()).increment();
    }

    /** Has it woken when the backends change; false when too many are waiting. */
    boolean await(Reach reach) {
        if (waitingCount.incrementAndGet() > limits().maxWaiting()) {
            waitingCount.decrementAndGet();
            return false;
        }
        waiting.add(reach);
        return true;
    }

    void awaitNoMore(Reach reach) {
        waiting.remove(reach);
        waitingCount.decrementAndGet();
    }

    int open() {
        return open.get();
    }
}
