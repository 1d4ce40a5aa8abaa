package io.homeostat.gate;

import io.homeostat.gate.control.Applied;
import io.homeostat.gate.control.Applied.ListenerError;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * From one configuration to the next, without touching a connection that may stay. Configurations come one at a time; the event
 * loops, which serve the connections, never wait for this.
 */
final class Balancer {

    private final Sockets sockets;
    private final Tallies tallies;
    private final Steering steering;
    private final AccessLog accessLog;
    private final Map<InetSocketAddress, LiveListener> listeners = new LinkedHashMap<>();
    private final Map<String, LiveCallee> callees = new LinkedHashMap<>();
    private final List<LiveListener> draining = new ArrayList<>();
    private long generation;
    private boolean leaving;
    private boolean handedOver;

    Balancer(Sockets sockets, Tallies tallies, Steering steering, AccessLog accessLog) {
        this.accessLog = accessLog;
        this.steering = steering;
        this.sockets = sockets;
        this.tallies = tallies;
    }

    /** Puts a valid configuration into effect; returns when every listener is open or known not to open for now. */
    synchronized Applied apply(GateConfig config) {
        generation = config.generation();
        updateCallees(config.listeners(), config.drain());
        Map<InetAddress, String> callers = new HashMap<>();
        config.callers().forEach((address, caller) -> callers.put(InetAddress.ofLiteral(address), caller));
        Map<InetSocketAddress, LiveListener> before = new LinkedHashMap<>(listeners);
        listeners.clear();
        List<LiveListener> fresh = new ArrayList<>();
        for (Listener listener : config.listeners()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(listener.host()), listener.port());
            LiveCallee callee = callee(listener);
            LiveListener live = before.remove(address);
            if (live == null && handedOver) {
                continue;
            }
            if (live == null) {
                live = new LiveListener(listener, callee, tallies, accessLog, sockets.timers());
                if (leaving) {
                    live.leave();
                }
                fresh.add(live);
            }
            live.update(listener, callee, callers);
            listeners.put(address, live);
        }
        // First these, since a new listener may want an address that covers an old one.
        for (LiveListener gone : before.values()) {
            gone.remove(config.drain());
            draining.add(gone);
        }
        Semaphore tried = new Semaphore(0);
        fresh.forEach(live -> sockets.listen(live, tried::release));
        tried.acquireUninterruptibly(fresh.size());
        List<ListenerError> errors = new ArrayList<>();
        for (LiveListener live : listeners.values()) {
            if (!live.error().isEmpty()) {
                errors.add(new ListenerError(live.config().name(), live.error()));
            }
        }
        return new Applied(generation, List.copyOf(errors));
    }

    private void updateCallees(List<Listener> configured, Duration drain) {
        Set<String> named = new HashSet<>();
        Set<Edge> edges = new HashSet<>();
        List<String> versions = new ArrayList<>();
        for (Listener listener : configured) {
            if (named.add(name(listener))) {
                callee(listener).update(listener.backends(), listener.handling(), drain);
            }
            edges.add(listener.edge());
            edges.add(LiveListener.mirror(listener.edge()));
            listener.backends().forEach(backend -> versions.add(backend.version()));
        }
        callees.entrySet().removeIf(callee -> {
            boolean gone = !named.contains(callee.getKey());
            if (gone) {
                callee.getValue().update(List.of(), Handling.DEFAULT, drain);
            }
            return gone;
        });
        listeners.values().forEach(live -> edges.addAll(live.edges()));
        tallies.keep(edges, versions);
    }

    private LiveCallee callee(Listener listener) {
        return callees.computeIfAbsent(
                name(listener), first -> new LiveCallee(listener.edge().callee(), steering, sockets.timers()));
    }

    private static String name(Listener listener) {
        return listener.edge().callee() + ":" + listener.edge().port();
    }

    /** From now on nobody is kept: each answer tells its caller to connect anew, which by then leads elsewhere. */
    synchronized void leave() {
        leaving = true;
        listeners.values().forEach(LiveListener::leave);
    }

    /** Where this gate listens. */
    synchronized Set<InetSocketAddress> listening() {
        Set<InetSocketAddress> open = new HashSet<>();
        listeners.forEach((address, live) -> {
            if (live.isListening()) {
                open.add(address);
            }
        });
        return open;
    }

    /** From now on another process accepts; connections go on, and hear of changes. */
    synchronized void handOver() {
        handedOver = true;
        listeners.values().forEach(LiveListener::handOver);
    }

    /** Connections now. */
    synchronized int open() {
        int open = 0;
        for (LiveListener listener : listeners.values()) {
            open += listener.open();
        }
        for (LiveListener listener : draining) {
            open += listener.open();
        }
        return open;
    }

    synchronized long generation() {
        return generation;
    }

    /** Removed listeners are in it while they have connections. */
    synchronized List<ListenerStatus> status() {
        draining.removeIf(listener -> listener.open() == 0);
        List<ListenerStatus> statuses = new ArrayList<>();
        listeners.values().forEach(listener -> statuses.add(listener.status()));
        draining.forEach(listener -> statuses.add(listener.status()));
        return statuses;
    }
}
