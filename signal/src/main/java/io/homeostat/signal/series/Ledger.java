package io.homeostat.signal.series;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a reading adds to what was counted before. Pure.
 *
 * <p>Sums only grow, so any span of time is the difference of two of them, and writing one twice changes nothing: that is what
 * makes a crash between two writes harmless.
 *
 * <ul>
 *   <li>A counter that fell began again at zero: what it shows now happened since.
 *   <li>A gap of up to {@link #LONGEST_GAP} (an agent that was restarted) is spread evenly over its time. What a longer gap
 *       hides is counted nowhere: its time has no data.
 *   <li>A clock that goes back a little adds to the newest bucket; one that goes back further starts there anew.
 * </ul>
 */
final class Ledger {

    static final Duration BUCKET = Duration.ofSeconds(10);
    static final Duration LONGEST_GAP = Duration.ofMinutes(10);

    private Ledger() {}

    /**
     * Everything that was counted until now.
     *
     * @param sum of all events since the series began
     * @param counters the counters as they were last read
     */
    record Memory(Counts sum, Instant at, Map<String, Counts> counters) {}

    /** The sum at the end of a bucket of {@link #BUCKET} length, numbered from 1970. */
    record Entry(long bucket, Counts sum) {}

    /**
     * @param entries to be written, oldest first
     * @param rewound the clock went back: what is written for later than this is void
     */
    record Step(Memory memory, List<Entry> entries, boolean rewound) {}

    static Step after(@Nullable Memory before, Reading reading, Instant now) {
        if (before == null) {
            Counts first = reading instanceof Reading.Events events ? events.counts() : Counts.NONE;
            return at(now, new Memory(first, now, countersOf(reading, Map.of())), false);
        }
        boolean back = now.isBefore(before.at());
        boolean rewound = back && Duration.between(now, before.at()).compareTo(LONGEST_GAP) > 0;
        Instant moment = back && !rewound ? before.at() : now;
        boolean gap = !back && Duration.between(before.at(), now).compareTo(LONGEST_GAP) > 0;
        Counts added = switch (reading) {
            case Reading.Events events -> events.counts();
            case Reading.Counters counters -> gap ? Counts.NONE : added(counters, before.counters());
        };
        Memory memory = new Memory(before.sum().plus(added), moment, countersOf(reading, before.counters()));
        if (gap || back) {
            return at(moment, memory, rewound);
        }
        return new Step(memory, spread(before, memory, reading), false);
    }

    private static Step at(Instant moment, Memory memory, boolean rewound) {
        return new Step(memory, List.of(new Entry(bucket(moment), memory.sum())), rewound);
    }

    /** Counters tell of the time since the last reading; events only of their own moment. */
    private static List<Entry> spread(Memory before, Memory after, Reading reading) {
        long from = bucket(before.at());
        long to = bucket(after.at());
        List<Entry> entries = new ArrayList<>();
        if (reading instanceof Reading.Counters) {
            Counts added = after.sum().since(before.sum());
            for (long bucket = from + 1; bucket < to; bucket++) {
                entries.add(new Entry(bucket, before.sum().plus(added.times((double) (bucket - from) / (to - from)))));
            }
        }
        entries.add(new Entry(to, after.sum()));
        return entries;
    }

    private static Counts added(Reading.Counters reading, Map<String, Counts> before) {
        Counts added = Counts.NONE;
        for (Map.Entry<String, Counts> entry : reading.counters().entrySet()) {
            Counts now = entry.getValue();
            Counts then = before.getOrDefault(entry.getKey(), Counts.NONE);
            boolean fell = now.total() < then.total();
            if (!fell) {
                Counts grown = now.since(then);
                // Good ones are part of all; a source that was read a moment apart may say otherwise.
                added = added.plus(new Counts(Math.min(grown.good(), grown.total()), grown.total()));
            } else if (!reading.summed()) {
                added = added.plus(now);
            }
        }
        return added;
    }

    /** One that is missing for a while is the same when it comes back. */
    private static Map<String, Counts> countersOf(Reading reading, Map<String, Counts> before) {
        if (!(reading instanceof Reading.Counters counters)) {
            return before;
        }
        if (before.keySet().equals(counters.counters().keySet()) || before.size() > 1000) {
            return counters.counters();
        }
        Map<String, Counts> all = new HashMap<>(before);
        all.putAll(counters.counters());
        return Map.copyOf(all);
    }

    static long bucket(Instant moment) {
        return Math.floorDiv(moment.getEpochSecond(), BUCKET.toSeconds());
    }
}
