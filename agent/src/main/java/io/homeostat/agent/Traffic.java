package io.homeostat.agent;

import io.homeostat.gate.control.Counters;
import io.homeostat.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rates between the last two looks at the gate's counters, answered at once: whoever looks again and again sees what went on
 * since. Nobody counts while nobody looks. Safe for use by many threads.
 */
final class Traffic {

    /** Rates over less than this jump. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /** Two looks that lie further apart than this say nothing about now. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Counted gates;
    private @Nullable List<Counters> last;
    private long lastNanos;
    private Node.Mapping rates = Node.Mapping.EMPTY;

    Traffic(Counted gates) {
        this.gates = gates;
    }

    /** As {@link TopView} gives it; empty at the first look. */
    synchronized Node.Mapping read() throws IOException {
        long now = System.nanoTime();
        Duration since = Duration.ofNanos(now - lastNanos);
        if (last != null && since.compareTo(SHORTEST) < 0) {
            return rates;
        }
        List<Counters> counters = gates.read();
        rates = last == null || last.isEmpty() || counters.isEmpty() || since.compareTo(LONGEST) > 0
                ? Node.Mapping.EMPTY
                : TopView.of(last, counters, since);
        last = counters;
        lastNanos = now;
        return rates;
    }
}
