package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.gate.GatedService;
import io.homeostat.target.kubernetes.gate.Gates;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Beside;
import io.homeostat.target.kubernetes.versions.Configuration;
import io.homeostat.target.kubernetes.versions.Division;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.Parting;
import io.homeostat.target.kubernetes.versions.ReplicaSets;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import io.homeostat.target.kubernetes.versions.Tallies;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of a workload side by side in a cluster. How a StatefulSet does that is in {@link InPlace}; what follows is about
 * Deployments.
 *
 * <p>The Deployment itself is applied as Git says and paused meanwhile, so its pods stay what they are. What is declared stands
 * beside it in small. When the split ends, the Deployment goes on by its own rules, and what stood beside it goes once it is no
 * longer needed.
 */
final class SideBySide implements Traffic, AutoCloseable {

    private static final String MANAGER = GatewayRoutes.MANAGER;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int CONFLICTS = 5;
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);

    private static final List<Side> BESIDE = List.of(Side.CANARY, Side.BASELINE);

    private final ApiServer server;
    private final Observed observed;
    private final Pods pods;
    private final Gates gates;
    private final Function<String, @Nullable String> users;
    private final BooleanSupplier leads;
    private final BooleanSupplier isRead;
    private final Companions companions;
    private final GatewayRoutes routes;
    private final Configurations configurations;
    private final InPlace inPlace;
    private final Tallies tallies;
    private final InstantSource clock;
    /** Splits that begin with the next version. */
    private final Map<ObjectKey, Split> wanted = new ConcurrentHashMap<>();

    private final Map<ObjectKey, Parting> leaving = new ConcurrentHashMap<>();
    /** Why what stands beside a workload could not be made as it should be. */
    private final Map<ObjectKey, String> troubles = new ConcurrentHashMap<>();

    /** Why a version that is for everybody will not get any further. */
    private final Map<ObjectKey, String> refusals = new ConcurrentHashMap<>();

    private final Map<ObjectKey, Kept> kept = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private @Nullable Thread thread;

    /** When what stands beside a Deployment was looked after last, and as of which of its generations. */
    private record Kept(int generation, long at) {}

    /** As {@link KubernetesTarget#tell}. */
    interface Voice {
        void tell(ObjectKey object, String reason, String message);
    }

    /**
     * @param users as whom an application is changed; null for ourselves
     * @param isRead whether everything that is in the cluster has been seen
     */
    SideBySide(
            ApiServer server,
            Resources resources,
            Observed observed,
            Applying applying,
            Pods pods,
            Gates gates,
            Function<String, @Nullable String> users,
            BooleanSupplier leads,
            BooleanSupplier isRead,
            InstantSource clock,
            Voice voice) {
        this.server = server;
        this.observed = observed;
        this.pods = pods;
        this.gates = gates;
        this.users = users;
        this.leads = leads;
        this.isRead = isRead;
        this.clock = clock;
        this.companions = new Companions(server, MANAGER, this::user);
        this.routes = new GatewayRoutes(server, resources, observed, this::user);
        this.configurations =
                new Configurations(observed, applying, new Copies(server, MANAGER), new Workloads(voice), isRead);
        this.tallies = new Tallies(clock.instant());
        this.inPlace = new InPlace(server, observed, pods, gates, routes, tallies, this::user, clock, voice);
    }

    Configurations configurations() {
        return configurations;
    }

    /** Why a workload will not get any further without a change, in one sentence; null when it may. */
    @Nullable
    String refusal(ObjectKey workload) {
        return refusals.get(workload);
    }

    void start() {
        thread = Thread.ofVirtual().name("side-by-side").start(this::run);
    }

    /** How a workload stands in two versions; null where there is one. */
    static @Nullable Standing standing(Observed observed, ObjectKey workload) {
        boolean mayStand = workload.kind().equals("Deployment") || Ordinals.has(workload);
        Observed.Seen seen = mayStand ? observed.find(workload) : null;
        return seen == null ? null : Standing.of(seen.raw());
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(LOOK);
                configurations.look();
                if (leads.getAsBoolean()) {
                    look();
                }
            } catch (InterruptedException closing) {
                return;
            } catch (RuntimeException failed) {
                // Of one object; the next look asks anew.
            }
        }
    }

    private void look() {
        Set<ObjectKey> there = new HashSet<>();
        for (Observed.Seen seen : observed.all()) {
            ObjectKey workload = seen.live().key();
            Standing standing = standing(observed, workload);
            if (standing != null) {
                there.add(workload);
            }
            if (standing != null || Ordinals.has(workload)) {
                try {
                    if (standing == null || Ordinals.has(workload)) {
                        inPlace.tend(seen, standing);
                    } else {
                        tend(seen, standing);
                    }
                    troubles.remove(workload);
                    refusals.remove(workload);
                } catch (IOException later) {
                    // It is tried again in a moment; what is there stays meanwhile.
                    troubles.put(workload, String.valueOf(later.getMessage()));
                    if (ApiFailure.isRefusal(later) && standing != null && standing.isComingIn()) {
                        refusals.put(
                                workload,
                                "what the new version reads cannot be changed under its own name: "
                                        + later.getMessage());
                    }
                }
            }
        }
        leaving.keySet().retainAll(there);
        kept.keySet().retainAll(there);
        troubles.keySet().retainAll(there);
        refusals.keySet().retainAll(there);
        if (isRead.getAsBoolean()) {
            sweep(there);
        }
    }

    /**
     * No route goes on dividing traffic for nobody: when its Service asks for something else now, or the workload was made anew.
     *
     * @param there the workloads that stand in two versions
     */
    private void sweep(Set<ObjectKey> there) {
        for (Observed.Seen seen : observed.all()) {
            ObjectKey route = seen.live().key();
            if (!route.kind().equals("HTTPRoute") || Division.of(seen.raw()).isEmpty()) {
                continue;
            }
            try {
                Set<String> divided = new HashSet<>();
                for (ObjectKey workload : there) {
                    Observed.Seen of = observed.find(workload);
                    if (of != null && workload.namespace().equals(route.namespace())) {
                        divided.addAll(routes.names(get(of)));
                    }
                }
                for (String service : Division.of(seen.raw()).keySet()) {
                    if (!divided.contains(service)) {
                        routes.release(route, service);
                    }
                }
            } catch (IOException later) {
                // The next look tries again.
                troubles.put(route, String.valueOf(later.getMessage()));
            }
        }
    }

    private void tend(Observed.Seen seen, Standing standing) throws IOException {
        ObjectKey workload = seen.live().key();
        Kept last = kept.get(workload);
        int generation = seen.raw().mapping("metadata").integer("generation", 0);
        boolean isDue = last == null
                || last.generation() != generation
                || System.nanoTime() - last.at() > AT_LEAST_EVERY.toNanos();
        if (standing.phase() != Phase.LEAVING) {
            leaving.remove(workload);
        }
        switch (standing.phase()) {
            case SPLIT -> {
                if (isDue || routes.divide(workload)) {
                    Node.Mapping live = get(seen);
                    Standing now = Standing.of(live);
                    if (now != null && now.phase() == Phase.SPLIT) {
                        if (!live.mapping("spec").flag("paused", false)) {
                            write(seen, version(live), now, true);
                        }
                        keep(workload, live, now);
                    }
                }
            }
            case REPLACING -> {
                if (isDue || routes.divide(workload)) {
                    boolean _ = routes.keep(workload, get(seen), standing);
                }
                if (standing.isComingIn()) {
                    configurations.comeIn(workload);
                } else if (isReplaced(seen.raw()) || (isDue && isStableAgain(workload, seen, standing))) {
                    write(seen, seen.resourceVersion(), standing.in(Phase.LEAVING), false);
                }
            }
            case LEAVING -> part(seen, standing);
        }
    }

    /** What stands beside it goes, and is forgotten when nobody can be led there any more. */
    private void part(Observed.Seen seen, Standing standing) throws IOException {
        ObjectKey workload = seen.live().key();
        Node.Mapping live = get(seen);
        Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
        boolean isStable = stable != null && ReplicaSets.isDeclared(live, stable);
        Instant now = clock.instant();
        Parting parting = leaving.computeIfAbsent(workload, first -> Parting.begun(now));
        // Routes lead to the stable pods alone until nobody else is left.
        Standing routed = isStable && !parting.isOver(now) ? standing : standing.forgotten();
        boolean _ = routes.keep(workload, live, routed);
        boolean isRouted = routes.follow(live, routed);
        boolean isAnyLeft = gates.seesBeside(workload) || isAnyBeside(workload);
        Parting next = parting.seeing(gates.follow(workload, standing) && isRouted, isAnyLeft, now);
        leaving.put(workload, next);
        if (next.isTaken()) {
            for (Side side : BESIDE) {
                companions.delete(workload, side);
            }
        }
        if ((parting.isOver(now) && isRouted) || next.isOverdue(now)) {
            routes.end(workload, live, Set.of());
            configurations.clear(workload);
            write(seen, seen.resourceVersion(), null, false);
            leaving.remove(workload);
            kept.remove(workload);
        }
    }

    /** There is a pod beside it that is not ending. */
    private boolean isAnyBeside(ObjectKey workload) throws IOException {
        String selector = URLEncoder.encode(Annotations.BESIDE + "=" + workload.name(), StandardCharsets.UTF_8);
        Node.Mapping pods = server.call(Request.get(
                "/api/v1/namespaces/" + workload.namespace() + "/pods?limit=500&labelSelector=" + selector));
        return pods.sequence("items").stream()
                .anyMatch(pod -> pod instanceof Node.Mapping one
                        && one.mapping("metadata").text("deletionTimestamp") == null);
    }

    /** The version that was to be replaced is declared again. */
    private boolean isStableAgain(ObjectKey workload, Observed.Seen seen, Standing standing) throws IOException {
        Node.Mapping live = get(seen);
        Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
        kept.put(workload, new Kept(live.mapping("metadata").integer("generation", 0), System.nanoTime()));
        return stable != null && ReplicaSets.isDeclared(live, stable);
    }

    /** The Deployment has all its pods of the declared version. */
    private static boolean isReplaced(Node.Mapping raw) {
        Node.Mapping status = raw.mapping("status");
        int wanted = raw.mapping("spec").integer("replicas", 1);
        return status.integer("observedGeneration", 0)
                        >= raw.mapping("metadata").integer("generation", 0)
                && status.integer("replicas", 0) == wanted
                && status.integer("updatedReplicas", 0) == wanted
                && status.integer("availableReplicas", 0) == wanted;
    }

    @Override
    public void split(ObjectKey workload, @Nullable Split split) throws IOException {
        again(() -> {
            turn(workload, split);
            return true;
        });
    }

    interface Attempt {
        boolean run() throws IOException;
    }

    /** The Deployment's controller writes on it, too, so a look at it may be old a moment later. */
    static boolean again(Attempt attempt) throws IOException {
        for (int left = CONFLICTS; ; left--) {
            try {
                return attempt.run();
            } catch (ApiFailure failure) {
                if (!failure.isConflict() || left == 0) {
                    throw failure;
                }
            }
        }
    }

    private void turn(ObjectKey workload, @Nullable Split split) throws IOException {
        Observed.Seen seen = observed.find(workload);
        Standing known = standing(observed, workload);
        boolean isUnderway = known != null && (known.phase() == Phase.SPLIT || known.isComingIn());
        Standing running = isUnderway ? known : null;
        if (split == null || running != null) {
            wanted.remove(workload);
        }
        boolean isSo =
                (known != null && known.phase() == Phase.SPLIT) ? known.split().equals(split) : split == null;
        if (seen == null || isSo) {
            return;
        }
        Node.Mapping live = get(seen);
        if (Ordinals.has(workload) && (split == null || running != null)) {
            inPlace.turn(seen, live, split);
        } else if (split == null) {
            Standing standing = Standing.of(live);
            if (standing != null) {
                Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
                boolean isBack = standing.kept().isEmpty() && (stable == null || ReplicaSets.isDeclared(live, stable));
                Standing ending = standing.in(isBack ? Phase.LEAVING : Phase.REPLACING);
                write(seen, version(live), ending, ending.isComingIn());
                if (ending.isComingIn()) {
                    configurations.comeIn(workload);
                }
            }
        } else if (running != null) {
            Standing turned = running.in(Phase.SPLIT).with(split);
            write(seen, version(live), turned, true);
            keep(workload, live, turned);
        } else {
            if (Ordinals.has(workload)) {
                inPlace.mayBeDivided(seen, live);
            } else if (known != null && known.phase() == Phase.REPLACING && !isStuck(live)) {
                throw new IOException("the pods of " + workload + " are still being replaced by the version before;"
                        + " the next one begins when that is done");
            }
            mayBeDivided(workload, live);
            routes.mayDivide(live, split);
            wanted.put(workload, split);
        }
    }

    /** Its controller has given up waiting for pods. */
    private static boolean isStuck(Node.Mapping live) {
        return live.mapping("status").sequence("conditions").stream()
                .anyMatch(each -> each instanceof Node.Mapping condition
                        && condition.text("reason", "").equals("ProgressDeadlineExceeded"));
    }

    /**
     * Another version is about to be declared: where a split waits for it, it begins now.
     *
     * @param declared the document
     */
    void begin(ObjectKey workload, Node.Mapping declared) throws IOException {
        if (Ordinals.has(workload)) {
            beginInPlace(workload, declared);
            return;
        }
        again(() -> {
            Observed.Seen seen = wanted.containsKey(workload) ? observed.find(workload) : null;
            Node.Mapping live = seen == null ? null : get(seen);
            Standing beginning = live == null ? null : beginning(workload, live);
            if (seen != null && live != null && beginning != null) {
                write(seen, version(live), beginning, true);
                wanted.remove(workload);
            }
            return true;
        });
    }

    private void beginInPlace(ObjectKey workload, Node.Mapping declared) throws IOException {
        again(() -> {
            Split split = wanted.get(workload);
            Observed.Seen seen = split == null ? null : observed.find(workload);
            if (split != null && seen != null) {
                inPlace.begin(seen, get(seen), declared, split);
                wanted.remove(workload);
            }
            return true;
        });
    }

    private @Nullable Standing beginning(ObjectKey workload, Node.Mapping live) throws IOException {
        Split split = wanted.get(workload);
        return split == null
                ? null
                : new Standing(ReplicaSets.version(ReplicaSets.standing(sets(live))), split, Phase.SPLIT);
    }

    /** What those who keep configuration need of workloads. */
    private final class Workloads implements Configurations.Sides {

        private final Voice voice;

        Workloads(Voice voice) {
            this.voice = voice;
        }

        @Override
        public Set<ObjectKey> awaited() {
            // The pods of a StatefulSet are where they are in either version, and see a change as Kubernetes has it.
            return wanted.keySet().stream()
                    .filter(workload -> !Ordinals.has(workload))
                    .collect(Collectors.toSet());
        }

        @Override
        public @Nullable Standing beginning(ObjectKey workload, Node.Mapping live) throws IOException {
            return SideBySide.this.beginning(workload, live);
        }

        @Override
        public Node.Mapping get(ObjectKey workload) throws IOException {
            return SideBySide.this.get(seen(workload));
        }

        @Override
        public Node.@Nullable Mapping stable(Node.Mapping live, Standing standing) throws IOException {
            Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
            return stable == null ? null : stable.mapping("spec").mapping("template");
        }

        @Override
        public void write(
                ObjectKey workload, Node.Mapping live, @Nullable Standing standing, @Nullable String configuration)
                throws IOException {
            boolean paused = standing != null && (standing.phase() == Phase.SPLIT || standing.isComingIn());
            SideBySide.this.write(seen(workload), version(live), standing, paused, configuration);
            if (paused) {
                wanted.remove(workload);
            }
        }

        @Override
        public @Nullable String user(ObjectKey workload) {
            return SideBySide.this.user(workload);
        }

        @Override
        public void tell(ObjectKey object, String reason, String message) {
            voice.tell(object, reason, message);
        }

        private Observed.Seen seen(ObjectKey workload) throws IOException {
            Observed.Seen seen = observed.find(workload);
            if (seen == null) {
                throw new IOException(workload + " is gone");
            }
            return seen;
        }
    }

    /** Whoever calls it goes through a gate, or would reach both versions as chance has it. */
    private void mayBeDivided(ObjectKey workload, Node.Mapping live) throws IOException {
        Node.Mapping metadata = live.mapping("metadata");
        String name = workload.kind() + "/" + workload.name();
        Node.Mapping template = live.mapping("spec").mapping("template");
        if (template.mapping("spec").flag("hostNetwork", false)) {
            throw new IOException("the pods of " + name
                    + " have the addresses of their nodes (hostNetwork), so a gate cannot tell their versions apart; it"
                    + " cannot have a Rollout");
        }
        Node.Mapping labels = template.mapping("metadata").mapping("labels");
        Node.Mapping services = server.call(
                Request.get("/api/v1/namespaces/" + metadata.text("namespace", "") + "/services?limit=500"));
        // By a StatefulSet's own Service callers choose one of its pods by name: there is nothing to divide.
        String governing = Ordinals.has(workload) ? live.mapping("spec").text("serviceName", "") : "";
        List<Node> others = services.sequence("items").stream()
                .filter(each -> !(each instanceof Node.Mapping service
                        && service.mapping("metadata").text("name", "").equals(governing)
                        && service.mapping("spec").text("clusterIP", "").equals("None")))
                .toList();
        String without = GatedService.withoutGate(others, labels);
        if (without != null) {
            throw new IOException("Service/" + without + " leads to " + name
                    + " without a gate, so the traffic cannot be divided; annotate it " + GatedService.ANNOTATION
                    + ": enabled, or disabled where both versions may answer");
        }
    }

    private static boolean isOne(Node.Mapping live, Node.@Nullable Mapping stable, Standing standing) {
        return stable == null || (standing.kept().isEmpty() && ReplicaSets.isDeclared(live, stable));
    }

    /** What stands beside it is as the split says. */
    private void keep(ObjectKey workload, Node.Mapping live, Standing standing) throws IOException {
        Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
        boolean isOne = isOne(live, stable, standing);
        int replicas = live.mapping("spec").integer("replicas", 1);
        int wanted = isOne ? 0 : Beside.wanted(replicas, standing.split().instances());
        // Before there is anybody beside it who could get what is not to go there.
        if (!routes.keep(workload, live, standing)) {
            kept.remove(workload);
            return;
        }
        Node.Mapping template = Configuration.copied(live.mapping("spec").mapping("template"), standing.kept());
        companions.keep(workload, live, Side.CANARY, template, standing, wanted);
        boolean hasBaseline = standing.split().baseline() && wanted > 0;
        companions.keep(
                workload,
                live,
                Side.BASELINE,
                stable == null ? template : stable.mapping("spec").mapping("template"),
                standing,
                hasBaseline ? wanted : 0);
        kept.put(workload, new Kept(live.mapping("metadata").integer("generation", 0), System.nanoTime()));
    }

    private void write(Observed.Seen seen, String resourceVersion, @Nullable Standing standing, boolean paused)
            throws IOException {
        write(seen, resourceVersion, standing, paused, null);
    }

    /**
     * Says on the Deployment how it stands.
     *
     * @param configuration what its pods are to say of their configuration; null leaves that as it is
     */
    private void write(
            Observed.Seen seen,
            String resourceVersion,
            @Nullable Standing standing,
            boolean paused,
            @Nullable String configuration)
            throws IOException {
        Node none = new Node.Null(Position.NONE);
        Node text = standing == null ? none : Node.Text.of(standing.text());
        Node.Mapping annotations = Node.Mapping.EMPTY.with(Annotations.SPLIT, text);
        Node.Mapping spec = Node.Mapping.EMPTY.with("paused", paused ? Node.Bool.of(true) : none);
        if (configuration != null) {
            Node.Mapping mark = Node.Mapping.EMPTY.with(Configuration.ANNOTATION, configuration);
            annotations = annotations.with(Configuration.ANNOTATION, configuration);
            spec = spec.with(
                    "template", Node.Mapping.EMPTY.with("metadata", Node.Mapping.EMPTY.with("annotations", mark)));
        }
        Node.Mapping patch = Node.Mapping.EMPTY
                .with(
                        "metadata",
                        // As of what was decided on: somebody else may have decided meanwhile.
                        Node.Mapping.EMPTY
                                .with("resourceVersion", resourceVersion)
                                .with("annotations", annotations))
                .with("spec", spec);
        ObjectKey key = seen.live().key();
        Node.Mapping answer = server.call(
                Request.merge(path(seen) + "?fieldManager=" + MANAGER, patch).as(user(key)));
        observed.take(seen.resource(), answer);
        configurations.look(key);
        gates.turn();
    }

    private static String version(Node.Mapping live) {
        return live.mapping("metadata").text("resourceVersion", "");
    }

    private Node.Mapping get(Observed.Seen seen) throws IOException {
        return server.call(Request.get(path(seen)));
    }

    private static String path(Observed.Seen seen) {
        Resource resource = seen.resource();
        ObjectKey key = seen.live().key();
        return resource.path(key.namespace(), key.name());
    }

    private @Nullable String user(ObjectKey workload) {
        Observed.Seen seen = observed.find(workload);
        return seen == null ? null : users.apply(seen.live().application());
    }

    /** The ReplicaSets of a Deployment. */
    private List<Node.Mapping> sets(Node.Mapping live) throws IOException {
        Node.Mapping metadata = live.mapping("metadata");
        String uid = metadata.text("uid", "");
        return list(live, "/apis/apps/v1/namespaces/" + metadata.text("namespace", "") + "/replicasets").stream()
                .filter(set -> set.mapping("metadata").sequence("ownerReferences").stream()
                        .anyMatch(owner -> owner instanceof Node.Mapping one
                                && one.text("uid", "").equals(uid)))
                .toList();
    }

    /** What a Deployment selects, and what else looks like it. */
    private List<Node.Mapping> list(Node.Mapping live, String collection) throws IOException {
        List<String> terms = new ArrayList<>();
        live.mapping("spec")
                .mapping("selector")
                .mapping("matchLabels")
                .fields()
                .forEach((name, field) -> terms.add(name + "=" + field.value()));
        String selector = URLEncoder.encode(String.join(",", terms), StandardCharsets.UTF_8);
        List<Node.Mapping> found = new ArrayList<>();
        Node.Mapping list = server.call(Request.get(collection + "?limit=500&labelSelector=" + selector));
        for (Node each : list.sequence("items")) {
            if (each instanceof Node.Mapping one) {
                found.add(one);
            }
        }
        return found;
    }

    @Override
    public @Nullable Arms arms(ObjectKey workload) throws IOException {
        Observed.Seen seen = observed.find(workload);
        Standing standing = standing(observed, workload);
        if (seen == null || standing == null || standing.phase() != Phase.SPLIT) {
            return null;
        }
        if (Ordinals.has(workload)) {
            return inPlace.arms(seen, standing, troubles.get(workload));
        }
        Node.Mapping live = get(seen);
        Node.Mapping stable = ReplicaSets.of(sets(live), standing.stable());
        if (stable == null || isOne(live, stable, standing)) {
            return null;
        }
        Split split = standing.split();
        List<Node.Mapping> all = list(live, "/api/v1/namespaces/" + workload.namespace() + "/pods").stream()
                .filter(pod -> pod.mapping("metadata").text("deletionTimestamp") == null)
                .toList();
        Set<String> callees = gates.callees(workload);
        tallies.take(callees.isEmpty() ? List.of() : gates.counters());
        int replicas = live.mapping("spec").integer("replicas", 1);
        int wanted = Beside.wanted(replicas, split.instances());
        Node.Mapping template = Configuration.copied(live.mapping("spec").mapping("template"), standing.kept());
        String declared = Beside.version(template, Side.CANARY, standing.stable());
        Arm own = arm(all, Side.OWN, standing.stable(), replicas, callees, stable.mapping("status"), workload);
        Arm canary = arm(
                all,
                Side.CANARY,
                declared,
                wanted,
                callees,
                companions.status(workload, Side.CANARY, declared),
                workload);
        if (canary.available() < canary.wanted()) {
            canary = waiting(
                    canary,
                    configurations.missing(workload, live.mapping("spec").mapping("template"), standing));
        }
        String like = Beside.version(template, Side.BASELINE, standing.stable());
        Arm baseline = split.baseline()
                ? arm(
                        all,
                        Side.BASELINE,
                        like,
                        wanted,
                        callees,
                        companions.status(workload, Side.BASELINE, like),
                        workload)
                : null;
        boolean isThere = baseline == null || baseline.available() >= baseline.wanted();
        boolean isFollowed = gates.follow(workload, standing) && routes.follow(live, standing);
        return new Arms(own, canary, baseline, split, isThere && isFollowed);
    }

    /** What its pods wait for, and will not get: they say nothing of it themselves. */
    private static Arm waiting(Arm arm, List<String> missing) {
        List<Evidence> symptoms = new ArrayList<>();
        missing.forEach(each -> symptoms.add(new Evidence("", "CreateContainerConfigError", each, null, List.of())));
        symptoms.addAll(arm.symptoms());
        return new Arm(arm.version(), arm.wanted(), arm.available(), arm.crashes(), arm.tally(), symptoms);
    }

    private Arm arm(
            List<Node.Mapping> all,
            Side side,
            String version,
            int wanted,
            Set<String> callees,
            Node.Mapping status,
            ObjectKey workload) {
        List<Node.Mapping> own =
                all.stream().filter(pod -> isOf(pod, side, version, workload)).toList();
        List<Evidence> symptoms = new ArrayList<>();
        String trouble = side == Side.CANARY ? troubles.get(workload) : null;
        if (trouble != null) {
            symptoms.add(new Evidence("", "FailedCreate", trouble, null, List.of()));
        }
        if (side != Side.BASELINE) {
            symptoms.addAll(pods.evidence(workload.namespace(), own));
        }
        int available = status.integer("availableReplicas", 0);
        boolean isCurrent = status.get("observedGeneration") != null;
        return new Arm(
                version,
                wanted,
                // One that is scaled just now has the pods that it had; those of another version do not count.
                isCurrent ? available : Math.min(available, Pods.ready(own)),
                Pods.restarts(own),
                callees.isEmpty() ? null : tallies.of(callees, version),
                symptoms);
    }

    private static boolean isOf(Node.Mapping pod, Side side, String version, ObjectKey workload) {
        Node.Mapping labels = pod.mapping("metadata").mapping("labels");
        if (side == Side.OWN) {
            return labels.text(Annotations.SIDE) == null
                    && ReplicaSets.version(pod).equals(version);
        }
        return labels.text(Annotations.SIDE, "").equals(side.label())
                && labels.text(Annotations.BESIDE, "").equals(workload.name())
                && labels.text(Annotations.VERSION, "").equals(version);
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
