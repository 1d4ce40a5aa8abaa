package io.homeostat.gate.control;

import io.homeostat.gate.control.Applied.ListenerError;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the lines of the control protocol. A configuration is read strictly (an unknown, repeated or missing member is an error):
 * half a configuration must never be taken for a whole one. A status is read leniently, since the gate may be of another version
 * than the agent.
 */
public final class ControlReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxStringLength(64 << 10)
                    .build())
            .build();

    private final JsonParser json;

    private ControlReader(JsonParser json) {
        this.json = json;
    }

    /** What a client may ask for. */
    public sealed interface Request {
        record Apply(GateConfig config) implements Request {}

        record Status() implements Request {}

        record Shutdown() implements Request {}
    }

    /** @throws IOException when it is not a request; the message says why */
    public static Request request(byte[] line) throws IOException {
        return only(line, ControlReader::request);
    }

    /** @throws IOException when it is not a whole configuration; the message says why. What it says may still be wrong. */
    public static GateConfig config(byte[] bytes) throws IOException {
        return only(bytes, ControlReader::config);
    }

    interface Reading<T> {
        T read(ControlReader reader) throws IOException;
    }

    static <T> T answer(byte[] line, Reading<T> reading) throws IOException {
        return only(line, reader -> {
            String first = reader.name();
            if (first == null || !first.equals("ok")) {
                throw new IOException("it does not answer as a gate");
            }
            if (reader.flag()) {
                return reading.read(reader);
            }
            String why = "";
            for (String name = reader.name(); name != null; name = reader.name()) {
                if (name.equals("error")) {
                    why = reader.text();
                } else {
                    reader.skip();
                }
            }
            throw new GateException("The gate refuses: " + why);
        });
    }

    private static <T> T only(byte[] line, Reading<T> reading) throws IOException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected one JSON object");
            }
            T read = reading.read(new ControlReader(json));
            if (json.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
            return read;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Request request() throws IOException {
        String what = "";
        GateConfig config = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "do" -> what = text();
                case "config" -> {
                    expect(JsonToken.START_OBJECT, "an object");
                    config = config();
                }
                default -> throw unknown(name);
            }
        }
        return switch (what) {
            case "apply" -> new Request.Apply(present("config", config));
            case "status" -> new Request.Status();
            case "shutdown" -> new Request.Shutdown();
            default -> throw new IOException("'do' is '" + what + "', expected apply, status or shutdown");
        };
    }

    private GateConfig config() throws IOException {
        Long generation = null;
        Duration drain = null;
        List<Listener> listeners = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "generation" -> generation = number();
                case "drainMillis" -> drain = millis();
                case "listeners" -> listeners = list(this::listener);
                default -> throw unknown(name);
            }
        }
        return new GateConfig(
                present("generation", generation), present("drainMillis", drain), present("listeners", listeners));
    }

    private Listener listener() throws IOException {
        String called = null;
        String host = null;
        Integer port = null;
        Integer maxConnections = null;
        Integer maxWaiting = null;
        Duration wait = null;
        Duration connect = null;
        List<Backend> backends = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "name" -> called = text();
                case "host" -> host = text();
                case "port" -> port = integer();
                case "maxConnections" -> maxConnections = integer();
                case "maxWaiting" -> maxWaiting = integer();
                case "waitForBackendMillis" -> wait = millis();
                case "connectTimeoutMillis" -> connect = millis();
                case "backends" -> backends = list(this::backend);
                default -> throw unknown(name);
            }
        }
        return new Listener(
                present("name", called),
                present("host", host),
                present("port", port),
                present("maxConnections", maxConnections),
                present("maxWaiting", maxWaiting),
                present("waitForBackendMillis", wait),
                present("connectTimeoutMillis", connect),
                present("backends", backends));
    }

    private Backend backend() throws IOException {
        String called = null;
        String host = null;
        Integer port = null;
        Boolean ready = null;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "name" -> called = text();
                case "host" -> host = text();
                case "port" -> port = integer();
                case "ready" -> ready = flag();
                default -> throw unknown(name);
            }
        }
        return new Backend(
                present("name", called), present("host", host), present("port", port), present("ready", ready));
    }

    Applied applied() throws IOException {
        long generation = 0;
        List<ListenerError> errors = List.of();
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "generation" -> generation = number();
                case "errors" -> errors = list(this::listenerError);
                default -> skip();
            }
        }
        return new Applied(generation, errors);
    }

    private ListenerError listenerError() throws IOException {
        String listener = "";
        String error = "";
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "listener" -> listener = text();
                case "error" -> error = text();
                default -> skip();
            }
        }
        return new ListenerError(listener, error);
    }

    boolean done() throws IOException {
        while (name() != null) {
            skip();
        }
        return true;
    }

    GateStatus status() throws IOException {
        String version = "";
        long pid = 0;
        long generation = 0;
        List<String> warnings = new ArrayList<>();
        List<ListenerStatus> listeners = List.of();
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "version" -> version = text();
                case "pid" -> pid = number();
                case "generation" -> generation = number();
                case "warnings" -> {
                    expect(JsonToken.START_ARRAY, "an array");
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        warnings.add(text());
                    }
                }
                case "listeners" -> listeners = list(this::listenerStatus);
                default -> skip();
            }
        }
        return new GateStatus(version, pid, generation, List.copyOf(warnings), listeners);
    }

    private ListenerStatus listenerStatus() throws IOException {
        String called = "";
        String host = "";
        int port = 0;
        boolean listening = false;
        String error = "";
        boolean draining = false;
        int open = 0;
        int waiting = 0;
        long accepted = 0;
        Map<Failure, Long> failed = Map.of();
        List<BackendStatus> backends = List.of();
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "name" -> called = text();
                case "host" -> host = text();
                case "port" -> port = integer();
                case "listening" -> listening = flag();
                case "error" -> error = text();
                case "draining" -> draining = flag();
                case "open" -> open = integer();
                case "waiting" -> waiting = integer();
                case "accepted" -> accepted = number();
                case "failed" -> failed = failures();
                case "backends" -> backends = list(this::backendStatus);
                default -> skip();
            }
        }
        return new ListenerStatus(
                called, host, port, listening, error, draining, open, waiting, accepted, failed, backends);
    }

    private BackendStatus backendStatus() throws IOException {
        String called = "";
        String host = "";
        int port = 0;
        boolean ready = false;
        boolean draining = false;
        int open = 0;
        long connected = 0;
        long refused = 0;
        for (String name = name(); name != null; name = name()) {
            switch (name) {
                case "name" -> called = text();
                case "host" -> host = text();
                case "port" -> port = integer();
                case "ready" -> ready = flag();
                case "draining" -> draining = flag();
                case "open" -> open = integer();
                case "connected" -> connected = number();
                case "refused" -> refused = number();
                default -> skip();
            }
        }
        return new BackendStatus(called, host, port, ready, draining, open, connected, refused);
    }

    private Map<Failure, Long> failures() throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        Map<Failure, Long> failed = new EnumMap<>(Failure.class);
        for (String name = name(); name != null; name = name()) {
            long count = number();
            for (Failure failure : Failure.values()) {
                if (failure.text().equals(name)) {
                    failed.put(failure, count);
                }
            }
        }
        return failed;
    }

    private <T> List<T> list(Element<T> element) throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        List<T> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.START_OBJECT, "an object");
            elements.add(element.read());
        }
        return elements;
    }

    private interface Element<T> {
        T read() throws IOException;
    }

    /** The name of the next member, with its value as the current token; null at the end of the object. */
    private @Nullable String name() {
        if (json.nextToken() != JsonToken.PROPERTY_NAME) {
            return null;
        }
        String name = json.currentName();
        json.nextToken();
        return name;
    }

    private String text() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return json.getString();
    }

    private long number() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        return json.getLongValue();
    }

    private int integer() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        return json.getIntValue();
    }

    private Duration millis() throws IOException {
        return Duration.ofMillis(number());
    }

    private boolean flag() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_TRUE && json.currentToken() != JsonToken.VALUE_FALSE) {
            throw wrong("true or false");
        }
        return json.currentToken() == JsonToken.VALUE_TRUE;
    }

    private void skip() {
        json.skipChildren();
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) {
            throw wrong(what);
        }
    }

    private IOException wrong(String expected) {
        return new IOException("at " + json.streamReadContext().pathAsPointer() + ": expected " + expected);
    }

    private IOException unknown(String name) {
        return new IOException("at " + json.streamReadContext().pathAsPointer() + ": unknown member '" + name + "'");
    }

    private <T> T present(String name, @Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException(
                    "at " + json.streamReadContext().pathAsPointer() + ": member '" + name + "' is missing");
        }
        return value;
    }
}
