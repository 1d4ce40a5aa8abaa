package io.homeostat.gate.control;

import io.homeostat.gate.control.Fault.Effect;
import io.homeostat.gate.control.Fault.InForce;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Faults as JSON, one way and back; read as strictly as a configuration. */
final class FaultJson {

    private FaultJson() {}

    static void write(JsonGenerator json, Fault fault) {
        json.writeStringProperty("id", fault.id());
        json.writeStringProperty("caller", fault.caller());
        json.writeStringProperty("callee", fault.callee());
        json.writeNumberProperty("share", fault.share());
        json.writeNumberProperty("lastsMillis", fault.lasts().toMillis());
        if (!fault.match().isAll()) {
            // Only then: a gate that was started by an agent before does not know it.
            json.writeObjectPropertyStart("match");
            json.writeStringProperty("method", fault.match().method());
            json.writeStringProperty("path", fault.match().path());
            json.writeObjectPropertyStart("headers");
            fault.match().headers().forEach(json::writeStringProperty);
            json.writeEndObject();
            json.writeEndObject();
        }
        switch (fault.effect()) {
            case Effect.Latency latency -> {
                json.writeStringProperty("effect", "latency");
                json.writeNumberProperty("meanMillis", latency.mean().toMillis());
                json.writeNumberProperty("jitterMillis", latency.jitter().toMillis());
            }
            case Effect.Abort abort -> {
                json.writeStringProperty("effect", "abort");
                json.writeNumberProperty("status", abort.status());
            }
            case Effect.Reset ignored -> json.writeStringProperty("effect", "reset");
            case Effect.Blackhole ignored -> json.writeStringProperty("effect", "blackhole");
            case Effect.Bandwidth bandwidth -> {
                json.writeStringProperty("effect", "bandwidth");
                json.writeNumberProperty("bytesPerSecond", bandwidth.bytesPerSecond());
            }
            case Effect.Corruption ignored -> json.writeStringProperty("effect", "corruption");
        }
    }

    static Fault read(JsonIn in) throws IOException {
        String id = null;
        String caller = null;
        String callee = null;
        Double share = null;
        Duration lasts = null;
        Match match = Match.ALL;
        String effect = null;
        Duration mean = Duration.ZERO;
        Duration jitter = Duration.ZERO;
        int status = 0;
        long bytesPerSecond = 0;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "id" -> id = in.text();
                case "caller" -> caller = in.text();
                case "callee" -> callee = in.text();
                case "share" -> share = in.decimal();
                case "lastsMillis" -> lasts = in.millis();
                case "match" -> match = in.object(FaultJson::match);
                case "effect" -> effect = in.text();
                case "meanMillis" -> mean = in.millis();
                case "jitterMillis" -> jitter = in.millis();
                case "status" -> status = in.integer();
                case "bytesPerSecond" -> bytesPerSecond = in.number();
                default -> throw in.unknown(name);
            }
        }
        Effect done = switch (in.present("effect", effect)) {
            case "latency" -> new Effect.Latency(mean, jitter);
            case "abort" -> new Effect.Abort(status);
            case "reset" -> new Effect.Reset();
            case "blackhole" -> new Effect.Blackhole();
            case "bandwidth" -> new Effect.Bandwidth(bytesPerSecond);
            case "corruption" -> new Effect.Corruption();
            default ->
                throw new IOException("'effect' is '" + effect
                        + "', expected latency, abort, reset, blackhole, bandwidth or corruption");
        };
        return new Fault(
                in.present("id", id),
                in.present("caller", caller),
                in.present("callee", callee),
                match,
                in.present("share", share),
                done,
                in.present("lastsMillis", lasts));
    }

    private static Match match(JsonIn in) throws IOException {
        String method = "";
        String path = "";
        Map<String, String> headers = Map.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "method" -> method = in.text();
                case "path" -> path = in.text();
                case "headers" -> headers = in.object(FaultJson::headers);
                default -> throw in.unknown(name);
            }
        }
        return new Match(method, path, headers);
    }

    private static Map<String, String> headers(JsonIn in) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String name = in.name(); name != null; name = in.name()) {
            headers.put(name, in.text());
        }
        return headers;
    }

    static void write(JsonGenerator json, InForce fault) {
        json.writeStringProperty("id", fault.id());
        json.writeNumberProperty("leftMillis", fault.left().toMillis());
        json.writeNumberProperty("hits", fault.hits());
    }

    static List<InForce> inForce(JsonIn in) throws IOException {
        List<InForce> faults = new ArrayList<>();
        for (String name = in.name(); name != null; name = in.name()) {
            if (name.equals("faults")) {
                faults.addAll(in.list(FaultJson::one));
            } else {
                in.skip();
            }
        }
        return List.copyOf(faults);
    }

    private static InForce one(JsonIn in) throws IOException {
        String id = "";
        Duration left = Duration.ZERO;
        long hits = 0;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "id" -> id = in.text();
                case "leftMillis" -> left = in.millis();
                case "hits" -> hits = in.number();
                default -> in.skip();
            }
        }
        return new InForce(id, left, hits);
    }
}
