package io.homeostat.gate;

import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Tls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
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
 * An address that is served, which stands for one edge: who connects to it, and how many. Where callers are known by their
 * addresses, it stands for one edge with each of them ({@link #of}): those share everything but what is counted and afflicted.
 *
 * <p>Two kinds of threads meet here. The balancer, one call at a time, changes what is configured; the event loops, all at once,
 * read it and count. What the loops read is therefore replaced whole and never changed in place.
 */
final class LiveListener {

    /** So many callers are told apart; those that come later count as not declared. */
    private static final int MOST_CALLERS = 500;

    private final EventExecutorGroup timers;
    private final AccessLog accessLog;
    private final Tallies tallies;
    private final LiveListener root;
    private final Map<String, LiveListener> byCaller = new ConcurrentHashMap<>();
    private volatile Map<InetAddress, String> callers = Map.of();
    private volatile boolean leaving;
    private volatile boolean ending;
    private volatile boolean handedOver;
    private volatile Listener config;
    private volatile LiveCallee callee;
    private volatile EdgeTally tally;
    private volatile EdgeTally mirrorTally;
    private volatile boolean removed;
    private volatile @Nullable SslContext certificate;
    private volatile String tlsProblem = "";
    private volatile String error = "it is being opened";
    private volatile @Nullable Channel channel;

    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final Map<Failure, LongAdder> failed = new ConcurrentHashMap<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Set<Reach> waiting = ConcurrentHashMap.newKeySet();
    private final Set<Held> connections = ConcurrentHashMap.newKeySet();

    LiveListener(Listener config, LiveCallee callee, Tallies tallies, AccessLog accessLog, EventExecutorGroup timers) {
        this.accessLog = accessLog;
        this.config = config;
        this.callee = callee;
        this.tallies = tallies;
        this.tally = tallies.of(config.edge());
        this.mirrorTally = tallies.of(mirror(config.edge()));
        this.timers = timers;
        this.root = this;
    }

    private LiveListener(LiveListener root, String caller) {
        this.accessLog = root.accessLog;
        this.config = root.config.from(caller, root.config.host());
        this.callee = root.callee;
        this.tallies = root.tallies;
        this.tally = tallies.of(config.edge());
        this.mirrorTally = root.mirrorTally;
        this.timers = root.timers;
        this.root = root;
    }

    /** The edge of the copies of an edge's requests. */
    static Edge mirror(Edge edge) {
        return new Edge(Edge.MIRROR, edge.callee(), edge.port());
    }

    // ---- what the balancer does, under its lock

    /**
     * To be called when the callee has what the configuration says.
     *
     * @param known who calls from where
     */
    void update(Listener changed, LiveCallee leadsTo, Map<InetAddress, String> known) {
        callers = changed.edge().caller().isEmpty() ? known : Map.of();
        take(changed, leadsTo);
        byCaller.forEach((caller, own) -> own.take(changed.from(caller, changed.host()), leadsTo));
        waiting.forEach(Reach::wake);
    }

    private void take(Listener changed, LiveCallee leadsTo) {
        if (this == root && (certificate == null || !changed.tls().equals(config.tls()))) {
            takeCertificate(changed.tls());
        }
        config = changed;
        callee = leadsTo;
        tally = tallies.of(changed.edge());
        mirrorTally = tallies.of(mirror(changed.edge()));
    }

    /** Connections that are there keep the one that they began with. */
    private void takeCertificate(Tls tls) {
        tlsProblem = "";
        if (tls.isNone()) {
            certificate = null;
            return;
        }
        try {
            certificate = Certificates.context(tls);
        } catch (IOException unusable) {
            tlsProblem = "its certificate cannot be used: " + unusable.getMessage()
                    + (certificate == null ? "; nobody is let in" : "; the one before is shown on");
        }
    }

    /** The gate ends soon: whoever asks is answered, and told to ask elsewhere next time. */
    void leave() {
        leaving = true;
        ending = true;
    }

    /**
     * Another process listens here now. Whoever asks is answered, and told to connect anew; whoever does not ask is left in
     * peace.
     */
    void handOver() {
        handedOver = true;
        leaving = true;
        Channel listening = channel;
        if (listening != null) {
            Sockets.closeListening(listening);
        }
    }

    /** Whether it is this process that is to listen here. */
    boolean isOurs() {
        return !removed && !handedOver;
    }

    /** What is counted here, for each caller too. */
    List<Edge> edges() {
        List<Edge> edges = new ArrayList<>();
        edges.add(config.edge());
        edges.add(mirror(config.edge()));
        byCaller.values().forEach(own -> edges.add(own.config.edge()));
        return edges;
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
        return root.removed;
    }

    boolean isLeaving() {
        return root.leaving;
    }

    /** Whether there is no time to wait for those who do not ask. */
    boolean isEnding() {
        return root.ending;
    }

    boolean isListening() {
        return error.isEmpty() && isOurs();
    }

    /** Why it is not listening, or not with what was wanted; empty when it is. */
    String error() {
        return error.isEmpty() ? tlsProblem : error;
    }

    /** What callers are shown; null where they speak plainly, or where there is none that can be used. */
    @Nullable
    SslContext certificate() {
        return root.certificate;
    }

    ListenerStatus status() {
        Map<Failure, Long> failures = new EnumMap<>(Failure.class);
        failed.forEach((failure, count) -> failures.put(failure, count.sum()));
        return new ListenerStatus(
                config.name(),
                config.host(),
                config.port(),
                isListening(),
                error(),
                !isOurs(),
                open.get(),
                waitingCount.get(),
                accepted.get(),
                failures,
                callee.status());
    }

    // ---- what event loops do

    /** The same address, as it stands for the edge of who is at the other end of a connection. */
    LiveListener of(Channel client) {
        Map<InetAddress, String> known = root.callers;
        if (known.isEmpty() || !(client.remoteAddress() instanceof InetSocketAddress from)) {
            return root;
        }
        String caller = known.get(from.getAddress());
        if (caller == null) {
            return root;
        }
        LiveListener own = root.byCaller.get(caller);
        if (own != null) {
            return own;
        }
        return root.byCaller.size() >= MOST_CALLERS
                ? root
                : root.byCaller.computeIfAbsent(caller, first -> new LiveListener(root, first));
    }

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
        root.accepted.incrementAndGet();
        if (root.open.incrementAndGet() > limits().maxConnections() || !room) {
            root.open.decrementAndGet();
            failed(Failure.TOO_MANY_CONNECTIONS);
            return false;
        }
        return true;
    }

    /** One that was admitted is let go before anything was said. */
    void refuse(Failure why) {
        root.open.decrementAndGet();
        failed(why);
    }

    void began(Held connection) {
        root.connections.add(connection);
    }

    /** It is held by something else from now on. */
    void forget(Held connection) {
        root.connections.remove(connection);
    }

    void ended(Held connection) {
        root.connections.remove(connection);
        root.open.decrementAndGet();
    }

    void failed(Failure why) {
        root.failed.computeIfAbsent(why, first -> new LongAdder()).increment();
    }

    /** Has it woken when the backends change; false when too many are waiting. */
    boolean await(Reach reach) {
        if (root.waitingCount.incrementAndGet() > limits().maxWaiting()) {
            root.waitingCount.decrementAndGet();
            return false;
        }
        root.waiting.add(reach);
        return true;
    }

    void awaitNoMore(Reach reach) {
        root.waiting.remove(reach);
        root.waitingCount.decrementAndGet();
    }

    int open() {
        return root.open.get();
    }
}
