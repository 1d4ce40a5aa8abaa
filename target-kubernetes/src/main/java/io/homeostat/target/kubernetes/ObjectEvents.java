package io.homeostat.target.kubernetes;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.EventQuota.Answer;
import io.homeostat.target.kubernetes.EventQuota.News;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Events of the cluster about objects of ours, for people who look nowhere else. Best effort: nothing waits for them, and what
 * cannot be written is left out; the journal has it all. Safe for use by many threads.
 */
final class ObjectEvents implements AutoCloseable {

    private static final int WAITING = 500;
    private static final int LONGEST = 1000;

    private record Waiting(ObjectKey key, News news) {}

    private final ApiServer server;
    private final Observed observed;
    private final InstantSource clock;
    private final EventQuota quota;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;

    ObjectEvents(ApiServer server, Observed observed, InstantSource clock) {
        this.server = server;
        this.observed = observed;
        this.clock = clock;
        this.quota = new EventQuota(clock.instant());
        this.thread = Thread.ofVirtual().name("object-events").start(this::run);
    }

    /** Returns at once. */
    void tell(ObjectKey key, boolean isWarning, String reason, String message) {
        Observed.Seen seen = observed.find(key);
        String about = seen == null ? key.toString() : seen.uid();
        var _ = queue.offer(new Waiting(key, new News(about, isWarning, reason, message)));
    }

    private void run() {
        try {
            while (true) {
                Waiting next = queue.take();
                try {
                    write(next);
                } catch (IOException unwritten) {
                    // Nobody depends on it.
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Waiting next) throws IOException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String collection = "/api/v1/namespaces/" + next.key().namespace() + "/events";
        switch (quota.ask(next.news(), next.key().name(), now)) {
            case Answer.Write write -> server.call(Request.post(collection, event(next, write.name(), now)));
            case Answer.Raise raise -> raise(collection + "/" + raise.name(), raise.count(), now);
            case Answer.Drop _ -> {}
        }
    }

    private void raise(String path, int count, Instant now) throws IOException {
        try {
            server.call(
                    Request.merge(path, Node.Mapping.EMPTY.with("count", count).with("lastTimestamp", now.toString())));
        } catch (ApiFailure expired) {
            if (!expired.isMissing()) {
                throw expired;
            }
        }
    }

    private Node.Mapping event(Waiting next, String name, Instant now) {
        ObjectKey key = next.key();
        News news = next.news();
        Observed.@Nullable Seen seen = observed.find(key);
        Node.Mapping object = Node.Mapping.EMPTY
                .with("kind", key.kind())
                .with("name", key.name())
                .with("namespace", key.namespace());
        if (seen != null) {
            object = object.with("apiVersion", seen.resource().apiVersion()).with("uid", seen.uid());
            object = seen.resource().isNamespaced() ? object : object.without("namespace");
        }
        String message = news.message().length() <= LONGEST
                ? news.message()
                : news.message().substring(0, LONGEST) + "…";
        return Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Event")
                .with("metadata", Node.Mapping.EMPTY.with("name", name).with("namespace", key.namespace()))
                .with("involvedObject", object)
                .with("type", news.isWarning() ? "Warning" : "Normal")
                .with("reason", news.reason())
                .with("message", message)
                .with("source", Node.Mapping.EMPTY.with("component", Applying.MANAGER))
                .with("firstTimestamp", now.toString())
                .with("lastTimestamp", now.toString())
                .with("count", 1);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
