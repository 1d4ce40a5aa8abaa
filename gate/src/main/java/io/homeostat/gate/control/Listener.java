package io.homeostat.gate.control;

import java.util.List;

/**
 * An address that the gate serves. A listener is identified by host and port: with another name it stays the same listener, with
 * another address it is a new one.
 *
 * <p>Listeners with the same callee and port are ways to the same backends, which they share; their backends must be the same.
 *
 * @param name for people
 * @param host numeric IP address to listen on
 * @param port 1–65535
 * @param origin numeric address and port that leads to the callee's instances even when nobody tells the gate which they are;
 *     empty where there is none
 * @param tls what callers are shown who speak TLS; {@link Tls#NONE} where they speak plainly
 */
public record Listener(
        String name,
        String host,
        int port,
        Edge edge,
        Protocol protocol,
        Limits limits,
        Handling handling,
        String origin,
        List<Backend> backends,
        Tls tls) {

    public Listener {
        backends = List.copyOf(backends);
    }

    /** Callers speak plainly. */
    public Listener(
            String name,
            String host,
            int port,
            Edge edge,
            Protocol protocol,
            Limits limits,
            Handling handling,
            String origin,
            List<Backend> backends) {
        this(name, host, port, edge, protocol, limits, handling, origin, backends, Tls.NONE);
    }

    /** Handled as by default. */
    public Listener(
            String name, String host, int port, Edge edge, Protocol protocol, Limits limits, List<Backend> backends) {
        this(name, host, port, edge, protocol, limits, Handling.DEFAULT, "", backends);
    }

    /** Of plain TCP with the default limits, for callers that declared nothing. */
    public static Listener of(String name, String host, int port, List<Backend> backends) {
        return new Listener(
                name, host, port, new Edge("", name, Integer.toString(port)), Protocol.TCP, Limits.DEFAULT, backends);
    }

    public Listener with(Limits other) {
        return new Listener(name, host, port, edge, protocol, other, handling, origin, backends, tls);
    }

    public Listener with(Protocol other) {
        return new Listener(name, host, port, edge, other, limits, handling, origin, backends, tls);
    }

    public Listener with(Tls other) {
        return new Listener(name, host, port, edge, protocol, limits, handling, origin, backends, other);
    }

    public Listener with(Handling other) {
        return new Listener(name, host, port, edge, protocol, limits, other, origin, backends, tls);
    }

    public Listener with(List<Backend> others) {
        return new Listener(name, host, port, edge, protocol, limits, handling, origin, others, tls);
    }

    public Listener from(String caller, String ownHost) {
        return new Listener(
                name + " from " + caller,
                ownHost,
                port,
                new Edge(caller, edge.callee(), edge.port()),
                protocol,
                limits,
                handling,
                origin,
                backends,
                tls);
    }
}
