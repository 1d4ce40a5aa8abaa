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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Undoes what agents left behind in a cluster: a fault whose record nobody changes any more, whose time is up, or that was given up.
 *
 * <p>It knows nothing but the records, so it may be started anywhere and at any time, and more than once. No two clocks are
 * compared: it counts from when it last saw a record change. While the API server is away it counts on, so that what nobody could
 * renew meanwhile is undone as soon as the server is back.
 */
public final class Undoer {

    /** By this Lease an agent knows that somebody is there to undo what it does. */
    static final String LEASE = "homeostat-undoer";

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ApiServer server;
    private final String namespace;
    private final InstantSource clock;
    private final Consumer<String> say;
    private final Map<String, Known> known = new HashMap<>();
    private int looks;
    private String said = "";

    private record Known(String version, long changed, long first) {}

    /**
     * @param namespace of the records: that of homeostat's own
     * @param say what it did, for people, one sentence each
     */
    public Undoer(ApiServer server, String namespace, InstantSource clock, Consumer<String> say) {
        this.server = server;
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
        while (true) {
            try {
                if (looks++ % 2 == 0) {
                    beat();
                }
                look(System.nanoTime());
                said = "";
            } catch (IOException away) {
                String why = String.valueOf(away.getMessage());
                if (!why.equals(said)) {
                    say.accept("it is tried again: " + why);
                    said = why;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            Thread.sleep(LOOK);
        }
    }

    /** @param now by a clock that only goes on */
    void look(long now) throws IOException {
        Set<String> there = new HashSet<>();
        IOException failed = null;
        for (Node each : server.call(Request.get(collection() + "?labelSelector=" + FaultRecord.LABEL))
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
                    // One that cannot be undone is in no other's way.
                    undoIfDue(object, after, now);
                } catch (IOException later) {
                    failed = later;
                }
            }
        }
        known.keySet().retainAll(there);
        if (failed != null) {
            throw failed;
        }
    }

    private void undoIfDue(Node.Mapping object, Known seen, long now) throws IOException {
        FaultRecord fault = FaultRecord.of(object);
        boolean isSilent = now - seen.changed() > fault.heartbeat().toNanos();
        boolean isOver =
                now - seen.first() > fault.lasts().plus(fault.heartbeat()).toNanos();
        if (!fault.isLeft() && !isSilent && !isOver) {
            return;
        }
        if (!fault.isLeft() && !claim(server, namespace, fault, seen.version())) {
            return;
        }
        undo(server, namespace, fault, object.mapping("metadata").text("uid", ""));
        say.accept("undone: " + fault.id() + " of " + fault.holder()
                + (fault.isLeft()
                        ? ", which its holder gave up"
                        : isSilent ? ", which nobody renewed" : ", whose time is up"));
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
     * The record goes last: as long as it is there, it is tried again.
     *
     * @param uid of the record, so that another one of its name stays
     */
    static void undo(ApiServer server, String namespace, FaultRecord fault, String uid) throws IOException {
        for (Undo way : fault.undo().reversed()) {
            way.undo(server);
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
            server.call(Request.merge(leases + "/" + LEASE, Node.Mapping.EMPTY.with("spec", spec)));
        } catch (ApiFailure refused) {
            if (!refused.isMissing()) {
                throw refused;
            }
            server.call(Request.post(leases, lease));
        }
    }

    private String collection() {
        return collection(namespace);
    }

    static String collection(String namespace) {
        return "/api/v1/namespaces/" + namespace + "/configmaps";
    }

    static String path(String namespace, FaultRecord fault) {
        return collection(namespace) + "/" + fault.name();
    }
}
