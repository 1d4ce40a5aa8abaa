package io.homeostat.signal.source;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Who counts the calls between services: the data plane, seen from here. */
@FunctionalInterface
public interface Calls {

    /**
     * Everything counted since the data plane started, one element for each edge and version.
     *
     * @throws IOException when it cannot be asked
     */
    List<Edge> read() throws IOException;

    /** Where nothing counts calls. */
    Calls NONE = () -> {
        throw new IOException("nothing counts the calls between services here");
    };

    /**
     * Calls of one caller to one service, answered by one version of it.
     *
     * @param from the caller; empty when it is not known
     * @param version empty when it is not known
     * @param run what counts; another one began at zero
     * @param requests answered or given up
     * @param failed of these, those that failed by no fault of the caller: 5xx, no answer, a connection broken
     * @param bounds upper bounds of the latency classes, ascending
     * @param counts requests in each class, one more than bounds: the last is beyond all
     * @param open in progress now
     */
    record Edge(
            String from,
            String service,
            String version,
            String run,
            long requests,
            long failed,
            List<Duration> bounds,
            List<Long> counts,
            int open) {

        /** The caller of copies of requests; no promise is about them, but one that names this caller. */
        public static final String MIRROR = "mirror";

        public String key() {
            return from + ">" + service + "@" + version + "#" + run;
        }

        /** How many were answered within a time; to the next class boundary that is not above it. */
        public long within(Duration time) {
            long sum = 0;
            for (int i = 0; i < bounds.size() && bounds.get(i).compareTo(time) <= 0; i++) {
                sum += counts.get(i);
            }
            return sum;
        }
    }
}
