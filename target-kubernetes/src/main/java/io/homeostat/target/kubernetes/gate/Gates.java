package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Pinned;
import io.homeostat.gate.control.Routing;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.versions.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells the gate pods of an environment what to do, again and again from what the cluster shows: nothing depends on what an agent
 * before this one did. What a gate is to serve when nobody tells it stands in its Secret.
 *
 * <p>A gate whose origin or endpoints cannot be seen is left as it is.
 */
public final class Gates implements AutoCloseable {

    private static final int CONTROL_PORT = 9443;
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(3);
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(2);

    /** What comes in a burst is taken in together. */
    private static final Duration SETTLE = Duration.ofMillis(30);

    private final ApiServer server;
    private final Resources resources;
    private final KeySecrets secrets;
    private final String namespace;
    private final String environment;
    private final BooleanSupplier isRead;
    private final BooleanSupplier any;
    private final BooleanSupplier leads;
    private final Function<ObjectKey, @Nullable Standing> standings;
    private final InstantSource clock;
    private final Complaints complaints;
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private final Object bell = new Object();
    private final Map<ObjectKey, Known> gates = new ConcurrentHashMap<>();
    private final Map<String, GatePod> pods = new ConcurrentHashMap<>();
    private List<Keys.Pair> own = List.of();
    private @Nullable Sight sight;
    private volatile boolean closed;
    /** It is known what stands behind gates, if there are any. */
    private volatile boolean isSeen;

    private boolean wasRead;

    private boolean rung;
    private long lastGeneration;
    private @Nullable Thread thread;

    /** Tells people, on an object. */
    public interface Complaints {
        void say(ObjectKey object, String reason, String message);
    }

    /** What is known of one gate. */
    private static final class Known {
        private volatile GateConfig wanted = GateConfig.EMPTY;
        private volatile Routing routing = Routing.EVEN;
        /** As of the last look: the workloads behind it, and how they stood where they stood in two versions. */
        private volatile Set<ObjectKey> behind = Set.of();

        /** Of those, the ones beside which pods stand that may answer. */
        private volatile Set<ObjectKey> beside = Set.of();

        private volatile Map<ObjectKey, Standing> standings = Map.of();
        private volatile List<GatePod> pods = List.of();
        private GateConfig written = GateConfig.EMPTY;
        private String writtenAgents = "";
        private Instant writtenAt = Instant.EPOCH;
        private List<Keys.Pair> pairs = List.of();
        private volatile @Nullable SSLContext tls;
        private String tlsOf = "";
    }

    /**
     * @param namespace of our own records
     * @param environment as labels name it
     * @param isRead whether everything of ours in the cluster is known
     * @param any whether there are Services behind gates
     * @param leads whether this agent may act
     * @param standings how a workload stands in two versions; null where there is one only
     */
    public Gates(
            ApiServer server,
            Resources resources,
            String namespace,
            String environment,
            BooleanSupplier isRead,
            BooleanSupplier any,
            BooleanSupplier leads,
            Function<ObjectKey, @Nullable Standing> standings,
            InstantSource clock,
            Complaints complaints) {
        this.server = server;
        this.resources = resources;
        this.secrets = new KeySecrets(server);
        this.namespace = namespace;
        this.environment = environment;
        this.isRead = isRead;
        this.any = any;
        this.leads = leads;
        this.standings = standings;
        this.clock = clock;
        this.complaints = complaints;
    }

    public void start() {
        thread = Thread.ofVirtual().name("gates").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                if (leads.getAsBoolean()) {
                    look();
                }
            } catch (IOException | RuntimeException failed) {
                gates.keySet().forEach(service -> complain(service, String.valueOf(failed.getMessage())));
            }
            try {
                synchronized (bell) {
                    if (!rung) {
                        bell.wait(AT_LEAST_EVERY.toMillis());
                    }
                    rung = false;
                }
                Thread.sleep(SETTLE);
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    private void ring() {
        synchronized (bell) {
            rung = true;
            bell.notifyAll();
        }
    }

    private void look() throws IOException {
        // How workloads stand has to be known before a gate is told what follows from it.
        wasRead = wasRead || isRead.getAsBoolean();
        if (!wasRead) {
            return;
        }
        Sight sees = sight;
        if (!any.getAsBoolean()) {
            forget();
            isSeen = true;
            return;
        }
        if (sees == null) {
            sees = Sight.open(server, resources, environment, this::ring);
            sight = sees;
        }
        renewOwn();
        Set<ObjectKey> services = new HashSet<>();
        for (Origin origin : sees.origins()) {
            services.add(origin.service());
            try {
                keep(origin, sees);
            } catch (IOException failed) {
                complain(origin.service(), String.valueOf(failed.getMessage()));
            }
        }
        gates.keySet().retainAll(services);
        tell(sees);
        isSeen = sees.isComplete();
        if (!sees.trouble().isEmpty()) {
            throw new IOException(sees.trouble());
        }
    }

    /** The Secret has to be there before the gate's pods can start. */
    private void keep(Origin origin, Sight sees) throws IOException {
        Known known = gates.computeIfAbsent(origin.service(), first -> new Known());
        Instant now = clock.instant();
        if (known.pairs.isEmpty()) {
            Map<String, String> found = secrets.read(origin.namespace(), origin.gate());
            known.pairs = found.containsKey("tls.crt") ? gatePairs(found) : List.of();
        }
        boolean fresh = Keys.isDue(known.pairs, now);
        if (fresh) {
            List<Keys.Pair> more = new ArrayList<>(Keys.valid(known.pairs, now));
            more.add(Keys.make(origin.service() + "-gate"));
            known.pairs = List.copyOf(more);
        }
        List<Node.Mapping> behind = sees.endpoints(origin);
        // Before the cluster has looked for instances, it is not known that there are none.
        if (sees.isComplete() && !behind.isEmpty()) {
            Map<String, Workloads.Pod> instances = instances(origin, behind, sees);
            Set<ObjectKey> workloads = new HashSet<>();
            Map<ObjectKey, Standing> stand = new HashMap<>();
            for (Workloads.Pod pod : instances.values()) {
                Standing standing = workloads.add(pod.owner()) ? standings.apply(pod.owner()) : null;
                if (standing != null) {
                    stand.put(pod.owner(), standing);
                }
            }
            List<Workloads.Pod> ready = ready(origin, behind, sees);
            Map<ObjectKey, Standing> followed = Shares.followed(stand, ready);
            GateConfig wanted = Wanted.of(
                    0,
                    origin,
                    behind,
                    sees::version,
                    name -> carries(instances.get(name), followed),
                    Workloads.callers(sees.pods()));
            if (!wanted.equals(known.wanted.with(0))) {
                known.wanted = wanted.with(nextGeneration(now));
            }
            known.routing = Shares.of(instances.values(), followed);
            known.behind = Set.copyOf(workloads);
            known.beside = ready.stream()
                    .filter(pod -> pod.side() != Standing.Side.OWN)
                    .map(Workloads.Pod::owner)
                    .collect(Collectors.toUnmodifiableSet());
            known.standings = Map.copyOf(stand);
        }
        write(origin, known, fresh, now);
        trust(known, now);
    }

    private static Map<String, Workloads.Pod> instances(Origin origin, List<Node.Mapping> endpoints, Sight sees) {
        Map<String, Workloads.Pod> instances = new HashMap<>();
        for (GatePorts.Place place : GatePorts.of(origin.spec())) {
            for (Backend backend : Instances.of(endpoints, place.name(), sees::version)) {
                Workloads.Pod pod = sees.pod(origin.namespace(), backend.name());
                if (pod != null) {
                    instances.put(pod.name(), pod);
                }
            }
        }
        return instances;
    }

    /** Those of them that may answer. */
    private static List<Workloads.Pod> ready(Origin origin, List<Node.Mapping> endpoints, Sight sees) {
        List<Workloads.Pod> ready = new ArrayList<>();
        for (GatePorts.Place place : GatePorts.of(origin.spec())) {
            for (Backend backend : Instances.of(endpoints, place.name(), sees::version)) {
                Workloads.Pod pod = backend.ready() ? sees.pod(origin.namespace(), backend.name()) : null;
                if (pod != null) {
                    ready.add(pod);
                }
            }
        }
        return ready;
    }

    private static boolean carries(Workloads.@Nullable Pod pod, Map<ObjectKey, Standing> standings) {
        // Whose pod is not known may be a canary's.
        return pod == null ? standings.isEmpty() : Shares.carries(pod, standings);
    }

    /** Looks soon: a workload stands in another way. */
    public void turn() {
        ring();
    }

    /** The Services with a gate behind which a workload has instances. */
    public Set<String> callees(ObjectKey workload) {
        Set<String> callees = new HashSet<>();
        gates.forEach((service, known) -> {
            if (known.behind.contains(workload)) {
                callees.add(service.toString());
            }
        });
        return callees;
    }

    /** Whether a gate would lead somebody to pods beside a workload if it did not know how that stands. */
    public boolean seesBeside(ObjectKey workload) {
        return gates.values().stream().anyMatch(known -> known.beside.contains(workload));
    }

    /** Whether every gate in front of a workload does what follows from how it stands. */
    public boolean follow(ObjectKey workload, @Nullable Standing standing) {
        if (!isSeen) {
            return false;
        }
        for (Known known : gates.values()) {
            boolean isConcerned = known.behind.contains(workload);
            if (isConcerned
                    && (!Objects.equals(known.standings.get(workload), standing)
                            || !known.pods.stream().allMatch(pod -> pod.follows(known.wanted, known.routing)))) {
                return false;
            }
        }
        return true;
    }

    /** Goes on where an agent before this one stopped: it is the time. */
    private long nextGeneration(Instant now) {
        lastGeneration = Math.max(lastGeneration + 1, now.toEpochMilli());
        return lastGeneration;
    }

    private static List<Keys.Pair> gatePairs(Map<String, String> values) throws IOException {
        List<Keys.Pair> pairs = new ArrayList<>();
        pairs.add(Keys.read(values.getOrDefault("tls.crt", ""), values.getOrDefault("tls.key", "")));
        String before = values.getOrDefault("previous.crt", "");
        if (!before.isEmpty()) {
            // Its key is needed no more: it is only accepted for as long as a pod may have it.
            pairs.addFirst(Keys.read(before, "gone"));
        }
        return pairs;
    }

    /** Who calls from where is left out: it changes all the time, and nobody is served by it. */
    private void write(Origin origin, Known known, boolean fresh, Instant now) throws IOException {
        GateConfig lasting = known.wanted.withoutCallers();
        String agents = certificates(Keys.valid(own, now));
        boolean isSame = lasting.with(0).equals(known.written.with(0)) && agents.equals(known.writtenAgents);
        if (!fresh && (isSame || now.isBefore(known.writtenAt.plus(BETWEEN_WRITES)))) {
            return;
        }
        Keys.Pair newest = known.pairs.getLast();
        Map<String, String> values = new TreeMap<>();
        values.put("tls.crt", newest.certificate());
        values.put("tls.key", newest.key());
        values.put("agents.crt", agents);
        if (known.pairs.size() > 1) {
            values.put("previous.crt", known.pairs.get(known.pairs.size() - 2).certificate());
        }
        if (lasting.generation() > 0) {
            values.put("config.json", new String(ControlJson.write(lasting), StandardCharsets.UTF_8));
        }
        Node.Mapping owner = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Service")
                .with("name", origin.name())
                .with("uid", origin.uid());
        secrets.write(
                origin.namespace(),
                origin.gate(),
                Node.Mapping.EMPTY.with("ownerReferences", new Node.Sequence(List.of(owner), Position.NONE)),
                values);
        known.written = lasting;
        known.writtenAgents = agents;
        known.writtenAt = now;
    }

    private void trust(Known known, Instant now) throws IOException {
        Keys.Pair used = Keys.used(own, now);
        if (used == null) {
            return;
        }
        String accepted = certificates(Keys.valid(known.pairs, now));
        String of = used.certificate() + accepted;
        if (!of.equals(known.tlsOf)) {
            known.tls = Pinned.context(used.certificate(), used.key(), accepted);
            known.tlsOf = of;
        }
    }

    private static String certificates(List<Keys.Pair> pairs) {
        StringBuilder all = new StringBuilder();
        pairs.forEach(pair -> all.append(pair.certificate()));
        return all.toString();
    }

    /** The agent's own; one Secret for the environment, in the namespace of our records. */
    private void renewOwn() throws IOException {
        Instant now = clock.instant();
        String name = environment + ".gates";
        if (own.isEmpty()) {
            own = KeySecrets.pairs(secrets.read(namespace, name));
        }
        if (Keys.isDue(own, now)) {
            List<Keys.Pair> more = new ArrayList<>(Keys.valid(own, now));
            more.add(Keys.make("agent-" + environment));
            secrets.write(namespace, name, Node.Mapping.EMPTY, KeySecrets.values(more));
            own = List.copyOf(more);
        }
    }

    private void tell(Sight sees) {
        Set<String> there = new HashSet<>();
        Map<Known, List<GatePod>> all = new HashMap<>();
        for (Workloads.Pod pod : sees.pods()) {
            ObjectKey service = new ObjectKey("", "Service", pod.namespace(), pod.gate());
            Known known = pod.gate().isEmpty() ? null : gates.get(service);
            SSLContext tls = known == null ? null : known.tls;
            if (known != null && tls != null && !pod.address().isEmpty()) {
                there.add(pod.uid());
                GatePod gate = pods.computeIfAbsent(pod.uid(), first -> new GatePod());
                gate.reach(new InetSocketAddress(InetAddress.ofLiteral(pod.address()), CONTROL_PORT), tls);
                all.computeIfAbsent(known, first -> new ArrayList<>()).add(gate);
                Future<?> ignored = gate.isDue(known.wanted, known.routing, HEARTBEAT)
                        ? hands.submit(() -> gate.tell(known.wanted, service.toString(), known.routing))
                        : null;
            }
        }
        gates.values().forEach(known -> known.pods = all.getOrDefault(known, List.of()));
        pods.keySet().retainAll(there);
    }

    private void complain(ObjectKey service, String message) {
        complaints.say(service, "GateNotTold", message);
    }

    /** The pods of the gate in front of a Service that were told what to do; none while there is no such gate. */
    List<GatePod> told(String callee) {
        for (Map.Entry<ObjectKey, Known> each : gates.entrySet()) {
            if (each.getKey().toString().equals(callee)) {
                return each.getValue().pods.stream().filter(GatePod::isTold).toList();
            }
        }
        return List.of();
    }

    /** Whether a pod is still one of a gate. */
    boolean knows(GatePod pod) {
        return pods.containsValue(pod);
    }

    /** What each gate pod has counted; of one that does not answer in time it is not known. */
    public List<Counters> counters() {
        List<Future<Counters>> asked = new ArrayList<>();
        for (GatePod pod : pods.values()) {
            if (pod.isTold()) {
                asked.add(hands.submit(pod::counters));
            }
        }
        List<Counters> all = new ArrayList<>();
        for (Future<Counters> each : asked) {
            try {
                all.add(each.get());
            } catch (ExecutionException away) {
                // It may just have ended; the others have counted all the same.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return all;
            }
        }
        return all;
    }

    private void forget() {
        Sight seen = sight;
        if (seen != null) {
            seen.close();
            sight = null;
        }
        gates.clear();
        pods.clear();
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        forget();
        hands.shutdownNow();
    }
}
