package io.homeostat.target.local.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Where names of other machines lead. They are looked up again and again, beside the loop; while nobody answers, the last answer
 * holds.
 */
public final class Names implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration AGAIN_WHEN_UNKNOWN = Duration.ofSeconds(2);

    private final Runnable changed;
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService lookups = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("names").factory());

    /** @param changed told, from any thread, when a name leads elsewhere */
    public Names(Runnable changed) {
        this.changed = changed;
    }

    /** The addresses of a name, in order; none while it is not known. */
    public List<String> of(String name) {
        if (watched.add(name)) {
            lookups.execute(() -> lookUp(name));
        }
        return known.getOrDefault(name, List.of());
    }

    /** Those that are still wanted; the others are looked up no more. */
    public void keep(Set<String> names) {
        watched.retainAll(names);
        known.keySet().retainAll(names);
    }

    private void lookUp(String name) {
        if (!watched.contains(name)) {
            return;
        }
        try {
            List<String> found = Arrays.stream(InetAddress.getAllByName(name))
                    .map(InetAddress::getHostAddress)
                    .map(address -> address.replaceFirst("%.*", ""))
                    .distinct()
                    .sorted()
                    .toList();
            if (!found.equals(known.put(name, found))) {
                changed.run();
            }
        } catch (UnknownHostException unknown) {
            // What was known before is more likely right than nothing.
        }
        Duration wait = known.containsKey(name) ? AGAIN : AGAIN_WHEN_UNKNOWN;
        var ignored = lookups.schedule(() -> lookUp(name), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
