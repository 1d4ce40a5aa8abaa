package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Faults of instances: pods are deleted, with or without time to end, once or again and again. The cluster makes new ones, so there
 * is nothing to undo.
 */
public final class PodFaults {

    /** A workload, Service or pod with this label and the value {@code off} is never touched. */
    public static final String LABEL = "homeostat.io/chaos";

    /** Once is a kill. */
    private static final int LOOP = 2;

    private static final Duration LOOK = Duration.ofMillis(250);

    /** Finds the pods of a workload. */
    public interface PodsOf {
        List<Node.Mapping> find(ObjectKey workload) throws IOException;
    }

    private static final class Done {
        private final long ends;
        /** The pods of the workload when it began: none of them came in the place of one that was killed. */
        private final Set<String> before;

        private String uid;
        private int kills;
        private boolean observed;
        private String seen = "";
        private long lookedAt;

        private Done(long ends, Set<String> before, String uid) {
            this.ends = ends;
            this.before = before;
            this.uid = uid;
        }
    }

    private final ApiServer server;
    private final PodsOf pods;
    private final InstantSource clock;
    private final Map<String, Map<String, Done>> holders = new ConcurrentHashMap<>();

    public PodFaults(ApiServer server, PodsOf pods, InstantSource clock) {
        this.server = server;
        this.pods = pods;
        this.clock = clock;
    }

    /** Those that are not about to go. */
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return pods.find(workload).stream()
                .filter(pod -> !isLeaving(pod) && !isOver(pod))
                .map(pod -> new Victim(name(pod), isReady(pod), hasOptedOut(pod)))
                .toList();
    }

    public List<State> hold(String holder, List<Fault> wanted) throws IOException {
        if (wanted.isEmpty()) {
            holders.remove(holder);
            return List.of();
        }
        Map<String, Done> known = holders.computeIfAbsent(holder, first -> new HashMap<>());
        synchronized (known) {
            List<State> states = new ArrayList<>();
            for (Fault fault : wanted) {
                Done done = known.get(fault.id());
                if (done == null) {
                    done = plan(fault);
                    known.put(fault.id(), done);
                }
                if (done.kills == 0) {
                    // Asked again when the answer was lost, it is still this very pod: another may have its name by
                    // now.
                    delete(place(fault), done.uid, fault.effect() instanceof Effect.Terminate ? -1 : 0);
                    done.kills = 1;
                }
                long now = System.nanoTime();
                boolean inForce = fault.effect() instanceof Effect.CrashLoop && done.ends - now > 0;
                if (now - done.lookedAt > LOOK.toNanos()) {
                    done.lookedAt = now;
                    look(fault, done, inForce, known);
                }
                states.add(new State(fault.id(), inForce, done.observed, done.seen));
            }
            return List.copyOf(states);
        }
    }

    private Done plan(Fault fault) throws IOException {
        Place.OnInstance place = place(fault);
        List<Node.Mapping> all = pods.find(place.workload());
        Node.Mapping pod = find(all, place);
        Set<String> before = all.stream().map(PodFaults::uid).collect(Collectors.toSet());
        return new Done(System.nanoTime() + fault.lasts().toNanos(), before, uid(pod));
    }

    /** The pod that is meant; one that has opted out, or does not run, is refused. */
    static Node.Mapping find(List<Node.Mapping> pods, Place.OnInstance place) throws IOException {
        for (Node.Mapping pod : pods) {
            if (name(pod).equals(place.instance()) && !isLeaving(pod)) {
                checkLabel(pod);
                return pod;
            }
        }
        throw new IOException(place.instance() + " does not run now, so nothing can be done to it");
    }

    private static boolean hasOptedOut(Node.Mapping pod) {
        return "off".equals(pod.mapping("metadata").mapping("labels").text(LABEL, ""));
    }

    static void checkLabel(Node.Mapping pod) throws IOException {
        if (hasOptedOut(pod)) {
            throw new IOException(name(pod) + " has opted out: its label " + LABEL + " says so");
        }
    }

    private void look(Fault fault, Done done, boolean inForce, Map<String, Done> others) throws IOException {
        switch (fault.effect()) {
            case Effect.Kill _, Effect.Terminate _ -> {
                if (!done.observed && isGone(place(fault), done.uid)) {
                    done.observed = true;
                    done.seen = "the pod is gone";
                }
            }
            case Effect.CrashLoop loop -> {
                if (inForce) {
                    again(place(fault).workload(), loop.lives(), done, others);
                }
            }
            default -> throw new IllegalArgumentException(fault + " is none of instances");
        }
    }

    /** The one that came in the place of a pod that was killed has its name, or is a new one that nobody looks after. */
    private void again(ObjectKey workload, Duration lives, Done done, Map<String, Done> others) throws IOException {
        Set<String> taken =
                others.values().stream().map(other -> other.uid).collect(Collectors.toCollection(HashSet::new));
        taken.addAll(done.before);
        Node.Mapping next = null;
        for (Node.Mapping pod : pods.find(workload)) {
            boolean isNewer = next == null || created(pod).compareTo(created(next)) > 0;
            if (!isLeaving(pod) && !isOver(pod) && isNewer && !taken.contains(uid(pod))) {
                next = pod;
            }
        }
        Instant since = next == null ? null : runsSince(next);
        if (next != null && since != null && !clock.instant().isBefore(since.plus(lives))) {
            checkLabel(next);
            done.uid = uid(next);
            delete(new Place.OnInstance(workload, name(next)), done.uid, 0);
            done.kills++;
            done.observed = done.kills >= LOOP;
            done.seen = "it was killed " + done.kills + " times";
        }
    }

    /** @param seconds of time to end; negative: what the pod itself says */
    private void delete(Place.OnInstance pod, String uid, int seconds) throws IOException {
        Node.Mapping options = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "DeleteOptions")
                .with("preconditions", Node.Mapping.EMPTY.with("uid", uid));
        options = seconds < 0 ? options : options.with("gracePeriodSeconds", seconds);
        try {
            server.call(Request.delete(path(pod.workload().namespace(), pod.instance()), options));
        } catch (ApiFailure refused) {
            if (!refused.isMissing() && !refused.isConflict()) {
                throw new IOException(
                        "the cluster refuses to delete " + pod.instance() + ": " + refused.getMessage(), refused);
            }
        }
    }

    private boolean isGone(Place.OnInstance place, String uid) throws IOException {
        try {
            Node.Mapping there = server.call(Request.get(path(place.workload().namespace(), place.instance())));
            return !uid(there).equals(uid);
        } catch (ApiFailure refused) {
            if (refused.isMissing()) {
                return true;
            }
            throw refused;
        }
    }

    static Place.OnInstance place(Fault fault) {
        if (!(fault.place() instanceof Place.OnInstance place)) {
            throw new IllegalArgumentException(fault + " is none of instances");
        }
        return place;
    }

    static String path(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + name;
    }

    static String name(Node.Mapping pod) {
        return pod.mapping("metadata").text("name", "");
    }

    static String uid(Node.Mapping pod) {
        return pod.mapping("metadata").text("uid", "");
    }

    private static String created(Node.Mapping pod) {
        return pod.mapping("metadata").text("creationTimestamp", "");
    }

    static boolean isLeaving(Node.Mapping pod) {
        return pod.mapping("metadata").text("deletionTimestamp") != null;
    }

    static boolean isOver(Node.Mapping pod) {
        String phase = pod.mapping("status").text("phase", "");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static boolean isReady(Node.Mapping pod) {
        for (Node each : pod.mapping("status").sequence("conditions")) {
            if (each instanceof Node.Mapping condition
                    && condition.text("type", "").equals("Ready")) {
                return condition.text("status", "").equals("True");
            }
        }
        return false;
    }

    /** When the last of its containers began to run; null while one does not. */
    private static @Nullable Instant runsSince(Node.Mapping pod) {
        Instant last = null;
        for (Node each : pod.mapping("status").sequence("containerStatuses")) {
            String text = each instanceof Node.Mapping container
                    ? container.mapping("state").mapping("running").text("startedAt", "")
                    : "";
            try {
                Instant since = Instant.parse(text);
                last = last == null || since.isAfter(last) ? since : last;
            } catch (DateTimeParseException notRunning) {
                return null;
            }
        }
        return last;
    }
}
