package io.homeostat.target.kubernetes.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A time in which nobody is let through to an API server, on purpose. Only in memory: with the process it is over. */
public final class Outage {

    private final Map<String, Long> holders = new HashMap<>();
    private final Set<InputStream> open = ConcurrentHashMap.newKeySet();
    private long refused;

    /** @param beat so long it stays so without another call */
    public void hold(String holder, Duration beat) {
        synchronized (this) {
            holders.put(holder, System.nanoTime() + beat.toNanos());
        }
        // What is heard without asking is heard no more, either.
        for (InputStream stream : Set.copyOf(open)) {
            try {
                stream.close();
            } catch (IOException closing) {
                open.remove(stream);
            }
        }
    }

    public synchronized void release(String holder) {
        holders.remove(holder);
    }

    /** How often somebody asked in vain, ever. */
    public synchronized long refused() {
        return refused;
    }

    synchronized void check(String url) throws IOException {
        long now = System.nanoTime();
        holders.values().removeIf(until -> until - now <= 0);
        if (!holders.isEmpty()) {
            refused++;
            throw new IOException("the cluster at " + url + " cannot be reached: an experiment keeps it so ("
                    + String.join(", ", holders.keySet()) + ")");
        }
    }

    /** Ends with the next outage. */
    InputStream until(InputStream stream) {
        InputStream ending = new FilterInputStream(stream) {
            @Override
            public void close() throws IOException {
                open.remove(this);
                super.close();
            }
        };
        open.add(ending);
        return ending;
    }
}
