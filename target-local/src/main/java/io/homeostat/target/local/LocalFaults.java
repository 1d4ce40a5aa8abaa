package io.homeostat.target.local;

import io.homeostat.converge.Faults;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Match;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Requests;
import io.homeostat.target.local.controllers.Services.DeclaredCall;
import io.homeostat.target.local.fault.CrashLoops;
import io.homeostat.target.local.fault.InstanceFaults;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Faults on this machine: of instances by signals and watchdogs, of edges by the gate. Each is held by who outlives the agent. */
final class LocalFaults implements Faults {

    private final Machine machine;
    private final GateLauncher gate;
    private final InstanceFaults instances;
    private final CrashLoops loops;
    private final WorkloadFaults workloads;
    private final Set<String> onEdges = ConcurrentHashMap.newKeySet();

    LocalFaults(Machine machine, GateLauncher gate, Path directory) throws IOException {
        this.machine = machine;
        this.gate = gate;
        FaultHands hands = new FaultHands(machine);
        this.instances = InstanceFaults.open(directory, hands);
        this.loops = new CrashLoops(hands, machine.clock());
        this.workloads = new WorkloadFaults(machine, machine.keeper().overlays());
    }

    @Override
    public Set<FaultClass> classes() {
        Set<FaultClass> classes = EnumSet.allOf(FaultClass.class);
        classes.removeIf(each -> switch (each.on()) {
            case PIPELINE, OUTSIDE, NODES, MESH -> true;
            case INSTANCES, WORKLOAD, EDGE -> false;
        });
        return classes;
    }

    @Override
    public @Nullable String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container)
            throws IOException {
        if (!(effect instanceof Effect.Disk disk)) {
            return null;
        }
        // Whether a volume is a file system of its own shows at an instance; without one nothing is known.
        List<Victim> there = instances(workload);
        return there.isEmpty()
                ? null
                : instances.objection(
                        new Place.OnInstance(workload, there.getFirst().name(), container), disk);
    }

    @Override
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return machine.loop()
                .call(() -> machine.kubelet().of(workload).stream()
                        .filter(view -> !view.state().isDeleting())
                        .map(view -> new Victim(view.pod().name(), view.member().isReady()))
                        .toList());
    }

    @Override
    public List<Call> calls() throws IOException {
        record Ends(String caller, String callee) {}
        Map<Ends, Call> calls = new LinkedHashMap<>();
        List<DeclaredCall> declared =
                machine.loop().call(() -> machine.services().declared());
        for (DeclaredCall each : declared) {
            String caller = each.caller().toString();
            String callee = each.service().toString();
            calls.put(new Ends(caller, callee), new Call(caller, callee, true, 0));
        }
        Counters counters = gate.running().isPresent()
                ? gate.client().counters()
                : new Counters("", machine.clock().instant(), List.of());
        for (EdgeCounters seen : counters.edges()) {
            String caller = seen.edge().caller();
            String callee = seen.edge().callee();
            if (seen.requests() > 0) {
                calls.merge(
                        new Ends(caller, callee),
                        new Call(caller, callee, false, seen.requests()),
                        (one, other) -> new Call(caller, callee, one.declared(), one.requests() + other.requests()));
            }
        }
        return List.copyOf(calls.values());
    }

    @Override
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        Map<Hand, List<Fault>> byHand = new EnumMap<>(Hand.class);
        faults.forEach(fault -> byHand.computeIfAbsent(Hand.of(fault.effect().faultClass()), first -> new ArrayList<>())
                .add(fault));
        Map<String, State> states = new HashMap<>();
        // What is to be undone is undone everywhere, even where one of them cannot be reached.
        IOException failed = null;
        for (Hand hand : Hand.values()) {
            try {
                hold(hand, holder, heartbeat, byHand.getOrDefault(hand, List.of()))
                        .forEach(state -> states.put(state.id(), state));
            } catch (IOException unreachable) {
                failed = failed == null ? unreachable : failed;
            }
        }
        if (faults.isEmpty()) {
            // Only once all were told: what takes its time keeps nothing else waiting.
            awaitUndone(holder, heartbeat);
        }
        if (failed != null) {
            throw failed;
        }
        List<State> inOrder = new ArrayList<>();
        for (Fault fault : faults) {
            inOrder.add(states.getOrDefault(fault.id(), new State(fault.id(), false, false, "")));
        }
        return inOrder;
    }

    /** Who does a fault, and undoes it. */
    private enum Hand {
        WATCHDOG,
        LOOP,
        OVERLAY,
        GATE;

        static Hand of(FaultClass faultClass) {
            return switch (faultClass.on()) {
                case INSTANCES -> faultClass == FaultClass.CRASH_LOOP ? LOOP : WATCHDOG;
                case WORKLOAD -> OVERLAY;
                case PIPELINE, OUTSIDE, NODES, MESH ->
                    throw new IllegalArgumentException(faultClass + " is none of the target's");
                case EDGE -> GATE;
            };
        }
    }

    private List<State> hold(Hand hand, String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        return switch (hand) {
            case WATCHDOG -> instances.hold(holder, heartbeat, faults);
            case LOOP -> loops.hold(holder, faults);
            case OVERLAY -> workloads.hold(holder, heartbeat, faults);
            case GATE -> holdEdges(holder, heartbeat, faults);
        };
    }

    /** Who asks for nothing may rely on nothing being left; it takes a watchdog a tenth of a second to notice. */
    private void awaitUndone(String holder, Duration heartbeat) throws IOException {
        long deadline = System.nanoTime() + heartbeat.toNanos();
        while (!instances.isUndone(holder) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        instances.hold(holder, heartbeat, List.of());
    }

    private List<State> holdEdges(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        if (faults.isEmpty() && !onEdges.contains(holder)) {
            return List.of();
        }
        if (gate.running().isEmpty()) {
            if (faults.isEmpty()) {
                // It took everything with it when it ended.
                onEdges.remove(holder);
                return List.of();
            }
            throw new IOException("no gate runs here, so nothing can be done to calls; declare a Service");
        }
        onEdges.add(holder);
        List<io.homeostat.gate.control.Fault> said =
                faults.stream().map(LocalFaults::gateFault).toList();
        List<State> states = gate.client().hold(holder, heartbeat, said).stream()
                .map(inForce -> new State(
                        inForce.id(),
                        true,
                        inForce.hits() > 0,
                        inForce.hits() == 0 ? "" : inForce.hits() + " requests were hit"))
                .toList();
        if (faults.isEmpty()) {
            onEdges.remove(holder);
        }
        return states;
    }

    private static io.homeostat.gate.control.Fault gateFault(Fault fault) {
        if (!(fault.place() instanceof Place.OnEdge edge)) {
            throw new IllegalArgumentException(fault + " is none of edges");
        }
        return new io.homeostat.gate.control.Fault(
                fault.id(),
                edge.caller(),
                edge.callee(),
                match(edge.requests()),
                edge.share(),
                effect(fault.effect()),
                fault.lasts());
    }

    private static Match match(Requests requests) {
        return new Match(requests.method(), requests.path(), requests.headers());
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

    @Override
    public void release(Set<String> holders) throws IOException {
        instances.release(holders);
        workloads.release(holders);
    }
}
