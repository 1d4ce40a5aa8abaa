package io.homeostat.gate.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything that a gate has counted since it started. Numbers only grow, for as long as {@link #run} is the same; with another
 * run they began again at zero.
 *
 * @param run names one life of one gate process
 * @param since when it began to count, by its wall clock; for people
 */
public record Counters(String run, Instant since, List<EdgeCounters> edges) {

    public Counters {
        edges = List.copyOf(edges);
    }

    /**
     * Of one edge and one version of the callee.
     *
     * @param version as the {@link Backend} has it; empty for requests that reached none
     * @param bytesIn from the caller, heads and bodies
     * @param bytesOut to the caller, heads and bodies
     * @param open connections (of plain TCP) or requests under way now
     * @param outcomes those that occurred
     */
    public record EdgeCounters(
            Edge edge, String version, long bytesIn, long bytesOut, int open, Map<Outcome, Ended> outcomes) {

        public EdgeCounters {
            outcomes = Map.copyOf(outcomes);
        }

        /** Each once, however often it was tried. */
        public long requests() {
            return outcomes.entrySet().stream()
                    .filter(ended -> ended.getKey().isEnd())
                    .mapToLong(ended -> ended.getValue().count())
                    .sum();
        }

        public Ended ended(Outcome outcome) {
            return outcomes.getOrDefault(outcome, Ended.NONE);
        }
    }

    /**
     * Requests that ended one way.
     *
     * @param micros the sum of all their latencies, from the first byte of the request to the last of the response; of plain TCP
     *     until the connection was made
     */
    public record Ended(long count, long micros, Latencies latencies) {
        public static final Ended NONE = new Ended(0, 0, Latencies.NONE);
    }
}
