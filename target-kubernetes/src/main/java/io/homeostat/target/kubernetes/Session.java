package io.homeostat.target.kubernetes;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Inventory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Coming to know a cluster: its inventories, then every kind that is in them. Tried until it succeeds. From then on it writes down
 * what waits to be written.
 */
final class Session implements AutoCloseable {

    private static final Duration WRITE_AFTER = Duration.ofMillis(500);
    /** In halves of a second: how often what waits may give way to what the cluster is asked for meanwhile. */
    private static final int MOST_PUT_OFF = 60;

    private static final int COPIES = 20;
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final ApiServer server;
    private final String namespace;
    private final Resources resources;
    private final Inventories inventories;
    private final Feeds feeds;
    private final @Nullable KnownInventory copy;
    private final Runnable read;
    private final CountDownLatch known = new CountDownLatch(1);
    private volatile @Nullable String trouble;
    private @Nullable Thread thread;

    /**
     * @param copy null for none
     * @param read called once everything is known
     */
    Session(
            ApiServer server,
            String namespace,
            Resources resources,
            Inventories inventories,
            Feeds feeds,
            @Nullable KnownInventory copy,
            Runnable read) {
        this.server = server;
        this.namespace = namespace;
        this.resources = resources;
        this.inventories = inventories;
        this.feeds = feeds;
        this.copy = copy;
        this.read = read;
    }

    void start() {
        thread = Thread.ofVirtual().name("cluster").start(this::run);
    }

    /** Waits until the cluster is known. */
    void await() throws InterruptedException {
        known.await();
    }

    /** @throws IOException while the cluster is not known yet */
    void check() throws IOException {
        if (known.getCount() > 0) {
            String why = trouble;
            throw new IOException(why == null ? "the cluster at " + server.url() + " is being read" : why);
        }
    }

    private void run() {
        try {
            while (!begin()) {
                Thread.sleep(TRY_AGAIN);
            }
            known.countDown();
            read.run();
            int putOff = 0;
            while (true) {
                Thread.sleep(WRITE_AFTER);
                if (server.isBusy() && putOff++ < MOST_PUT_OFF) {
                    continue;
                }
                putOff = 0;
                try {
                    inventories.flush();
                    copy();
                } catch (IOException later) {
                    // It stays to be written; whoever plans anything is told.
                    trouble = later.getMessage();
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** A few at a time: while a thousand applications are brought in, there are better things to do. */
    private void copy() throws IOException {
        if (copy == null) {
            return;
        }
        for (String application : inventories.takeChanged(COPIES)) {
            copy.write(inventories.of(application));
        }
    }

    private boolean begin() throws InterruptedException {
        try {
            ensureNamespace(server, namespace);
            inventories.load();
            for (Inventory inventory : inventories.all().values()) {
                for (Applied applied : inventory.objects().values()) {
                    Resource kind =
                            resources.find(applied.apiVersion(), applied.key().kind());
                    // What is not served any more has no objects either.
                    if (kind != null) {
                        feeds.ensure(kind, applied.key().namespace());
                    }
                }
            }
            feeds.awaitListed();
            return true;
        } catch (IOException | RuntimeException later) {
            trouble = later.getMessage();
            return false;
        }
    }

    /** Makes the namespace of our own records if it is not there. */
    static void ensureNamespace(ApiServer server, String namespace) throws IOException {
        try {
            server.call(Request.get("/api/v1/namespaces/" + namespace));
        } catch (ApiFailure missing) {
            if (missing.code() == 403) {
                return; // It may exist all the same; the inventories tell.
            }
            if (!missing.isMissing()) {
                throw missing;
            }
            try {
                server.call(Request.post(
                        "/api/v1/namespaces",
                        Node.Mapping.EMPTY
                                .with("apiVersion", "v1")
                                .with("kind", "Namespace")
                                .with("metadata", Node.Mapping.EMPTY.with("name", namespace))));
            } catch (ApiFailure raced) {
                if (!raced.isConflict()) {
                    throw raced;
                }
            }
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        try {
            if (known.getCount() == 0) {
                inventories.flush();
            }
        } catch (IOException unwritten) {
            // The next agent finds out from the objects themselves.
        }
    }
}
