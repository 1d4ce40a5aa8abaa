package io.homeostat.gate.control;

import java.time.Duration;

/**
 * How much of everything a listener takes on, and for how long.
 *
 * @param maxConnections connections open at the same time, 1–1,000,000; more are closed at once
 * @param maxWaiting connections, or requests, that may wait for a ready backend at the same time, 0–1,000,000; more fail at once
 * @param waitForBackend how long they wait while no backend is ready or none accepts; at most an hour
 * @param connectTimeout how long one backend is given to accept a connection; 1 ms to an hour
 * @param maxHeadBytes of a request's or a response's line and headers together; 256 to 65,536
 * @param headTimeout how long a caller may take to send the head of a request it has begun; 1 ms to an hour
 * @param idleTimeout how long a connection of HTTP may be open without a request; 1 ms to a day
 * @param responseTimeout how long a backend may take to begin its response; 1 ms to a day
 */
public record Limits(
        int maxConnections,
        int maxWaiting,
        Duration waitForBackend,
        Duration connectTimeout,
        int maxHeadBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration responseTimeout) {

    public static final Limits DEFAULT = new Limits(
            10_000,
            1_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            32 << 10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1));

    public Limits withConnections(int most, int waiting) {
        return new Limits(
                most, waiting, waitForBackend, connectTimeout, maxHeadBytes, headTimeout, idleTimeout, responseTimeout);
    }

    public Limits withPatience(Duration wait, Duration connect) {
        return new Limits(
                maxConnections, maxWaiting, wait, connect, maxHeadBytes, headTimeout, idleTimeout, responseTimeout);
    }

    public Limits withHttp(int head, Duration headWithin, Duration idle, Duration response) {
        return new Limits(maxConnections, maxWaiting, waitForBackend, connectTimeout, head, headWithin, idle, response);
    }
}
