package io.homeostat.gate.control;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a gate has counted since it started. Numbers only grow, for as long as {@link #run} is the same; with another
 * run they began again at zero. A gate that takes over from another goes on counting where that one was.
 *
 * @param run names the life of one gate process, and of those that took over from it
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

        /** Both together, of the same edge and version. */
        public EdgeCounters plus(EdgeCounters other) {
            Map<Outcome, Ended> sum = new EnumMap<>(Outcome.class);
            sum.putAll(outcomes);
            other.outcomes.forEach((outcome, ended) -> sum.merge(outcome, ended, Ended::plus));
            return new EdgeCounters(
                    edge, version, bytesIn + other.bytesIn, bytesOut + other.bytesOut, open + other.open, sum);
        }

        /** The same when nothing is under way any more. */
        public EdgeCounters ended() {
            return new EdgeCounters(edge, version, bytesIn, bytesOut, 0, outcomes);
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

        public Ended plus(Ended other) {
            return new Ended(count + other.count, micros + other.micros, latencies.plus(other.latencies));
        }
    }
}
