package io.homeostat.target.kubernetes;

import io.homeostat.converge.Faults;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.fault.ContainerEnds;
import io.homeostat.target.kubernetes.fault.ContainerStress;
import io.homeostat.target.kubernetes.fault.Deeds;
import io.homeostat.target.kubernetes.fault.LeasedFaults;
import io.homeostat.target.kubernetes.fault.MeshFaults;
import io.homeostat.target.kubernetes.fault.PodFaults;
import io.homeostat.target.kubernetes.fault.Refusals;
import io.homeostat.target.kubernetes.fault.UnreachableApi;
import io.homeostat.target.kubernetes.gate.EdgeFaults;
import io.homeostat.target.kubernetes.gate.GatedService;
import io.homeostat.target.kubernetes.gate.Gates;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Faults on a cluster: of edges by the gates, of instances by deleting pods and by scripts inside of their containers, of workloads
 * and nodes by records in the cluster. Each is undone by who outlives the agent.
 */
final class ClusterFaults implements Faults, AutoCloseable {

    private static final Set<FaultClass> PODS =
            EnumSet.of(FaultClass.KILL, FaultClass.TERMINATE, FaultClass.CRASH_LOOP);

    private static final Set<FaultClass> STRESS =
            EnumSet.of(FaultClass.CPU, FaultClass.MEMORY, FaultClass.IO, FaultClass.DISK);

    private static final Map<FaultClass, String> REASONS = Map.of(
            FaultClass.PAUSE,
            "the first process of a container cannot be stopped from inside of it, and homeostat has no rights on nodes;"
                    + " a `blackhole` of the Service has nobody answer, too",
            FaultClass.FILE_DESCRIPTORS,
            "the limits of a process are set from its node, where homeostat has no rights; have the program start with"
                    + " a lower one (`ulimit -n` in its command)");

    private static final Set<FaultClass> LEASED =
            EnumSet.of(FaultClass.SCALE, FaultClass.CORDON, FaultClass.DRAIN, FaultClass.TAINT);

    /** One call with all its tries, of those on which a heartbeat depends. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** What a node may take to begin a command in a container. */
    private static final Duration EXEC = Duration.ofSeconds(10);

    /** In a heartbeat, whoever is slow. */
    private static final int HEARD_OFTEN = 4;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

    private final Observed observed;
    private final Pods pods;
    private final BooleanSupplier leads;
    private final EdgeFaults edges;
    private final PodFaults instances;
    private final ContainerEnds containers;
    private final ContainerStress stress;
    private final LeasedFaults leased;
    private final UnreachableApi unreachable;
    private final MeshFaults mesh;
    private final ExecutorService telling = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Turns<Hand>> turns = new ConcurrentHashMap<>();
    private @Nullable Thread clearing;

    /**
     * @param namespace of our own records
     * @param environment as labels name it
     * @param users as whom an application is changed; null for ourselves
     */
    ClusterFaults(
            ApiServer server,
            Resources resources,
            String namespace,
            String environment,
            Observed observed,
            Pods pods,
            Gates gates,
            Function<String, @Nullable String> users,
            BooleanSupplier leads,
            InstantSource clock) {
        this.observed = observed;
        this.pods = pods;
        this.leads = leads;
        this.edges = new EdgeFaults(gates);
        this.instances = new PodFaults(server, this::podsOf, clock);
        ApiServer inside = server.beside(100, 32, EXEC);
        this.containers = new ContainerEnds(inside, this::podsOf, clock);
        this.stress = new ContainerStress(inside, this::podsOf);
        // What has to be renewed in time waits for nothing else that the agent asks.
        ApiServer promptly = server.beside(100, 32, PATIENCE);
        this.mesh = new MeshFaults(promptly, resources);
        this.leased = new LeasedFaults(
                promptly, namespace, environment, new Deeds(promptly, namespace, new OfObserved(users), mesh));
        this.unreachable = new UnreachableApi(server.outage());
    }

    /** What an agent before this one left is undone as soon as this one may act; nothing of our own is there by then. */
    void start() {
        clearing = Thread.ofVirtual().name("faults").start(() -> {
            try {
                while (!clear()) {
                    Thread.sleep(TRY_AGAIN);
                }
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean clear() {
        try {
            if (!leads.getAsBoolean()) {
                return false;
            }
            leased.release(leased::holders);
            return true;
        } catch (IOException later) {
            return false;
        }
    }

    /** What is known of workloads, for those who change them. */
    private final class OfObserved implements Deeds.Workloads {
        private final Function<String, @Nullable String> users;

        private OfObserved(Function<String, @Nullable String> users) {
            this.users = users;
        }

        @Override
        public List<Node.Mapping> pods(ObjectKey workload) throws IOException {
            return podsOf(workload);
        }

        @Override
        public @Nullable String path(ObjectKey workload) {
            Observed.Seen seen = observed.find(workload);
            return seen == null ? null : seen.resource().path(workload.namespace(), workload.name());
        }

        @Override
        public @Nullable String user(ObjectKey workload) {
            Observed.Seen seen = observed.find(workload);
            return seen == null ? null : users.apply(seen.live().application());
        }

        @Override
        public void leaveReplicas(ObjectKey workload, boolean isHeld) {
            observed.holdReplicas(workload, isHeld);
        }

        @Override
        public void changed(ObjectKey workload, Node.Mapping object) {
            Observed.Seen seen = observed.find(workload);
            if (seen != null) {
                observed.take(seen.resource(), object);
            }
        }
    }

    /** Who does a fault. */
    private enum Hand {
        POD,
        CONTAINER,
        STRESS,
        RECORD,
        GATE,
        CONNECTION;

        static Hand of(Fault fault) {
            FaultClass faultClass = fault.effect().faultClass();
            if (PODS.contains(faultClass)) {
                return fault.place() instanceof Place.OnInstance place && place.container() != null ? CONTAINER : POD;
            }
            if (ClusterFaults.STRESS.contains(faultClass)) {
                return STRESS;
            }
            if (LEASED.contains(faultClass) || faultClass.on() == FaultClass.On.MESH) {
                return RECORD;
            }
            if (faultClass.isOnEdge()) {
                return GATE;
            }
            if (faultClass == FaultClass.API_UNREACHABLE) {
                return CONNECTION;
            }
            throw new IllegalArgumentException(faultClass + " is none of a cluster's");
        }
    }

    @Override
    public Set<FaultClass> classes() {
        Set<FaultClass> classes = EnumSet.copyOf(PODS);
        classes.addAll(STRESS);
        classes.addAll(LEASED);
        classes.addAll(mesh.classes());
        classes.addAll(FaultClass.ofEdges());
        classes.add(FaultClass.API_UNREACHABLE);
        return classes;
    }

    @Override
    public Map<FaultClass, String> reasons() {
        return REASONS;
    }

    private List<Node.Mapping> podsOf(ObjectKey workload) throws IOException {
        Observed.Seen seen = observed.find(workload);
        return seen == null ? List.of() : pods.of(seen);
    }

    @Override
    public @Nullable String objection(
            ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container) {
        return Refusals.of(workload, spec, effect, container);
    }

    @Override
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return instances.instances(workload);
    }

    @Override
    public List<Call> calls() {
        return edges.calls();
    }

    @Override
    public @Nullable String objection(String callee) {
        for (Observed.Seen seen : observed.all()) {
            if (seen.live().key().toString().equals(callee)) {
                String said = seen.live()
                        .content()
                        .mapping("metadata")
                        .mapping("annotations")
                        .text(GatedService.ANNOTATION, "");
                return said.equals("enabled")
                        ? null
                        : "no gate stands in front of " + callee
                                + ", so nothing can be done to calls of it; annotate it " + GatedService.ANNOTATION
                                + ": enabled";
            }
        }
        return null;
    }

    @Override
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        if (!faults.isEmpty() && !leads.getAsBoolean()) {
            throw new IOException("another agent leads this environment now; nothing is done from here");
        }
        Map<Hand, List<Fault>> byHand = new EnumMap<>(Hand.class);
        faults.forEach(fault -> byHand.computeIfAbsent(Hand.of(fault), first -> new ArrayList<>())
                .add(fault));
        Map<Hand, Callable<List<State>>> calls = new EnumMap<>(Hand.class);
        for (Hand hand : Hand.values()) {
            List<Fault> some = byHand.getOrDefault(hand, List.of());
            calls.put(hand, () -> hold(hand, holder, heartbeat, some));
        }
        Turns<Hand> asked = turns.computeIfAbsent(holder, first -> new Turns<>(telling));
        if (faults.isEmpty()) {
            asked.end(calls);
            turns.remove(holder, asked);
            return List.of();
        }
        Map<String, State> states = new HashMap<>();
        asked.ask(calls, heartbeat.dividedBy(HEARD_OFTEN)).forEach(state -> states.put(state.id(), state));
        return faults.stream()
                .flatMap(fault -> Stream.ofNullable(states.get(fault.id())))
                .toList();
    }

    private List<State> hold(Hand hand, String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        return switch (hand) {
            case POD -> instances.hold(holder, faults);
            case CONTAINER -> containers.hold(holder, faults);
            case STRESS -> stress.hold(holder, faults);
            case RECORD -> leased.hold(holder, faults);
            case GATE -> edges.hold(holder, heartbeat, faults);
            case CONNECTION -> unreachable.hold(holder, heartbeat, faults);
        };
    }

    @Override
    public void release(Set<String> holders) throws IOException {
        try {
            edges.release(holders);
        } finally {
            leased.release(() -> holders);
        }
    }

    @Override
    public void close() {
        Thread running = clearing;
        if (running != null) {
            running.interrupt();
        }
        stress.close();
        leased.close();
        edges.close();
        telling.shutdownNow();
    }
}
