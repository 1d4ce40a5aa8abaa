package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what agents left behind in a cluster: a fault whose record nobody changes any more, whose time is up, or that was given up.
 *
 * <p>It knows nothing but the records, so it may be started anywhere and at any time, and more than once. No two clocks are
 * compared: it counts from when it last saw a record change. While the API server is away it counts on, so that what nobody could
 * renew meanwhile is undone as soon as the server is back. Each is undone beside the others: one that hangs keeps nobody waiting.
 */
public final class Undoer {

    /** By this Lease an agent knows that somebody is there to undo what it does. */
    static final String LEASE = "homeostat-undoer";

    private static final Duration LOOK = Duration.ofMillis(500);

    /** One call, with all its tries: after a time without an API server it is asked again soon. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int TRIES = 10;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Looking and beating wait for nobody, least of all for what is being undone. */
    private final ApiServer eyes;

    private final ApiServer hands;
    private final String namespace;
    private final InstantSource clock;
    private final Consumer<String> say;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Undoing> undoing = new HashMap<>();
    private final Map<String, String> said = new ConcurrentHashMap<>();
    private @Nullable Thread beating;
    private int looks;

    private record Known(String version, long changed, long first) {}

    /** The undoing of one record, beside all others. */
    private static final class Undoing {
        private @Nullable Thread thread;
        private Duration pause = Duration.ZERO;
        private long ended;
    }

    /**
     * @param namespace of the records: that of homeostat's own
     * @param say what it did, for people, one sentence each; called by one thread at a time
     */
    public Undoer(ApiServer server, String namespace, InstantSource clock, Consumer<String> say) {
        this.eyes = server.beside(20, 4, PATIENCE);
        this.hands = server.beside(500, 256, PATIENCE);
        this.namespace = namespace;
        this.clock = clock;
        this.say = say;
    }

    /**
     * @param kubeconfig null: what {@code $KUBECONFIG} names, or the account of the pod we run in
     * @param context of it; null: its current one
     * @throws IOException when the kubeconfig cannot be used; a cluster that cannot be reached is no reason
     */
    public static Undoer of(
            @Nullable Path kubeconfig,
            @Nullable String context,
            String namespace,
            InstantSource clock,
            Consumer<String> say)
            throws IOException {
        return new Undoer(ApiServer.of(kubeconfig, context, 50, 4), namespace, clock, say);
    }

    /** Goes on until it is interrupted. */
    public void run() throws InterruptedException {
        try {
            while (true) {
                try {
                    look(System.nanoTime());
                    said.remove("");
                    // Who cannot look undoes nothing, and is not to be taken for somebody who does.
                    if (looks++ % 2 == 0) {
                        beatBeside();
                    }
                } catch (IOException away) {
                    tell("", "it is tried again: " + away.getMessage());
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
                Thread.sleep(LOOK);
            }
        } finally {
            if (beating != null) {
                beating.interrupt();
            }
            for (Undoing each : undoing.values()) {
                if (each.thread != null) {
                    each.thread.interrupt();
                }
            }
        }
    }

    /** Once as long as it is the same. */
    private void tell(String about, String what) {
        if (!what.equals(said.put(about, what))) {
            say(what);
        }
    }

    private synchronized void say(String what) {
        say.accept(what);
    }

    /** @param now by a clock that only goes on */
    private void look(long now) throws IOException {
        Set<String> there = new HashSet<>();
        for (Node each : eyes.call(Request.get(collection(namespace) + "?labelSelector=" + FaultRecord.LABEL))
                .sequence("items")) {
            if (each instanceof Node.Mapping object) {
                String uid = object.mapping("metadata").text("uid", "");
                String version = object.mapping("metadata").text("resourceVersion", "");
                there.add(uid);
                Known before = known.get(uid);
                Known after = before != null && before.version().equals(version)
                        ? before
                        : new Known(version, now, before == null ? now : before.first());
                known.put(uid, after);
                try {
                    undoIfDue(FaultRecord.of(object), uid, after, now);
                } catch (IOException unreadable) {
                    tell(uid, "it is left alone: " + unreadable.getMessage());
                }
            }
        }
        known.keySet().retainAll(there);
        undoing.keySet().retainAll(there);
        said.keySet().removeIf(about -> !about.isEmpty() && !about.equals("beat") && !there.contains(about));
    }

    private void undoIfDue(FaultRecord fault, String uid, Known seen, long now) {
        boolean isSilent = now - seen.changed() > fault.heartbeat().toNanos();
        boolean isOver =
                now - seen.first() > fault.lasts().plus(fault.heartbeat()).toNanos();
        if (!fault.isLeft() && !isSilent && !isOver) {
            return;
        }
        Undoing one = undoing.computeIfAbsent(uid, first -> new Undoing());
        synchronized (one) {
            boolean isUnderWay = one.thread != null && one.thread.isAlive();
            if (isUnderWay || now - one.ended < one.pause.toNanos()) {
                return;
            }
            String why = fault.isLeft()
                    ? "which its holder gave up"
                    : isSilent ? "which nobody renewed" : "whose time is up";
            one.thread = Thread.ofVirtual().name("undo " + fault.name()).start(() -> {
                Duration pause = undo(fault, uid, seen.version(), why) ? Duration.ZERO : one.pause.plus(LOOK);
                synchronized (one) {
                    one.pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
                    one.ended = System.nanoTime();
                }
            });
        }
    }

    /** @return false when it is to be tried again */
    private boolean undo(FaultRecord fault, String uid, String version, String why) {
        try {
            if (fault.isLeft() || claim(hands, namespace, fault, version)) {
                undo(hands, namespace, fault, uid);
                say("undone: " + fault.id() + " of " + fault.holder() + ", " + why);
            }
            return true;
        } catch (IOException | RuntimeException later) {
            if (!Thread.currentThread().isInterrupted()) {
                tell(uid, fault.id() + " of " + fault.holder() + " is not undone yet: " + later.getMessage());
            }
            return false;
        }
    }

    /**
     * From now on its holder cannot renew it.
     *
     * @return false when somebody has changed it meanwhile
     */
    static boolean claim(ApiServer server, String namespace, FaultRecord fault, String version) throws IOException {
        try {
            server.call(Request.put(path(namespace, fault), fault.left().object(namespace, version)));
            return true;
        } catch (ApiFailure refused) {
            if (refused.isConflict() || refused.isMissing()) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * From now on its holder cannot renew it, however often it does so meanwhile.
     *
     * @param isOurs asked again each time that somebody has changed it: whether it is still to be given up
     * @return as it is now; null when it is gone, or not to be given up
     */
    static @Nullable FaultRecord giveUp(
            ApiServer server,
            String namespace,
            FaultRecord fault,
            String uid,
            String version,
            Predicate<FaultRecord> isOurs)
            throws IOException {
        FaultRecord now = fault;
        String of = version;
        for (int left = TRIES; left > 0; left--) {
            if (!isOurs.test(now)) {
                return null;
            }
            if (now.isLeft() || claim(server, namespace, now, of)) {
                return now.left();
            }
            Node.Mapping there = record(server, namespace, now, uid);
            if (there == null) {
                return null;
            }
            now = FaultRecord.of(there);
            of = there.mapping("metadata").text("resourceVersion", "");
        }
        throw new IOException("somebody else changes the ConfigMap " + fault.name() + " all the time");
    }

    /** What is written down of it; null when it is gone. */
    static Node.@Nullable Mapping record(ApiServer server, String namespace, FaultRecord fault, String uid)
            throws IOException {
        try {
            Node.Mapping there = server.call(Request.get(path(namespace, fault)));
            return there.mapping("metadata").text("uid", "").equals(uid) ? there : null;
        } catch (ApiFailure refused) {
            if (refused.isMissing()) {
                return null;
            }
            throw refused;
        }
    }

    /**
     * The record goes last: as long as it is there, it is tried again.
     *
     * @param uid of the record, so that another one of its name stays
     */
    static void undo(ApiServer server, String namespace, FaultRecord fault, String uid) throws IOException {
        IOException failed = null;
        for (Undo way : fault.undo().reversed()) {
            try {
                // One that cannot be gone now is in no other's way.
                way.undo(server);
            } catch (IOException notNow) {
                failed = failed == null ? notNow : failed;
            }
        }
        if (failed != null) {
            throw failed;
        }
        try {
            Node.Mapping only = Node.Mapping.EMPTY
                    .with("apiVersion", "v1")
                    .with("kind", "DeleteOptions")
                    .with("preconditions", Node.Mapping.EMPTY.with("uid", uid));
            server.call(Request.delete(path(namespace, fault), only));
        } catch (ApiFailure refused) {
            if (!refused.isMissing() && !refused.isConflict()) {
                throw refused;
            }
        }
    }

    /** Whoever cannot say that it is there goes on undoing. */
    private void beatBeside() {
        if (beating == null || !beating.isAlive()) {
            beating = Thread.ofVirtual().name("beat").start(() -> {
                try {
                    beat();
                    said.remove("beat");
                } catch (IOException | RuntimeException later) {
                    tell("beat", "agents cannot see that it is there: " + later.getMessage());
                }
            });
        }
    }

    private void beat() throws IOException {
        Node.Mapping spec = Node.Mapping.EMPTY
                .with("holderIdentity", LEASE)
                .with("leaseDurationSeconds", 10)
                .with("renewTime", MICROS.format(clock.instant()));
        String leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        Node.Mapping lease = Node.Mapping.EMPTY
                .with("apiVersion", "coordination.k8s.io/v1")
                .with("kind", "Lease")
                .with("metadata", Node.Mapping.EMPTY.with("name", LEASE).with("namespace", namespace))
                .with("spec", spec);
        try {
            eyes.call(Request.merge(leases + "/" + LEASE, Node.Mapping.EMPTY.with("spec", spec)));
        } catch (ApiFailure refused) {
            if (!refused.isMissing()) {
                throw refused;
            }
            eyes.call(Request.post(leases, lease));
        }
    }

    static String collection(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    static String path(String namespace, FaultRecord fault) {
        return collection(namespace) + "/" + fault.name();
    }
}
