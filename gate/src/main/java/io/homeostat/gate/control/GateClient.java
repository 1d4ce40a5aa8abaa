package io.homeostat.gate.control;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * Talks to the gate of a directory. It holds nothing open: each request has a connection of its own, so a gate that restarts in
 * between goes unnoticed, and while it restarts a request waits for it, up to its time-out. All requests may be repeated.
 *
 * <p>Safe for use by many threads.
 */
public final class GateClient {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

    private final Wire wire;
    private final Duration timeout;

    /** How a gate is reached. */
    interface Wire {
        /**
         * One request and its answer.
         *
         * @param deadline by {@link System#nanoTime}
         */
        byte[] once(byte[] request, long deadline) throws IOException;

        /** Where to look when it does not answer. */
        String help();
    }

    public GateClient(Path directory) {
        this(directory, DEFAULT_TIMEOUT);
    }

    /** @param timeout for a whole request: reaching the gate, which may be starting, and its answer */
    public GateClient(Path directory, Duration timeout) {
        this(new LocalWire(directory), timeout);
    }

    /**
     * Of a gate on another machine.
     *
     * @param tls {@link Pinned#context}
     */
    public GateClient(InetSocketAddress address, SSLContext tls, Duration timeout) {
        this(new RemoteWire(address, tls), timeout);
    }

    private GateClient(Wire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
    }

    /**
     * Puts a configuration into effect. When this returns, the gate has it on disk and acts by it.
     *
     * @throws GateException when the gate refuses it; the one before stays in effect
     * @throws IOException when the gate cannot be reached in time; whether it has the configuration is not known then
     */
    public Applied apply(GateConfig config) throws IOException {
        return ControlJson.applied(exchange(ControlJson.applyRequest(config)));
    }

    /** @throws IOException when the gate cannot be reached in time */
    public GateStatus status() throws IOException {
        return ControlJson.status(exchange(ControlJson.request("status")));
    }

    /**
     * Everything the gate has counted since it started, by edge and version.
     *
     * @throws IOException when the gate cannot be reached in time
     */
    public Counters counters() throws IOException {
        return ControlJson.counters(exchange(ControlJson.request("counters")));
    }

    /**
     * How the requests to a Service are spread over its versions from now on. Written down by the gate: it stays until it is
     * replaced, by {@link Routing#EVEN} for instance.
     *
     * @param callee as {@code Service/api}
     * @throws GateException when the gate refuses it; the one before stays in effect
     * @throws IOException when the gate cannot be reached in time
     */
    public void route(String callee, Routing routing) throws IOException {
        ControlJson.done(exchange(ControlJson.routeRequest(callee, routing)));
    }

    /**
     * All the faults that this holder wants to be in force now, and the sign that it is alive. To be called again well within the
     * heartbeat; with no faults, all of the holder's are reverted.
     *
     * @param heartbeat how long they stay without another call; 1 ms to an hour
     * @return those in force: one whose time is up is missing, and does not come back under its id while it is named
     * @throws GateException when the gate refuses them; those before stay as they are
     * @throws IOException when the gate cannot be reached in time; it reverts them by itself
     */
    public List<Fault.InForce> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        return ControlJson.inForce(exchange(ControlJson.holdRequest(holder, heartbeat, faults)));
    }

    /**
     * Asks the gate to end; its connections are closed. Its supervisor does not start it again.
     *
     * @throws IOException when the gate cannot be reached in time
     */
    public void shutdown() throws IOException {
        ControlJson.done(exchange(ControlJson.request("shutdown")));
    }

    /**
     * Has the gate leave its listening sockets where the caller waits for them; it goes on listening itself.
     *
     * @return how many
     * @throws GateException when it cannot
     * @throws IOException when the gate cannot be reached in time
     */
    public int handOver() throws IOException {
        return ControlJson.sockets(exchange(ControlJson.request("hand-over")));
    }

    /**
     * Has the gate, whose sockets somebody else serves now, let go of its directory. It goes on with the connections it has.
     *
     * @throws GateException when it cannot
     * @throws IOException when the gate cannot be reached in time
     */
    public void retire() throws IOException {
        ControlJson.done(exchange(ControlJson.request("retire")));
    }

    private byte[] exchange(byte[] request) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return wire.once(request, deadline);
            } catch (GateException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new IOException(
                            "The gate of " + wire + " did not answer within " + timeout.toMillis() + " ms ("
                                    + e.getMessage() + "). What it serves is not touched by that; " + wire.help() + ".",
                            e);
                }
                LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
            }
        }
    }
}
