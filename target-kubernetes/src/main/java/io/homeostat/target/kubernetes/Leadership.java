package io.homeostat.target.kubernetes;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which of several agents works on an environment: the one that holds the {@code Lease}.
 *
 * <p>No two clocks are compared. Whoever waits counts from when it last <em>saw</em> the lease change, and takes it after
 * {@link #LEASE} without a change; whoever holds it stops acting {@link #STOP} after it last <em>asked</em> for the renewal that
 * succeeded, which is earlier. A holder that ends in order gives it back at once.
 */
public final class Leadership implements AutoCloseable {

    /** How long a lease holds after its last renewal. */
    static final Duration LEASE = Duration.ofSeconds(6);
    /** After this long without a renewal the holder acts no more. */
    static final Duration STOP = Duration.ofSeconds(4);

    private static final int TRIES = 5;
    static final Duration RENEW = Duration.ofSeconds(2);
    static final Duration LOOK = Duration.ofSeconds(1);

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final ApiServer server;
    private final String namespace;
    private final String name;
    private final String identity;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Runnable lost;
    private volatile long heldUntil;
    private volatile boolean held;
    private volatile boolean closed;
    private String holder = "";
    private String seenVersion = "";
    private long seenAt;
    private @Nullable Thread renewing;

    private Leadership(
            ApiServer server,
            String namespace,
            String name,
            String identity,
            InstantSource clock,
            LongSupplier nanoTime,
            Runnable lost) {
        this.server = server;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lost = lost;
    }

    /**
     * @param identity who we are; the same one takes up its own lease at once, so no two agents may have the same
     * @param lost called once when somebody else has it, or when it could not be renewed in time
     */
    public static Leadership of(ClusterSettings settings, String identity, InstantSource clock, Runnable lost)
            throws IOException {
        ApiServer server = ApiServer.of(settings.kubeconfig(), settings.context(), 50, 4);
        return new Leadership(
                server,
                settings.namespace(),
                KubernetesTarget.label(settings),
                identity,
                clock,
                System::nanoTime,
                lost);
    }

    /**
     * Waits until we hold the lease, and keeps it from then on.
     *
     * @return false when closed before
     */
    public boolean await() throws InterruptedException {
        while (!closed) {
            try {
                if (take()) {
                    held = true;
                    renewing = Thread.ofVirtual().name("leadership").start(this::renew);
                    return true;
                }
            } catch (IOException unreachable) {
                // Nobody can lead what nobody can reach; it is tried again.
            }
            Thread.sleep(LOOK);
        }
        return false;
    }

    /** Whether we may act now. */
    public boolean holds() {
        return held && nanoTime.getAsLong() - heldUntil < 0;
    }

    /** Who holds it, as far as we have seen; empty before the first look, and when nobody does. */
    public synchronized String holder() {
        return holder;
    }

    private void renew() {
        try {
            while (!closed && holds()) {
                Thread.sleep(RENEW);
                try {
                    if (!take()) {
                        break;
                    }
                } catch (IOException later) {
                    // As long as it holds there is time to try again.
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        held = false;
        if (!closed) {
            lost.run();
        }
    }

    private String path() {
        return "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
    }

    /** Takes or renews the lease if nobody else holds it. */
    private synchronized boolean take() throws IOException {
        long asked = nanoTime.getAsLong();
        Node.Mapping present = read();
        if (present == null) {
            try {
                server.call(Request.post(path(), lease(Node.Mapping.EMPTY, identity)));
            } catch (ApiFailure refused) {
                return refusedOr(refused);
            }
            return taken(asked);
        }
        holder = present.mapping("spec").text("holderIdentity", "");
        String version = present.mapping("metadata").text("resourceVersion", "");
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenAt = asked;
        }
        boolean isFree = holder.isEmpty() || holder.equals(identity) || asked - seenAt > LEASE.toNanos();
        if (!isFree) {
            return false;
        }
        try {
            // The version in it is the fence: of two that take it at a time one is refused.
            server.call(Request.put(path() + "/" + name, lease(present, identity)));
        } catch (ApiFailure refused) {
            return refusedOr(refused);
        }
        return taken(asked);
    }

    private boolean taken(long asked) {
        holder = identity;
        heldUntil = asked + STOP.toNanos();
        return true;
    }

    private static boolean refusedOr(ApiFailure refused) throws ApiFailure {
        if (refused.isConflict()) {
            return false;
        }
        throw refused;
    }

    private Node.@Nullable Mapping read() throws IOException {
        try {
            return server.call(Request.get(path() + "/" + name));
        } catch (ApiFailure failure) {
            if (!failure.isMissing()) {
                throw failure;
            }
            Session.ensureNamespace(server, namespace);
            return null;
        }
    }

    private Node.Mapping lease(Node.Mapping present, String by) {
        Node.Mapping before = present.mapping("spec");
        String now = MICROS.format(clock.instant());
        boolean isSame = before.text("holderIdentity", "").equals(by);
        Node.Mapping spec = Node.Mapping.EMPTY
                .with("holderIdentity", by)
                .with("leaseDurationSeconds", LEASE.toSeconds())
                .with("acquireTime", isSame ? before.text("acquireTime", now) : now)
                .with("renewTime", now)
                .with("leaseTransitions", before.integer("leaseTransitions", 0) + (isSame ? 0 : 1));
        Node.Mapping metadata = present.mapping("metadata").isEmpty()
                ? Node.Mapping.EMPTY.with("name", name).with("namespace", namespace)
                : present.mapping("metadata").without("managedFields");
        return Node.Mapping.EMPTY
                .with("apiVersion", "coordination.k8s.io/v1")
                .with("kind", "Lease")
                .with("metadata", metadata)
                .with("spec", spec);
    }

    /** For tests: as if this process were gone. */
    void abandon() {
        closed = true;
        held = false;
        Thread running = renewing;
        if (running != null) {
            running.interrupt();
        }
    }

    /** Gives the lease back, if it is ours. */
    @Override
    public void close() {
        // Asked first: the thread that renews lets go as soon as it is interrupted.
        boolean isOurs = holds();
        closed = true;
        Thread running = renewing;
        if (running != null) {
            running.interrupt();
        }
        if (isOurs) {
            held = false;
            try {
                giveBack();
            } catch (IOException unreachable) {
                // It ends by itself.
            }
        }
        server.close();
    }

    /** A renewal that was on its way when we were closed may still be written in between. */
    private synchronized void giveBack() throws IOException {
        for (int left = TRIES; left > 0; left--) {
            Node.Mapping present = read();
            if (present == null
                    || !present.mapping("spec").text("holderIdentity", "").equals(identity)) {
                return;
            }
            try {
                server.call(Request.put(path() + "/" + name, lease(present, "")));
                return;
            } catch (ApiFailure refused) {
                if (!refused.isConflict()) {
                    throw refused;
                }
            }
        }
    }
}
