package io.homeostat.gate.control;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
     * What the callers of one version of some Services saw, all together: a version is no better for being bad to a few of them
     * only.
     */
    public Account account(Set<String> callees, String version) {
        Account account = Account.NOTHING;
        for (EdgeCounters edge : edges) {
            if (edge.version().equals(version) && callees.contains(edge.edge().callee())) {
                account = account.plus(edge.account());
            }
        }
        return account;
    }

    /**
     * Requests as they count for or against who answered them.
     *
     * @param requests not those that callers sent wrong, or did not wait for
     * @param failed those of them that failed by the fault of who answered
     * @param latencies of the others
     */
    public record Account(long requests, long failed, Latencies latencies) {
        public static final Account NOTHING = new Account(0, 0, Latencies.NONE);

        public Account plus(Account other) {
            return new Account(requests + other.requests, failed + other.failed, latencies.plus(other.latencies));
        }

        /** What came after an earlier state of the same account. */
        public Account since(Account earlier) {
            return new Account(
                    requests - earlier.requests, failed - earlier.failed, latencies.since(earlier.latencies));
        }

        /** How many of the latencies were so many microseconds at most, each beyond the next smaller key. */
        public SortedMap<Long, Long> micros() {
            SortedMap<Long, Long> micros = new TreeMap<>();
            latencies
                    .buckets()
                    .forEach((bucket, count) -> micros.merge(LatencyBuckets.until(bucket) - 1, count, Long::sum));
            return micros;
        }
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

        Account account() {
            Account account = Account.NOTHING;
            for (Map.Entry<Outcome, Ended> ended : outcomes.entrySet()) {
                long count = ended.getValue().count();
                account = switch (ended.getKey()) {
                    case REFUSED, CANCELLED -> account;
                    case SUCCESS, CLIENT_ERROR ->
                        account.plus(new Account(count, 0, ended.getValue().latencies()));
                    // That another instance made up for it says nothing for the version that needed it.
                    case SERVER_ERROR, UNREACHABLE, TIMEOUT, BROKEN, RETRIED ->
                        account.plus(new Account(count, count, Latencies.NONE));
                };
            }
            return account;
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
