package io.homeostat.target.local.service;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Routing;
import io.homeostat.target.local.runtime.Reports;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the gate doing what is wanted. The newest wish is given to it, whole; a gate that is away is started and given it again.
 * Without any listener there is no gate.
 *
 * <p>The gate is a process of its own: it goes on by its own copy of the configuration when this one is gone.
 */
public final class GateControl implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(15);
    private static final Duration UPGRADE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(300);
    private static final long RETRY_MILLIS = 500;
    private static final long LOOK_MILLIS = 10;

    private final GateLauncher launcher;
    private final Reports reports;
    private final String metrics;
    private final Runnable servingChanged;
    private final Thread worker;

    private final Object lock = new Object();
    private @Nullable Wish wanted;
    private long version;
    private long done;
    private CompletableFuture<Void> routed = CompletableFuture.completedFuture(null);
    private boolean closed;
    private boolean upgraded;
    private volatile Serving serving = new Serving(Set.of(), Map.of());

    /** @param routings by Service; every other one is spread evenly */
    private record Wish(List<Listener> listeners, Map<String, Routing> routings) {}

    /** What the gate was told how to spread, by Service. What a gate of an earlier agent was told is not known. */
    private final Map<String, Routing> told = new HashMap<>();

    /**
     * What the gate does.
     *
     * @param listeners names of those that are open
     * @param errors why others are not, by name
     */
    public record Serving(Set<String> listeners, Map<String, String> errors) {}

    /**
     * @param metrics where the gate serves its {@code /metrics}, {@code HOST:PORT}
     * @param servingChanged told, from any thread, when {@link #serving} has changed
     */
    public GateControl(GateLauncher launcher, Reports reports, String metrics, Runnable servingChanged) {
        this.launcher = launcher;
        this.metrics = metrics;
        this.reports = reports;
        this.servingChanged = servingChanged;
        this.worker = Thread.ofPlatform().daemon().name("local-target-gate").unstarted(this::work);
    }

    /** A gate that runs already is taken to serve what is wanted, as it did for the agent before; it is asked at once. */
    public void start() throws IOException {
        synchronized (lock) {
            if (wanted != null && launcher.running().isPresent()) {
                serving = new Serving(names(wanted.listeners()), Map.of());
            }
        }
        worker.start();
    }

    private static Set<String> names(List<Listener> listeners) {
        Set<String> names = new HashSet<>();
        listeners.forEach(listener -> names.add(listener.name()));
        return names;
    }

    /** From now on the gate should have these listeners, and spread the requests to these Services so. */
    public void want(List<Listener> listeners, Map<String, Routing> routings) {
        Wish wish = new Wish(listeners, routings);
        synchronized (lock) {
            if (!wish.equals(wanted)) {
                wanted = wish;
                version++;
                if (routed.isDone()) {
                    routed = new CompletableFuture<>();
                }
                lock.notifyAll();
            }
        }
    }

    /** Completes when what is wanted now is in effect. */
    public CompletableFuture<Void> routed() {
        synchronized (lock) {
            return routed;
        }
    }

    public Serving serving() {
        return serving;
    }

    /** Everything the gate has counted; empty when there is none, or it does not answer. */
    public Optional<Counters> counters() {
        if (serving.listeners().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(launcher.client().counters());
        } catch (IOException away) {
            return Optional.empty();
        }
    }

    /**
     * Waits until nobody is connected through the gate to these ports of this machine any more, at most so long; not from the
     * loop. Answers at once when no gate runs.
     */
    public void awaitUnused(Set<Integer> ports, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!serving.listeners().isEmpty() && System.nanoTime() < deadline) {
            try {
                boolean used = launcher.client().status().listeners().stream()
                        .flatMap(listener -> listener.backends().stream())
                        .anyMatch(backend -> backend.open() > 0 && ports.contains(backend.port()));
                if (!used) {
                    return;
                }
            } catch (IOException away) {
                return;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void work() {
        boolean away = true;
        boolean complained = false;
        while (true) {
            Wish wish;
            long doing;
            try {
                synchronized (lock) {
                    while (!closed && version == done) {
                        lock.wait();
                    }
                    if (closed || wanted == null) {
                        return;
                    }
                    wish = wanted;
                    doing = version;
                }
                try {
                    if (away && !wish.listeners().isEmpty()) {
                        launcher.ensure(START_PATIENCE);
                        upgradeOnce();
                    }
                    give(wish, doing);
                    away = wish.listeners().isEmpty();
                    complained = false;
                    finished(doing);
                } catch (IOException unreachable) {
                    away = true;
                    if (isClosed()) {
                        return;
                    }
                    if (!complained) {
                        complained = true;
                        reports.report(
                                "gate.unreachable",
                                "the gate does not take its configuration (" + unreachable.getMessage()
                                        + "); it keeps serving what it had, and is tried again");
                    }
                    synchronized (lock) {
                        lock.wait(RETRY_MILLIS);
                    }
                }
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** A gate that an agent of another version started serves on until one of this version has its sockets. */
    private void upgradeOnce() {
        if (upgraded) {
            return;
        }
        upgraded = true;
        try {
            launcher.upgrade(UPGRADE_PATIENCE).ifPresent(done -> reports.report("gate.upgraded", done));
        } catch (IOException notDone) {
            reports.report(
                    "gate.not-upgraded",
                    "the gate of another version serves on (" + notDone.getMessage()
                            + "); the next agent that starts tries again");
        }
    }

    /**
     * A version gets its share before it may get anything, and keeps it until it gets nothing any more: in between it would get
     * as much as it has instances.
     */
    private void give(Wish wish, long generation) throws IOException {
        List<Listener> listeners = wish.listeners();
        Map<String, String> errors = new HashMap<>();
        if (listeners.isEmpty()) {
            launcher.stop(START_PATIENCE);
        } else {
            for (Map.Entry<String, Routing> routing : wish.routings().entrySet()) {
                spread(routing.getKey(), routing.getValue());
            }
            launcher.client()
                    .apply(new GateConfig(generation, GateConfig.DEFAULT_DRAIN, metrics, listeners))
                    .errors()
                    .forEach(error -> errors.put(error.listener(), error.error()));
            for (Listener listener : listeners) {
                String callee = listener.edge().callee();
                if (!wish.routings().containsKey(callee)) {
                    spread(callee, Routing.EVEN);
                }
            }
        }
        Set<String> open = names(listeners);
        open.removeAll(errors.keySet());
        Serving now = new Serving(Set.copyOf(open), Map.copyOf(errors));
        if (!now.equals(serving)) {
            serving = now;
            servingChanged.run();
        }
    }

    private void spread(String callee, Routing routing) throws IOException {
        if (!routing.equals(told.get(callee))) {
            launcher.client().route(callee, routing);
            told.put(callee, routing);
        }
    }

    private void finished(long generation) {
        synchronized (lock) {
            done = generation;
            if (version == done) {
                routed.complete(null);
            }
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** Stops talking to the gate, which goes on. A word that is being spoken is finished, and harms nobody. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            worker.join(CLOSE_PATIENCE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
