package io.homeostat.gate.control;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a gate is told. A configuration is read strictly (an unknown, repeated or missing member is an error): half a
 * configuration must never be taken for a whole one. Members that later versions added have defaults, so that a gate understands
 * the configuration of the one before it.
 */
public final class ControlReader {

    private ControlReader() {}

    /** What a client may ask for. */
    public sealed interface Request {
        record Apply(GateConfig config) implements Request {}

        record Status() implements Request {}

        record ReadCounters() implements Request {}

        record Route(String callee, Routing routing) implements Request {}

        record Hold(String holder, Duration heartbeat, List<Fault> faults) implements Request {}

        record Shutdown() implements Request {}

        /** The listening sockets are wanted by another gate, which waits for them. */
        record HandOver() implements Request {}

        /** Another gate listens now: this one may let go. */
        record Retire() implements Request {}
    }

    /** @throws IOException when it is not a request; the message says why */
    public static Request request(byte[] line) throws IOException {
        return JsonIn.only(line, ControlReader::request);
    }

    /** @throws IOException when it is not a whole configuration; the message says why. What it says may still be wrong. */
    public static GateConfig config(byte[] bytes) throws IOException {
        return JsonIn.only(bytes, ControlReader::config);
    }

    private static Request request(JsonIn in) throws IOException {
        String what = "";
        GateConfig config = null;
        String callee = null;
        Routing routing = null;
        String holder = null;
        Duration heartbeat = null;
        List<Fault> faults = null;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "do" -> what = in.text();
                case "callee" -> callee = in.text();
                case "routing" -> routing = in.object(RoutingJson::routing);
                case "holder" -> holder = in.text();
                case "heartbeatMillis" -> heartbeat = in.millis();
                case "faults" -> faults = in.list(FaultJson::read);
                case "config" -> config = in.object(ControlReader::config);
                default -> throw in.unknown(name);
            }
        }
        return switch (what) {
            case "apply" -> new Request.Apply(in.present("config", config));
            case "status" -> new Request.Status();
            case "counters" -> new Request.ReadCounters();
            case "route" -> new Request.Route(in.present("callee", callee), in.present("routing", routing));
            case "hold" ->
                new Request.Hold(
                        in.present("holder", holder),
                        in.present("heartbeatMillis", heartbeat),
                        in.present("faults", faults));
            case "shutdown" -> new Request.Shutdown();
            case "hand-over" -> new Request.HandOver();
            case "retire" -> new Request.Retire();
            default ->
                throw new IOException("'do' is '" + what
                        + "', expected apply, status, counters, route, hold, shutdown, hand-over or" + " retire");
        };
    }

    private static GateConfig config(JsonIn in) throws IOException {
        Long generation = null;
        Duration drain = null;
        String metrics = "";
        Map<String, String> callers = Map.of();
        List<Listener> listeners = null;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "generation" -> generation = in.number();
                case "drainMillis" -> drain = in.millis();
                case "metrics" -> metrics = in.text();
                case "callers" -> callers = in.object(ControlReader::names);
                case "listeners" -> listeners = in.list(ControlReader::listener);
                default -> throw in.unknown(name);
            }
        }
        return new GateConfig(
                in.present("generation", generation),
                in.present("drainMillis", drain),
                metrics,
                callers,
                in.present("listeners", listeners));
    }

    private static Map<String, String> names(JsonIn in) throws IOException {
        Map<String, String> names = new HashMap<>();
        for (String name = in.name(); name != null; name = in.name()) {
            names.put(name, in.text());
        }
        return names;
    }

    private static Listener listener(JsonIn in) throws IOException {
        String called = null;
        String host = null;
        Integer port = null;
        Edge edge = null;
        Protocol protocol = Protocol.TCP;
        List<Backend> backends = null;
        Handling handling = Handling.DEFAULT;
        String origin = "";
        Tls tls = Tls.NONE;
        LimitsReading limits = new LimitsReading();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "name" -> called = in.text();
                case "host" -> host = in.text();
                case "port" -> port = in.integer();
                case "edge" -> edge = in.object(ControlReader::edge);
                case "protocol" -> protocol = protocol(in.text());
                case "handling" -> handling = in.object(HandlingJson::read);
                case "origin" -> origin = in.text();
                case "tls" -> tls = in.object(ControlReader::tls);
                case "backends" -> backends = in.list(ControlReader::backend);
                default -> limits.read(name, in);
            }
        }
        String known = in.present("name", called);
        int number = in.present("port", port);
        return new Listener(
                known,
                in.present("host", host),
                number,
                edge == null ? new Edge("", known, Integer.toString(number)) : edge,
                protocol,
                limits.whole(in),
                handling,
                origin,
                in.present("backends", backends),
                tls);
    }

    private static Tls tls(JsonIn in) throws IOException {
        String certificate = null;
        String key = null;
        List<String> protocols = List.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "certificate" -> certificate = in.text();
                case "key" -> key = in.text();
                case "protocols" -> protocols = in.texts();
                default -> throw in.unknown(name);
            }
        }
        return new Tls(in.present("certificate", certificate), in.present("key", key), protocols);
    }

    private static Protocol protocol(String text) throws IOException {
        return Protocol.of(text)
                .orElseThrow(() -> new IOException("'protocol' is '" + text + "', expected tcp, http, h2c or auto"));
    }

    static Edge edge(JsonIn in) throws IOException {
        String caller = "";
        String callee = null;
        String port = "";
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "caller" -> caller = in.text();
                case "callee" -> callee = in.text();
                case "port" -> port = in.text();
                default -> throw in.unknown(name);
            }
        }
        return new Edge(caller, in.present("callee", callee), port);
    }

    /** The limits stand among the members of their listener. */
    private static final class LimitsReading {
        private @Nullable Integer maxConnections;
        private @Nullable Integer maxWaiting;
        private @Nullable Duration wait;
        private @Nullable Duration connect;
        private int maxHeadBytes = Limits.DEFAULT.maxHeadBytes();
        private Duration head = Limits.DEFAULT.headTimeout();
        private Duration idle = Limits.DEFAULT.idleTimeout();
        private Duration response = Limits.DEFAULT.responseTimeout();

        void read(String name, JsonIn in) throws IOException {
            switch (name) {
                case "maxConnections" -> maxConnections = in.integer();
                case "maxWaiting" -> maxWaiting = in.integer();
                case "waitForBackendMillis" -> wait = in.millis();
                case "connectTimeoutMillis" -> connect = in.millis();
                case "maxHeadBytes" -> maxHeadBytes = in.integer();
                case "headTimeoutMillis" -> head = in.millis();
                case "idleTimeoutMillis" -> idle = in.millis();
                case "responseTimeoutMillis" -> response = in.millis();
                default -> throw in.unknown(name);
            }
        }

        Limits whole(JsonIn in) throws IOException {
            return new Limits(
                    in.present("maxConnections", maxConnections),
                    in.present("maxWaiting", maxWaiting),
                    in.present("waitForBackendMillis", wait),
                    in.present("connectTimeoutMillis", connect),
                    maxHeadBytes,
                    head,
                    idle,
                    response);
        }
    }

    private static Backend backend(JsonIn in) throws IOException {
        String called = null;
        String host = null;
        Integer port = null;
        Boolean ready = null;
        String version = "";
        String tls = "";
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "name" -> called = in.text();
                case "host" -> host = in.text();
                case "port" -> port = in.integer();
                case "ready" -> ready = in.flag();
                case "version" -> version = in.text();
                case "tls" -> tls = in.text();
                default -> throw in.unknown(name);
            }
        }
        return new Backend(
                in.present("name", called),
                in.present("host", host),
                in.present("port", port),
                in.present("ready", ready),
                version,
                tls);
    }
}
