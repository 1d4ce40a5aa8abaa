package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.gate.Gates;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.objects.PodEvidence;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.Ordinals.Spec;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Tallies;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of a StatefulSet in a cluster: the last of its pods are of the declared version, the others of the stable one. Its
 * own controller replaces them, as far as the partition says; what is decided is in {@link Ordinals}.
 *
 * <p>How it stands is written on the StatefulSet, together with the partition, before another version is declared; so an agent that
 * dies at any moment leaves it as it is, and another one goes on from there.
 */
final class InPlace {

    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(1);
    private static final int MOST_PODS = 1000;

    private final ApiServer server;
    private final Observed observed;
    private final Pods pods;
    private final Gates gates;
    private final GatewayRoutes routes;
    private final Tallies tallies;
    private final Function<ObjectKey, @Nullable String> users;
    private final InstantSource clock;
    private final SideBySide.Voice voice;
    private final Map<ObjectKey, Long> tended = new ConcurrentHashMap<>();

    /** @param users as whom a workload is changed; null for ourselves */
    InPlace(
            ApiServer server,
            Observed observed,
            Pods pods,
            Gates gates,
            GatewayRoutes routes,
            Tallies tallies,
            Function<ObjectKey, @Nullable String> users,
            InstantSource clock,
            SideBySide.Voice voice) {
        this.server = server;
        this.observed = observed;
        this.pods = pods;
        this.gates = gates;
        this.routes = routes;
        this.tallies = tallies;
        this.users = users;
        this.clock = clock;
        this.voice = voice;
    }

    /** @throws IOException why the traffic of none of its versions can be divided */
    void mayBeDivided(Observed.Seen seen, Node.Mapping live) throws IOException {
        String name = seen.live().key().toString();
        Set<String> divided = routes.names(live);
        if (!divided.isEmpty()) {
            throw new IOException("Service/" + divided.iterator().next() + " gets its weights from HTTPRoutes, which"
                    + " cannot tell the pods of " + name + " apart; annotate it with a gate: enabled");
        }
    }

    /**
     * Something else is about to be declared; where that is another version, it stands in two from now on.
     *
     * @throws IOException why that version cannot be brought in by stages, or not yet
     */
    void begin(Observed.Seen seen, Node.Mapping live, Node.Mapping declared, Split split) throws IOException {
        Node template = declared.mapping("spec").mapping("template");
        if (template.equals(seen.live().content().mapping("spec").mapping("template"))) {
            return;
        }
        Spec spec = Spec.of(live);
        String refusal = Ordinals.refusal(declared, spec.replicas(), split.instances());
        if (refusal != null) {
            throw new IOException(refusal);
        }
        if (!spec.current().equals(spec.update()) && seen.stalled() == null) {
            throw new IOException("the pods of " + seen.live().key()
                    + " are still being replaced by the version before;" + " the next one begins when that is done");
        }
        write(seen, live, new Standing(spec.current(), split, Phase.SPLIT), partition(spec, split));
    }

    private static int partition(Spec spec, Split split) {
        return spec.replicas() - Ordinals.wanted(spec.replicas(), split.instances());
    }

    /** @param split null: the declared version is for everybody, or there is one only */
    void turn(Observed.Seen seen, Node.Mapping live, @Nullable Split split) throws IOException {
        Standing standing = Standing.of(live);
        if (standing == null) {
            return;
        }
        Spec spec = Spec.of(live);
        if (split != null) {
            write(seen, live, standing.in(Phase.SPLIT).with(split), partition(spec, split));
            return;
        }
        boolean isBack = spec.update().equals(standing.stable())
                || (spec.update().isEmpty() && standing.split().weight() == 0);
        write(seen, live, standing.in(isBack ? Phase.LEAVING : Phase.REPLACING), declared(seen));
    }

    /** As it is declared, whatever is in force. */
    private static int declared(Observed.Seen seen) {
        return Ordinals.partition(seen.live().content().mapping("spec"));
    }

    /** What its controller does not do by itself, and what is due next. */
    void tend(Observed.Seen seen, @Nullable Standing known) throws IOException {
        ObjectKey workload = seen.live().key();
        long now = System.nanoTime();
        Long last = tended.get(workload);
        boolean isDue = last == null || now - last > AT_LEAST_EVERY.toNanos();
        if (!isDue || (known == null && !mayWait(seen.raw()))) {
            return;
        }
        tended.put(workload, now);
        Node.Mapping live = get(seen);
        Standing standing = Standing.of(live);
        Spec spec = Spec.of(live);
        List<Ordinals.Pod> all = read(live, spec, list(seen));
        String stable = standing != null && standing.phase() == Phase.SPLIT ? standing.stable() : null;
        if (standing != null) {
            keep(seen, live, standing, spec, all);
        }
        for (Ordinals.Pod pod : Ordinals.outOfPlace(spec, stable, all)) {
            delete(workload, pod, spec);
        }
    }

    /** Some of its pods are of another version than declared, and some are not ready: its controller may wait for those for ever. */
    private static boolean mayWait(Node.Mapping raw) {
        int replicas = raw.mapping("spec").integer("replicas", 1);
        Node.Mapping status = raw.mapping("status");
        return status.integer("updatedReplicas", 0) < replicas && status.integer("readyReplicas", 0) < replicas;
    }

    private void keep(Observed.Seen seen, Node.Mapping live, Standing standing, Spec spec, List<Ordinals.Pod> all)
            throws IOException {
        boolean isBack = spec.update().equals(standing.stable());
        boolean isKnown = !spec.update().isEmpty();
        int declared = declared(seen);
        switch (standing.phase()) {
            case SPLIT -> {
                int partition = partition(spec, standing.split());
                if (spec.partition() != partition) {
                    write(seen, live, standing, partition);
                }
            }
            case REPLACING, LEAVING -> {
                Phase phase = isBack ? Phase.LEAVING : Phase.REPLACING;
                if (isKnown && phase != standing.phase()) {
                    write(seen, live, standing.in(phase), declared);
                } else if (spec.partition() != declared) {
                    write(seen, live, standing, declared);
                } else if (spec.isWhole(all)) {
                    write(seen, live, null, declared);
                }
            }
        }
    }

    /** Both versions; null where the declared one is the stable one. */
    @Nullable
    Arms arms(Observed.Seen seen, Standing standing, @Nullable String trouble) throws IOException {
        Node.Mapping live = get(seen);
        Spec spec = Spec.of(live);
        ObjectKey workload = seen.live().key();
        if (spec.update().equals(standing.stable())) {
            return null;
        }
        List<Node.Mapping> objects = list(seen);
        List<Ordinals.Pod> all = read(live, spec, objects);
        Set<String> callees = gates.callees(workload);
        tallies.take(callees.isEmpty() ? List.of() : gates.counters());
        int wanted = Ordinals.wanted(spec.replicas(), standing.split().instances());
        Arm own = arm(seen, standing.stable(), spec.replicas() - wanted, all, objects, callees, null);
        Arm canary = arm(seen, spec.update(), wanted, all, objects, callees, trouble);
        boolean isClean = all.stream()
                .allMatch(pod -> pod.leaving()
                        || pod.revision().equals(standing.stable())
                        || pod.revision().equals(spec.update()));
        boolean isFollowed = !spec.update().isEmpty() && isClean && gates.follow(workload, standing);
        return new Arms(own, canary, null, standing.split(), isFollowed);
    }

    private Arm arm(
            Observed.Seen seen,
            String revision,
            int wanted,
            List<Ordinals.Pod> all,
            List<Node.Mapping> objects,
            Set<String> callees,
            @Nullable String trouble) {
        Predicate<Ordinals.Pod> isIts =
                pod -> !revision.isEmpty() && pod.revision().equals(revision) && !pod.leaving();
        Set<String> names =
                Set.copyOf(all.stream().filter(isIts).map(Ordinals.Pod::name).toList());
        List<Node.Mapping> own = objects.stream()
                .filter(object -> names.contains(object.mapping("metadata").text("name", "")))
                .toList();
        List<Evidence> symptoms = new ArrayList<>();
        if (trouble != null) {
            symptoms.add(new Evidence("", "FailedCreate", trouble, null, List.of()));
        }
        symptoms.addAll(pods.evidence(seen.live().key().namespace(), own));
        return new Arm(
                revision,
                wanted,
                (int) all.stream().filter(isIts).filter(Ordinals.Pod::available).count(),
                Pods.restarts(own),
                callees.isEmpty() ? null : tallies.of(callees, revision),
                symptoms);
    }

    private List<Ordinals.Pod> read(Node.Mapping live, Spec spec, List<Node.Mapping> objects) {
        List<Ordinals.Pod> all = new ArrayList<>();
        for (Node.Mapping object : objects) {
            boolean isStuck = pods.findings(object).stream().anyMatch(PodEvidence.Finding::isStuck);
            Ordinals.Pod pod = Ordinals.pod(live, spec, object, isStuck, clock.instant());
            if (pod != null) {
                all.add(pod);
            }
        }
        return all;
    }

    private List<Node.Mapping> list(Observed.Seen seen) throws IOException {
        return pods.of(seen, MOST_PODS);
    }

    private void delete(ObjectKey workload, Ordinals.Pod pod, Spec spec) throws IOException {
        Node.Mapping options = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "DeleteOptions")
                .with("preconditions", Node.Mapping.EMPTY.with("uid", pod.uid()));
        try {
            server.call(Request.delete("/api/v1/namespaces/" + workload.namespace() + "/pods/" + pod.name(), options)
                    .as(users.apply(workload)));
        } catch (ApiFailure failure) {
            if (!failure.isMissing() && !failure.isConflict()) {
                throw failure;
            }
            return;
        }
        String wanted = pod.index() < spec.partition() ? spec.current() : spec.update();
        voice.tell(
                workload,
                "PodReplaced",
                "Pod/" + pod.name() + " is of " + pod.revision() + (pod.ready() ? "" : " and not ready")
                        + "; it is deleted" + " so that it is made anew of " + wanted);
    }

    /** Says on the StatefulSet how it stands, and how far its controller may go. */
    private void write(Observed.Seen seen, Node.Mapping live, @Nullable Standing standing, int partition)
            throws IOException {
        Node text = standing == null ? new Node.Null(Position.NONE) : Node.Text.of(standing.text());
        Node.Mapping metadata = Node.Mapping.EMPTY
                // As of what was decided on: somebody else may have decided meanwhile.
                .with("resourceVersion", live.mapping("metadata").text("resourceVersion", ""))
                .with("annotations", Node.Mapping.EMPTY.with(Annotations.SPLIT, text));
        Node.Mapping patch = Ordinals.with(Node.Mapping.EMPTY.with("metadata", metadata), partition);
        Node.Mapping answer = server.call(Request.merge(path(seen) + "?fieldManager=" + GatewayRoutes.MANAGER, patch)
                .as(users.apply(seen.live().key())));
        observed.take(seen.resource(), answer);
        tended.remove(seen.live().key());
        gates.turn();
    }

    private Node.Mapping get(Observed.Seen seen) throws IOException {
        return server.call(Request.get(path(seen)));
    }

    private static String path(Observed.Seen seen) {
        ObjectKey key = seen.live().key();
        return seen.resource().path(key.namespace(), key.name());
    }
}
