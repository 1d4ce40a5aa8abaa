package io.homeostat.signal.series;

import java.util.Map;

/** What a source answered at one moment. A source that does not answer gives no reading: no data are neither good nor bad. */
public sealed interface Reading {

    /** Events since the last reading, or of this moment. */
    record Events(Counts counts) implements Reading {}

    /**
     * Counters that only grow, each by its name: an instance, a set of labels.
     *
     * @param summed whether each is itself a sum over counters that come and go. When such a sum falls, nobody knows what is
     *     in it; when a single counter falls, it began again at zero
     */
    record Counters(Map<String, Counts> counters, boolean summed) implements Reading {
        public Counters {
            counters = Map.copyOf(counters);
        }
    }
}
