package io.homeostat.gate.control;

import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The lines of the control protocol, written; {@link ControlReader} reads them. Each ends with a line feed. */
public final class ControlJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ControlJson() {}

    static byte[] request(String what) {
        return line(json -> json.writeStringProperty("do", what));
    }

    static byte[] applyRequest(GateConfig config) {
        return line(json -> {
            json.writeStringProperty("do", "apply");
            json.writeName("config");
            json.writeStartObject();
            members(json, config);
            json.writeEndObject();
        });
    }

    static byte[] routeRequest(String callee, Routing routing) {
        return line(json -> {
            json.writeStringProperty("do", "route");
            json.writeStringProperty("callee", callee);
            json.writeName("routing");
            json.writeStartObject();
            RoutingJson.write(json, routing);
            json.writeEndObject();
        });
    }

    static byte[] holdRequest(String holder, Duration heartbeat, List<Fault> faults) {
        return line(json -> {
            json.writeStringProperty("do", "hold");
            json.writeStringProperty("holder", holder);
            json.writeNumberProperty("heartbeatMillis", heartbeat.toMillis());
            list(json, "faults", faults, fault -> FaultJson.write(json, fault));
        });
    }

    public static byte[] answer(List<Fault.InForce> faults) {
        return line(json -> {
            json.writeBooleanProperty("ok", true);
            list(json, "faults", faults, fault -> FaultJson.write(json, fault));
        });
    }

    static List<Fault.InForce> inForce(byte[] line) throws IOException {
        return AnswerReader.answer(line, FaultJson::inForce);
    }

    /** A configuration by itself, as the gate keeps it on disk. */
    public static byte[] write(GateConfig config) {
        return line(json -> members(json, config));
    }

    public static byte[] answer(Applied applied) {
        return line(json -> {
            json.writeBooleanProperty("ok", true);
            json.writeNumberProperty("generation", applied.generation());
            list(json, "errors", applied.errors(), error -> {
                json.writeStringProperty("listener", error.listener());
                json.writeStringProperty("error", error.error());
            });
        });
    }

    public static byte[] answer(GateStatus status) {
        return line(json -> {
            json.writeBooleanProperty("ok", true);
            json.writeStringProperty("version", status.version());
            json.writeNumberProperty("pid", status.pid());
            json.writeNumberProperty("generation", status.generation());
            json.writeName("warnings");
            json.writeStartArray();
            status.warnings().forEach(json::writeString);
            json.writeEndArray();
            list(json, "listeners", status.listeners(), listener -> members(json, listener));
        });
    }

    public static byte[] answer(Counters counters) {
        return line(json -> {
            json.writeBooleanProperty("ok", true);
            CountersJson.write(json, counters);
        });
    }

    /** @param sockets how many were left */
    public static byte[] leftSockets(int sockets) {
        return line(json -> {
            json.writeBooleanProperty("ok", true);
            json.writeNumberProperty("sockets", sockets);
        });
    }

    static int sockets(byte[] line) throws IOException {
        return AnswerReader.answer(line, AnswerReader::sockets);
    }

    public static byte[] done() {
        return line(json -> json.writeBooleanProperty("ok", true));
    }

    public static byte[] refusal(String why) {
        return line(json -> {
            json.writeBooleanProperty("ok", false);
            json.writeStringProperty("error", why);
        });
    }

    static Applied applied(byte[] line) throws IOException {
        return AnswerReader.answer(line, AnswerReader::applied);
    }

    static GateStatus status(byte[] line) throws IOException {
        return AnswerReader.answer(line, AnswerReader::status);
    }

    static Counters counters(byte[] line) throws IOException {
        return AnswerReader.answer(line, CountersJson::read);
    }

    static void done(byte[] line) throws IOException {
        AnswerReader.answer(line, AnswerReader::done);
    }

    private static void members(JsonGenerator json, GateConfig config) {
        json.writeNumberProperty("generation", config.generation());
        json.writeNumberProperty("drainMillis", config.drain().toMillis());
        json.writeStringProperty("metrics", config.metrics());
        if (!config.callers().isEmpty()) {
            json.writeName("callers");
            json.writeStartObject();
            config.callers().forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        list(json, "listeners", config.listeners(), listener -> {
            json.writeStringProperty("name", listener.name());
            json.writeStringProperty("host", listener.host());
            json.writeNumberProperty("port", listener.port());
            edge(json, listener.edge());
            json.writeStringProperty("protocol", listener.protocol().text());
            members(json, listener.limits());
            HandlingJson.write(json, listener.handling());
            if (!listener.origin().isEmpty()) {
                json.writeStringProperty("origin", listener.origin());
            }
            if (!listener.tls().isNone()) {
                tls(json, listener.tls());
            }
            list(json, "backends", listener.backends(), backend -> {
                json.writeStringProperty("name", backend.name());
                json.writeStringProperty("host", backend.host());
                json.writeNumberProperty("port", backend.port());
                json.writeBooleanProperty("ready", backend.ready());
                json.writeStringProperty("version", backend.version());
                if (!backend.tls().isEmpty()) {
                    json.writeStringProperty("tls", backend.tls());
                }
            });
        });
    }

    private static void members(JsonGenerator json, ListenerStatus listener) {
        json.writeStringProperty("name", listener.name());
        json.writeStringProperty("host", listener.host());
        json.writeNumberProperty("port", listener.port());
        json.writeBooleanProperty("listening", listener.listening());
        json.writeStringProperty("error", listener.error());
        json.writeBooleanProperty("draining", listener.draining());
        json.writeNumberProperty("open", listener.open());
        json.writeNumberProperty("waiting", listener.waiting());
        json.writeNumberProperty("accepted", listener.accepted());
        json.writeName("failed");
        json.writeStartObject();
        for (Map.Entry<Failure, Long> failed : listener.failed().entrySet()) {
            json.writeNumberProperty(failed.getKey().text(), failed.getValue());
        }
        json.writeEndObject();
        list(json, "backends", listener.backends(), backend -> members(json, backend));
    }

    private static void members(JsonGenerator json, BackendStatus backend) {
        json.writeStringProperty("name", backend.name());
        json.writeStringProperty("host", backend.host());
        json.writeNumberProperty("port", backend.port());
        json.writeBooleanProperty("ready", backend.ready());
        json.writeBooleanProperty("draining", backend.draining());
        json.writeNumberProperty("open", backend.open());
        json.writeNumberProperty("connected", backend.connected());
        json.writeNumberProperty("refused", backend.refused());
    }

    private static void tls(JsonGenerator json, Tls tls) {
        json.writeName("tls");
        json.writeStartObject();
        json.writeStringProperty("certificate", tls.certificate());
        json.writeStringProperty("key", tls.key());
        json.writeName("protocols");
        json.writeStartArray();
        tls.protocols().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    static void edge(JsonGenerator json, Edge edge) {
        json.writeName("edge");
        json.writeStartObject();
        json.writeStringProperty("caller", edge.caller());
        json.writeStringProperty("callee", edge.callee());
        json.writeStringProperty("port", edge.port());
        json.writeEndObject();
    }

    private static void members(JsonGenerator json, Limits limits) {
        json.writeNumberProperty("maxConnections", limits.maxConnections());
        json.writeNumberProperty("maxWaiting", limits.maxWaiting());
        json.writeNumberProperty("waitForBackendMillis", limits.waitForBackend().toMillis());
        json.writeNumberProperty("connectTimeoutMillis", limits.connectTimeout().toMillis());
        json.writeNumberProperty("maxHeadBytes", limits.maxHeadBytes());
        json.writeNumberProperty("headTimeoutMillis", limits.headTimeout().toMillis());
        json.writeNumberProperty("idleTimeoutMillis", limits.idleTimeout().toMillis());
        json.writeNumberProperty(
                "responseTimeoutMillis", limits.responseTimeout().toMillis());
    }

    static <T> void list(JsonGenerator json, String name, List<T> elements, Consumer<T> members) {
        json.writeName(name);
        json.writeStartArray();
        for (T element : elements) {
            json.writeStartObject();
            members.accept(element);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static byte[] line(Consumer<JsonGenerator> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }
}
