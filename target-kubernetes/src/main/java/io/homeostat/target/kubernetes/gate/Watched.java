package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster has of one kind, whoever's it is, kept current by a list and a watch; of each object only what is needed is kept.
 */
final class Watched<T> implements AutoCloseable {

    private static final int PAGE = 500;
    private static final long LONGEST_PAUSE = 5_000;

    private final ApiServer server;
    private final Resource resource;
    private final String selector;
    private final Function<Node.Mapping, @Nullable T> reading;
    private final Runnable changed;
    private final Map<String, T> known = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean listed;
    private volatile boolean closed;
    private volatile String trouble = "";
    private volatile @Nullable InputStream open;

    /**
     * @param selector label selector, escaped; empty for all
     * @param reading null for objects that do not matter
     * @param changed called when anything may have changed
     */
    Watched(
            ApiServer server,
            Resource resource,
            String selector,
            Function<Node.Mapping, @Nullable T> reading,
            Runnable changed) {
        this.server = server;
        this.resource = resource;
        this.selector = selector.isEmpty() ? "" : "&labelSelector=" + selector;
        this.reading = reading;
        this.changed = changed;
        this.thread = Thread.ofVirtual().name("gates-" + resource.plural()).start(this::run);
    }

    /** Whether all of them are known. */
    boolean isListed() {
        return listed;
    }

    /** Why nothing can be heard; empty when it can. */
    String trouble() {
        return trouble;
    }

    Collection<T> all() {
        return known.values();
    }

    @Nullable
    T find(String namespace, String name) {
        return known.get(namespace + "/" + name);
    }

    private void run() {
        String version = "";
        long pause = 100;
        while (!closed) {
            try {
                if (version.isEmpty()) {
                    version = list();
                    listed = true;
                    changed.run();
                }
                trouble = "";
                version = watch(version);
                pause = 100;
            } catch (IOException | RuntimeException failed) {
                boolean anew =
                        failed instanceof ApiFailure failure ? failure.isExpired() : failed instanceof RuntimeException;
                version = anew ? "" : version;
                trouble = String.valueOf(failed.getMessage());
                pause = Math.min(LONGEST_PAUSE, pause * 2);
                rest(pause);
            }
        }
    }

    private void rest(long millis) {
        try {
            Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private String list() throws IOException {
        Map<String, T> found = new ConcurrentHashMap<>();
        String next = "";
        String version;
        do {
            Node.Mapping page = server.call(Request.get(resource.collection(null) + "?limit=" + PAGE + selector
                    + (next.isEmpty() ? "" : "&continue=" + next)));
            for (Node each : page.sequence("items")) {
                if (each instanceof Node.Mapping object) {
                    put(found, object);
                }
            }
            next = page.mapping("metadata").text("continue", "");
            version = page.mapping("metadata").text("resourceVersion", "");
        } while (!next.isEmpty());
        known.keySet().retainAll(found.keySet());
        known.putAll(found);
        return version;
    }

    private void put(Map<String, T> into, Node.Mapping object) {
        T read = reading.apply(object);
        if (read == null) {
            into.remove(key(object));
        } else {
            into.put(key(object), read);
        }
    }

    private static String key(Node.Mapping object) {
        Node.Mapping metadata = object.mapping("metadata");
        return metadata.text("namespace", "") + "/" + metadata.text("name", "");
    }

    private String watch(String from) throws IOException {
        String version = from;
        long seconds = 240 + ThreadLocalRandom.current().nextLong(120);
        String path = resource.collection(null) + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds
                + "&resourceVersion=" + version + selector;
        try (InputStream stream = server.stream(Request.get(path));
                BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            open = stream;
            for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                if (Json.read(line) instanceof Node.Mapping event) {
                    take(event);
                    version = event.mapping("object").mapping("metadata").text("resourceVersion", version);
                }
            }
        } finally {
            open = null;
        }
        return version;
    }

    private void take(Node.Mapping event) throws ApiFailure {
        Node.Mapping object = event.mapping("object");
        switch (event.text("type", "")) {
            case "ADDED", "MODIFIED" -> put(known, object);
            case "DELETED" -> known.remove(key(object));
            case "ERROR" ->
                throw new ApiFailure(
                        object.integer("code", 500), object, object.text("message", "the watch cannot go on"));
            default -> {
                return;
            }
        }
        changed.run();
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
