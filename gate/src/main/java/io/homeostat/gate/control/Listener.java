package io.homeostat.gate.control;

import java.time.Duration;
import java.util.List;

/**
 * An address that the gate serves. A listener is identified by host and port: with another name it stays the same listener, with
 * another address it is a new one.
 *
 * @param name for people
 * @param host numeric IP address to listen on
 * @param port 1–65535
 * @param maxConnections connections open at the same time, 1–1,000,000; more are closed at once
 * @param maxWaiting connections that may wait for a ready backend at the same time, 0–1,000,000; more are closed at once
 * @param waitForBackend how long a new connection waits while no backend is ready or none accepts it; at most an hour
 * @param connectTimeout how long one backend is given to accept a connection; 1 ms to an hour
 */
public record Listener(
        String name,
        String host,
        int port,
        int maxConnections,
        int maxWaiting,
        Duration waitForBackend,
        Duration connectTimeout,
        List<Backend> backends) {

    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;
    public static final int DEFAULT_MAX_WAITING = 1_000;
    public static final Duration DEFAULT_WAIT_FOR_BACKEND = Duration.ofSeconds(5);
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);

    public Listener {
        backends = List.copyOf(backends);
    }

    /** With the default limits. */
    public static Listener of(String name, String host, int port, List<Backend> backends) {
        return new Listener(
                name,
                host,
                port,
                DEFAULT_MAX_CONNECTIONS,
                DEFAULT_MAX_WAITING,
                DEFAULT_WAIT_FOR_BACKEND,
                DEFAULT_CONNECT_TIMEOUT,
                backends);
    }
}
