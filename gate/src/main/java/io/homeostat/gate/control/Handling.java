package io.homeostat.gate.control;

import java.time.Duration;

/**
 * How the requests to a Service are handled, as the Service asks. All its listeners have the same.
 *
 * @param balance who of the ready backends is next
 * @param key by which requests go to the same backend for as long as it is ready, where balancing is by {@link Balance#KEY}
 * @param retries further attempts of an idempotent request without a body, whose backend answered 502, 503 or 504, broke the
 *     connection before it answered, or did not answer in time; 0 to 5
 * @param ejectAfter failures of a backend in a row after which it gets no requests for a while; 0 for never, at most 1,000
 * @param ejectFor that while; 100 ms to an hour
 * @param accessLog whether each request is written down
 * @param host that requests are said to be for, whatever their callers say; empty for what they say
 */
public record Handling(
        Balance balance,
        Routing.Affinity key,
        int retries,
        int ejectAfter,
        Duration ejectFor,
        boolean accessLog,
        String host) {

    public static final Handling DEFAULT =
            new Handling(Balance.LEAST_REQUEST, Routing.Affinity.NONE, 0, 0, Duration.ofSeconds(30), false, "");

    /** Who is next. */
    public enum Balance {
        /** The one with the fewest requests under way. */
        LEAST_REQUEST("least-request"),
        ROUND_ROBIN("round-robin"),
        /** The one that a header or cookie leads to; one backend more or less moves only its own share of the requests. */
        KEY("key");

        private final String text;

        Balance(String text) {
            this.text = text;
        }

        /** As it stands in the protocol. */
        public String text() {
            return text;
        }
    }

    public Handling balancedBy(Balance other, Routing.Affinity by) {
        return new Handling(other, by, retries, ejectAfter, ejectFor, accessLog, host);
    }

    public Handling withRetries(int most) {
        return new Handling(balance, key, most, ejectAfter, ejectFor, accessLog, host);
    }

    public Handling ejecting(int after, Duration time) {
        return new Handling(balance, key, retries, after, time, accessLog, host);
    }

    public Handling logged() {
        return new Handling(balance, key, retries, ejectAfter, ejectFor, true, host);
    }

    public Handling saidToBeFor(String other) {
        return new Handling(balance, key, retries, ejectAfter, ejectFor, accessLog, other);
    }
}
