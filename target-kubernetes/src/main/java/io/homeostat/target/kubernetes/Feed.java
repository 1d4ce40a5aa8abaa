package io.homeostat.target.kubernetes;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One kind, kept current: a list, then a watch from there; when the watch ends it goes on from where it was, and when that is too
 * long ago, from a new list. Only objects that carry our label come over the wire.
 */
final class Feed implements AutoCloseable {

    private static final int PAGE = 200;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ApiServer server;
    private final Resource resource;
    private final @Nullable String namespace;
    private final String selector;
    private final Observed observed;
    private final InstantSource clock;
    private final Runnable refused;
    private final CountDownLatch listed = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable InputStream open;
    private volatile @Nullable Instant lostSince;
    private volatile String error = "";
    private volatile boolean forbidden;

    /**
     * @param namespace null for all
     * @param selector label selector, already escaped
     * @param refused called when the API server does not let us see this
     */
    Feed(
            ApiServer server,
            Resource resource,
            @Nullable String namespace,
            String selector,
            Observed observed,
            InstantSource clock,
            Runnable refused) {
        this.refused = refused;
        this.server = server;
        this.resource = resource;
        this.namespace = namespace;
        this.selector = selector;
        this.observed = observed;
        this.clock = clock;
        this.thread = Thread.ofVirtual()
                .name("watch-" + resource.plural() + (namespace == null ? "" : "-" + namespace))
                .start(this::run);
    }

    /** Waits until it has been listed once, or cannot be for want of a right. */
    void awaitListed() throws InterruptedException {
        listed.await();
    }

    boolean isListed() {
        return listed.getCount() == 0;
    }

    /** The API server does not let us see this; a narrower feed may be allowed. */
    boolean isForbidden() {
        return forbidden;
    }

    /** Since when nothing can be heard; null when it can. */
    @Nullable
    Instant lostSince() {
        return lostSince;
    }

    /** Why nothing can be heard; empty before the first failure. */
    String error() {
        return error;
    }

    private void run() {
        String version = "";
        int failures = 0;
        while (!closed) {
            try {
                if (version.isEmpty()) {
                    version = list();
                    listed.countDown();
                }
                lostSince = null;
                version = watch(version);
                failures = 0;
            } catch (ApiFailure failure) {
                version = failure.isExpired() || failure.isMissing() ? "" : version;
                forbidden = failure.code() == 403;
                if (forbidden) {
                    refused.run();
                    listed.countDown();
                }
                lost(failure);
                failures++;
            } catch (IOException failed) {
                lost(failed);
                failures++;
            } catch (RuntimeException bug) {
                // What we cannot read must not end the feed: read it all again.
                version = "";
                lost(new IOException("homeostat failed on what the cluster sent: " + bug, bug));
                failures++;
            }
            if (failures > 0 && !closed) {
                rest(failures);
            }
        }
    }

    private void lost(IOException failure) {
        error = String.valueOf(failure.getMessage());
        if (lostSince == null) {
            lostSince = clock.instant();
        }
    }

    private void rest(int failures) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(failures, 10));
        try {
            Thread.sleep(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private String list() throws IOException {
        Set<ObjectKey> before = observed.keys();
        Set<ObjectKey> found = new HashSet<>();
        String next = "";
        String version;
        do {
            Node.Mapping page = server.call(Request.get(resource.collection(namespace) + "?limit=" + PAGE
                    + "&labelSelector=" + selector + (next.isEmpty() ? "" : "&continue=" + next)));
            for (Node each : page.sequence("items")) {
                if (each instanceof Node.Mapping object) {
                    found.add(Observed.keyOf(resource, object));
                    observed.take(resource, named(object));
                }
            }
            next = page.mapping("metadata").text("continue", "");
            version = page.mapping("metadata").text("resourceVersion", "");
        } while (!next.isEmpty());
        observed.only(resource, namespace, found, before);
        return version;
    }

    /** Elements of a list do not say what they are. */
    private Node.Mapping named(Node.Mapping object) {
        return object.with("apiVersion", resource.apiVersion()).with("kind", resource.kind());
    }

    /** @return the version to go on from */
    private String watch(String from) throws IOException {
        String version = from;
        long seconds = 240 + ThreadLocalRandom.current().nextLong(120);
        String path = resource.collection(namespace) + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds
                + "&resourceVersion=" + version + "&labelSelector=" + selector;
        try (InputStream stream = server.stream(Request.get(path));
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            open = stream;
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                if (Json.read(line) instanceof Node.Mapping event) {
                    version = take(event, version);
                }
            }
        } finally {
            open = null;
        }
        return version;
    }

    private String take(Node.Mapping event, String version) throws IOException {
        Node.Mapping object = event.mapping("object");
        switch (event.text("type", "")) {
            case "ADDED", "MODIFIED" -> observed.hear(resource, object);
            case "DELETED" -> observed.gone(resource, object);
            case "ERROR" ->
                throw new ApiFailure(
                        object.integer("code", 500), object, object.text("message", "the watch cannot go on"));
            default -> {}
        }
        return object.mapping("metadata").text("resourceVersion", version);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        InputStream stream = open;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException closing) {
                // It is over either way.
            }
        }
    }
}
