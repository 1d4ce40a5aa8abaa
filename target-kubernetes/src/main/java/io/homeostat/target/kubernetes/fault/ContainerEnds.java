package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Execution;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Faults of single containers: their first process is told to end, from inside, once or again and again. The kubelet starts them again
 * in the same pod, so there is nothing to undo. It counts as done when the pod's status says that the container has ended.
 */
public final class ContainerEnds {

    /** Once is no loop. */
    private static final int LOOP = 2;

    private static final Duration LOOK = Duration.ofMillis(250);

    /** Whoever has not ended by then will not. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration SAID = Duration.ofSeconds(5);

    private static final class Done {
        private final long ends;
        private final String container;
        private final String uid;
        private final int restarts;
        /** Which run of the container was told to end; empty as long as none was. */
        private String told = "";

        private long toldAt;
        private boolean isGone;
        private boolean observed;
        private String seen = "";
        private long lookedAt;

        private Done(long ends, Node.Mapping pod, String container) {
            this.ends = ends;
            this.container = container;
            this.uid = PodFaults.uid(pod);
            this.restarts = Containers.status(pod, container).integer("restartCount", 0);
        }
    }

    private final ApiServer server;
    private final PodFaults.PodsOf pods;
    private final InstantSource clock;
    private final ContainerShell shell;
    private final Map<String, Map<String, Done>> holders = new ConcurrentHashMap<>();

    public ContainerEnds(ApiServer server, PodFaults.PodsOf pods, InstantSource clock) {
        this.server = server;
        this.pods = pods;
        this.clock = clock;
        this.shell = new ContainerShell(server, "terminate.sh");
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
                Place.OnInstance place = PodFaults.place(fault);
                Done done = known.get(fault.id());
                if (done == null) {
                    Node.Mapping pod = PodFaults.find(pods.find(place.workload()), place);
                    done = new Done(
                            System.nanoTime() + fault.lasts().toNanos(), pod, meant(fault.effect(), pod, place));
                    tell(place, done, pod);
                    known.put(fault.id(), done);
                }
                long now = System.nanoTime();
                boolean inForce = fault.effect() instanceof Effect.CrashLoop && !done.isGone && done.ends - now > 0;
                if (now - done.lookedAt > LOOK.toNanos()) {
                    done.lookedAt = now;
                    look(place, done, fault.effect(), inForce);
                }
                states.add(new State(fault.id(), inForce, done.observed, done.seen));
            }
            return List.copyOf(states);
        }
    }

    /**
     * The container whose first process can be told from inside of it.
     *
     * @throws IOException when nobody there could, with what would help
     */
    static String meant(Effect effect, Node.Mapping pod, Place.OnInstance place) throws IOException {
        String container =
                Containers.named(pod, Objects.requireNonNull(place.container())).getFirst();
        String refusal = Refusals.ofEnd(effect, pod, container, place.instance());
        if (refusal != null) {
            throw new IOException(refusal);
        }
        return container;
    }

    private void tell(Place.OnInstance place, Done done, Node.Mapping pod) throws IOException {
        try (Execution telling = shell.begin(place, done.container, "homeostat-terminate", List.of())) {
            done.told = run(pod, done.container);
            done.toldAt = System.nanoTime();
            var _ = telling.isOver(SAID);
        }
    }

    private static String run(Node.Mapping pod, String container) {
        return Containers.status(pod, container).text("containerID", "");
    }

    private void look(Place.OnInstance place, Done done, Effect effect, boolean inForce) throws IOException {
        Node.Mapping pod = pod(place);
        if (pod == null || !PodFaults.uid(pod).equals(done.uid)) {
            done.isGone = true;
            done.observed = true;
            done.seen = "the pod is gone";
            return;
        }
        Node.Mapping status = Containers.status(pod, done.container);
        int ended = status.integer("restartCount", 0) - done.restarts;
        if (effect instanceof Effect.CrashLoop loop) {
            done.observed |= ended >= LOOP;
            done.seen = done.observed ? "it was ended " + ended + " times" : "";
            if (inForce) {
                again(place, done, pod, loop.lives());
            }
        } else if (!done.observed) {
            done.observed = ended > 0 || status.mapping("state").get("terminated") != null;
            boolean isLate = System.nanoTime() - done.toldAt > GRACE.toNanos();
            done.seen = done.observed
                    ? "the container ended"
                    : isLate
                            ? "its first process was told to, and has not ended within " + GRACE.toSeconds() + " s"
                            : "";
        }
    }

    /** The one that came in the place of the one that ended, once it has run for so long. */
    private void again(Place.OnInstance place, Done done, Node.Mapping pod, Duration lives) {
        Instant since = since(Containers.status(pod, done.container));
        if (since == null
                || run(pod, done.container).equals(done.told)
                || clock.instant().isBefore(since.plus(lives))) {
            return;
        }
        try {
            PodFaults.checkLabel(pod);
            tell(place, done, pod);
        } catch (IOException notNow) {
            // It may have ended by itself meanwhile; what comes next is told to.
        }
    }

    private static @Nullable Instant since(Node.Mapping status) {
        try {
            return Instant.parse(status.mapping("state").mapping("running").text("startedAt", ""));
        } catch (DateTimeParseException notRunning) {
            return null;
        }
    }

    private Node.@Nullable Mapping pod(Place.OnInstance place) throws IOException {
        try {
            return server.call(Request.get(PodFaults.path(place.workload().namespace(), place.instance())));
        } catch (ApiFailure refused) {
            if (refused.isMissing()) {
                return null;
            }
            throw refused;
        }
    }
}
