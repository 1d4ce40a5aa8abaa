package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.objects.Annotations;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One feed for each kind of which something is ours, and no others. Where we may not see a kind everywhere, one for each namespace
 * in which something of it is ours. Safe for use by many threads.
 */
final class Feeds implements AutoCloseable {

    /** A watch that ends is opened again at once; only a loss that lasts is worth a word. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** @param namespace null for all */
    private record Place(Resource resource, @Nullable String namespace) {}

    private final ApiServer server;
    private final Observed observed;
    private final String selector;
    private final InstantSource clock;
    private final Map<Resource, Set<String>> wanted = new ConcurrentHashMap<>();
    private final Map<Place, Feed> feeds = new ConcurrentHashMap<>();

    Feeds(ApiServer server, Observed observed, String environment, InstantSource clock) {
        this.server = server;
        this.observed = observed;
        this.selector = Annotations.ENVIRONMENT.replace("/", "%2F") + "%3D" + environment;
        this.clock = clock;
    }

    void ensure(Resource resource, String namespace) {
        boolean isNew = wanted.computeIfAbsent(resource, kind -> ConcurrentHashMap.newKeySet())
                .add(namespace);
        Feed everywhere = open(new Place(resource, null));
        if (isNew && everywhere.isForbidden()) {
            narrow(resource);
        }
    }

    private Feed open(Place place) {
        return feeds.computeIfAbsent(
                place,
                at -> new Feed(server, at.resource(), at.namespace(), selector, observed, clock, () -> {
                    if (at.namespace() == null) {
                        narrow(at.resource());
                    }
                }));
    }

    private void narrow(Resource resource) {
        if (resource.isNamespaced()) {
            wanted.getOrDefault(resource, Set.of()).forEach(namespace -> open(new Place(resource, namespace)));
        }
    }

    /** Waits until every kind was listed once, wherever we may see it. */
    void awaitListed() throws InterruptedException {
        int before;
        do {
            before = feeds.size();
            for (Feed feed : feeds.values()) {
                feed.awaitListed();
            }
        } while (feeds.size() > before);
    }

    /** @throws IOException when what we know may be old */
    void check() throws IOException {
        for (Map.Entry<Place, Feed> entry : feeds.entrySet()) {
            Feed feed = entry.getValue();
            Instant since = feed.lostSince();
            if (since != null
                    && !(feed.isForbidden() && isNarrowed(entry.getKey()))
                    && Duration.between(since, clock.instant()).compareTo(SILENCE) > 0) {
                throw new Target.Unreachable("nothing is heard from the cluster since " + since + ": " + feed.error()
                        + "; what runs there goes on");
            }
        }
    }

    private boolean isNarrowed(Place place) {
        return place.namespace() == null && place.resource().isNamespaced();
    }

    @Override
    public void close() {
        feeds.values().forEach(Feed::close);
    }
}
