package io.homeostat.target.kubernetes.gate;

import io.homeostat.converge.Faults.Call;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Fault.InForce;
import io.homeostat.gate.control.Match;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Requests;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Faults of edges, held at every pod of the gate in front of who is called. A pod that comes later is told with the next call, and
 * one that cannot be reached lets go by itself.
 */
public final class EdgeFaults implements AutoCloseable {

    /** What is the same as before is said again after so long: each word is a connection of its own. */
    private static final Duration SAY_AGAIN = Duration.ofMillis(400);

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

    private final Gates gates;
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Held> holders = new ConcurrentHashMap<>();

    /** What one pod was told by a holder, and said. */
    private static final class Told {
        /** As it was said first: a gate counts from then, and another length would make it another fault. */
        private final Map<String, Duration> lasts = new HashMap<>();

        private final Map<String, Long> hits = new HashMap<>();
        private Set<String> inForce = Set.of();
    }

    private static final class Held {
        private final Map<String, Long> ends = new HashMap<>();
        private final Map<GatePod, Told> pods = new HashMap<>();
        /** Of pods that are gone. */
        private final Map<String, Long> hitsBefore = new HashMap<>();

        private Map<GatePod, Set<String>> orders = Map.of();
        private long saidAt;
    }

    public EdgeFaults(Gates gates) {
        this.gates = gates;
    }

    /** The edges that gates have seen; in a cluster nobody declares whom he calls. */
    public List<Call> calls() {
        Map<String, Call> calls = new TreeMap<>();
        for (Counters counters : gates.counters()) {
            for (EdgeCounters seen : counters.edges()) {
                Call call = new Call(seen.edge().caller(), seen.edge().callee(), false, seen.requests());
                if (call.requests() > 0) {
                    calls.merge(
                            call.caller() + " " + call.callee(),
                            call,
                            (one, other) ->
                                    new Call(one.caller(), one.callee(), false, one.requests() + other.requests()));
                }
            }
        }
        return List.copyOf(calls.values());
    }

    /**
     * All faults of edges that a holder wants now.
     *
     * @throws IOException when no pod of a gate answers; what it was told ends by itself
     */
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        Held held = faults.isEmpty() ? holders.get(holder) : holders.computeIfAbsent(holder, first -> new Held());
        if (held == null) {
            return List.of();
        }
        synchronized (held) {
            Map<GatePod, List<Fault>> wanted = wanted(held, faults);
            Map<GatePod, Set<String>> orders = new HashMap<>();
            wanted.forEach((pod, some) ->
                    orders.put(pod, new HashSet<>(some.stream().map(Fault::id).toList())));
            long now = System.nanoTime();
            if (!orders.equals(held.orders) || now - held.saidAt > SAY_AGAIN.toNanos()) {
                say(holder, heartbeat, held, wanted);
                held.orders = orders;
                held.saidAt = now;
            }
            if (faults.isEmpty()) {
                holders.remove(holder);
            }
            return faults.stream().map(fault -> state(held, fault)).toList();
        }
    }

    /** What each pod is to do; nothing, where it was told something that is not wanted any more. */
    private Map<GatePod, List<Fault>> wanted(Held held, List<Fault> faults) throws IOException {
        long now = System.nanoTime();
        held.pods.entrySet().removeIf(each -> {
            boolean isGone = !gates.knows(each.getKey());
            if (isGone) {
                each.getValue().hits.forEach((id, hits) -> held.hitsBefore.merge(id, hits, Long::sum));
            }
            return isGone;
        });
        Map<GatePod, List<Fault>> wanted = new HashMap<>();
        held.pods.keySet().forEach(pod -> wanted.put(pod, new ArrayList<>()));
        for (Fault fault : faults) {
            String callee = edge(fault).callee();
            List<GatePod> pods = gates.told(callee);
            if (pods.isEmpty()) {
                throw new IOException("no pod of a gate in front of " + callee + " can be reached, so nothing can be"
                        + " done to calls of it");
            }
            long ends = held.ends.computeIfAbsent(
                    fault.id(), first -> now + fault.lasts().toNanos());
            if (ends - now > 0) {
                pods.forEach(pod ->
                        wanted.computeIfAbsent(pod, first -> new ArrayList<>()).add(fault));
            }
        }
        return wanted;
    }

    private void say(String holder, Duration heartbeat, Held held, Map<GatePod, List<Fault>> wanted)
            throws IOException {
        long now = System.nanoTime();
        Map<GatePod, Future<List<InForce>>> asked = new HashMap<>();
        wanted.forEach((pod, faults) -> {
            Told told = held.pods.computeIfAbsent(pod, first -> new Told());
            List<io.homeostat.gate.control.Fault> said = new ArrayList<>();
            for (Fault fault : faults) {
                Duration left = Duration.ofNanos(held.ends.getOrDefault(fault.id(), now + 1) - now);
                said.add(gateFault(fault, told.lasts.computeIfAbsent(fault.id(), first -> left)));
            }
            asked.put(pod, hands.submit(() -> pod.hold(holder, heartbeat, said)));
        });
        long deadline = now + ANSWERS_WITHIN.toNanos();
        int answered = 0;
        String silent = "";
        for (Map.Entry<GatePod, Future<List<InForce>>> each : asked.entrySet()) {
            Told told = held.pods.computeIfAbsent(each.getKey(), first -> new Told());
            try {
                long left = Math.max(1, deadline - System.nanoTime());
                List<InForce> inForce = each.getValue().get(left, TimeUnit.NANOSECONDS);
                told.inForce = new HashSet<>(inForce.stream().map(InForce::id).toList());
                inForce.forEach(one -> told.hits.merge(one.id(), one.hits(), Math::max));
                answered++;
            } catch (ExecutionException | TimeoutException away) {
                // What it would still say may come after what is said next.
                var _ = each.getValue().cancel(true);
                Throwable cause = away.getCause();
                silent = cause == null
                        ? "not within " + ANSWERS_WITHIN.toMillis() + " ms"
                        : String.valueOf(cause.getMessage());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while waiting for gates");
            }
        }
        // One of several may just be ending; with none nobody can say what is in force. What is undone is undone
        // everywhere.
        boolean isEnd = wanted.values().stream().allMatch(List::isEmpty);
        if (isEnd ? answered < asked.size() : answered == 0) {
            throw new IOException((isEnd ? "a gate does not answer (" : "no gate answers (") + silent
                    + "); what they were told ends by itself within " + heartbeat.toSeconds() + " s");
        }
    }

    private static State state(Held held, Fault fault) {
        boolean inForce = false;
        long hits = held.hitsBefore.getOrDefault(fault.id(), 0L);
        for (Told told : held.pods.values()) {
            inForce |= told.inForce.contains(fault.id());
            hits += told.hits.getOrDefault(fault.id(), 0L);
        }
        boolean isLeft = held.ends.getOrDefault(fault.id(), 0L) - System.nanoTime() > 0;
        return new State(fault.id(), inForce && isLeft, hits > 0, hits == 0 ? "" : hits + " requests were hit");
    }

    private static Place.OnEdge edge(Fault fault) {
        if (!(fault.place() instanceof Place.OnEdge edge)) {
            throw new IllegalArgumentException(fault + " is none of edges");
        }
        return edge;
    }

    private static io.homeostat.gate.control.Fault gateFault(Fault fault, Duration lasts) {
        Place.OnEdge edge = edge(fault);
        Requests requests = edge.requests();
        return new io.homeostat.gate.control.Fault(
                fault.id(),
                edge.caller(),
                edge.callee(),
                new Match(requests.method(), requests.path(), requests.headers()),
                edge.share(),
                effect(fault.effect()),
                lasts);
    }

    private static io.homeostat.gate.control.Fault.Effect effect(Effect effect) {
        return switch (effect) {
            case Effect.Latency latency ->
                new io.homeostat.gate.control.Fault.Effect.Latency(latency.mean(), latency.jitter());
            case Effect.Failure failure -> new io.homeostat.gate.control.Fault.Effect.Abort(failure.status());
            case Effect.Reset _ -> new io.homeostat.gate.control.Fault.Effect.Reset();
            case Effect.Blackhole _ -> new io.homeostat.gate.control.Fault.Effect.Blackhole();
            case Effect.Bandwidth bandwidth ->
                new io.homeostat.gate.control.Fault.Effect.Bandwidth(bandwidth.bytesPerSecond());
            case Effect.Corrupt _ -> new io.homeostat.gate.control.Fault.Effect.Corruption();
            default -> throw new IllegalArgumentException(effect + " is none of edges");
        };
    }

    /** Undoes what other holders than these have. */
    public void release(Set<String> keep) throws IOException {
        for (String holder : Set.copyOf(holders.keySet())) {
            if (!keep.contains(holder)) {
                var _ = hold(holder, Duration.ofSeconds(1), List.of());
            }
        }
    }

    @Override
    public void close() {
        hands.shutdownNow();
    }
}
