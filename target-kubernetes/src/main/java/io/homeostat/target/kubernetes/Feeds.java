package io.homeostat.target.kubernetes;

import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.objects.Annotations;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One feed for each kind of which something is ours, and no others. Safe for use by many threads. */
final class Feeds implements AutoCloseable {

    /** A watch that ends is opened again at once; only a loss that lasts is worth a word. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final ApiServer server;
    private final Observed observed;
    private final String selector;
    private final InstantSource clock;
    private final Map<Resource, Feed> feeds = new ConcurrentHashMap<>();

    Feeds(ApiServer server, Observed observed, String environment, InstantSource clock) {
        this.server = server;
        this.observed = observed;
        this.selector = Annotations.ENVIRONMENT.replace("/", "%2F") + "%3D" + environment;
        this.clock = clock;
    }

    void ensure(Resource resource) {
        feeds.computeIfAbsent(resource, kind -> new Feed(server, kind, null, selector, observed, clock));
    }

    /** Waits until every kind was listed once. */
    void awaitListed() throws InterruptedException {
        for (Feed feed : feeds.values()) {
            feed.awaitListed();
        }
    }

    /** @throws IOException when what we know may be old */
    void check() throws IOException {
        for (Feed feed : feeds.values()) {
            Instant since = feed.lostSince();
            if (since != null && Duration.between(since, clock.instant()).compareTo(SILENCE) > 0) {
                throw new IOException("nothing is heard from the cluster since " + since + ": " + feed.error()
                        + "; what runs there goes on");
            }
        }
    }

    @Override
    public void close() {
        feeds.values().forEach(Feed::close);
    }
}
