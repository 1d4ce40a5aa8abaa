package io.homeostat.gate.control;

import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Mirror;
import io.homeostat.gate.control.Routing.Part;
import io.homeostat.gate.control.Routing.Rule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Routings as JSON, one way and back; read as strictly as a configuration. */
public final class RoutingJson {

    private RoutingJson() {}

    /** All routings by Service, as the gate keeps them on disk. */
    public static byte[] write(Map<String, Routing> routings) {
        return ControlJson.line(json -> routings.forEach((callee, routing) -> {
            json.writeName(callee);
            json.writeStartObject();
            write(json, routing);
            json.writeEndObject();
        }));
    }

    /** @throws IOException when they are not whole; the message says why */
    public static Map<String, Routing> read(byte[] bytes) throws IOException {
        return JsonIn.only(bytes, in -> {
            Map<String, Routing> routings = new TreeMap<>();
            for (String name = in.name(); name != null; name = in.name()) {
                routings.put(name, in.object(RoutingJson::routing));
            }
            return routings;
        });
    }

    static void write(JsonGenerator json, Routing routing) {
        json.writeName("weights");
        json.writeStartObject();
        routing.weights().forEach(json::writeNumberProperty);
        json.writeEndObject();
        ControlJson.list(json, "rules", routing.rules(), rule -> {
            json.writeStringProperty("part", rule.part().text());
            json.writeStringProperty("name", rule.name());
            json.writeStringProperty("value", rule.value());
            json.writeStringProperty("version", rule.version());
        });
        affinity(json, "affinity", routing.affinity());
        json.writeName("mirror");
        json.writeStartObject();
        json.writeStringProperty("version", routing.mirror().version());
        json.writeNumberProperty("share", routing.mirror().share());
        json.writeEndObject();
    }

    static void affinity(JsonGenerator json, String name, Affinity affinity) {
        json.writeName(name);
        json.writeStartObject();
        json.writeStringProperty("part", affinity.part().text());
        json.writeStringProperty("name", affinity.name());
        json.writeEndObject();
    }

    static Routing routing(JsonIn in) throws IOException {
        Map<String, Integer> weights = Map.of();
        List<Rule> rules = List.of();
        Affinity affinity = Affinity.NONE;
        Mirror mirror = Mirror.NONE;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "weights" -> weights = in.object(RoutingJson::weights);
                case "rules" -> rules = in.list(RoutingJson::rule);
                case "affinity" -> affinity = in.object(RoutingJson::affinity);
                case "mirror" -> mirror = in.object(RoutingJson::mirror);
                default -> throw in.unknown(name);
            }
        }
        return new Routing(weights, rules, affinity, mirror);
    }

    private static Map<String, Integer> weights(JsonIn in) throws IOException {
        Map<String, Integer> weights = new TreeMap<>();
        for (String name = in.name(); name != null; name = in.name()) {
            int weight = in.integer();
            if (weight < 0 || weight > 1_000_000) {
                throw new IOException("the weight of " + name + " is " + weight + ", expected 0 to 1000000");
            }
            weights.put(name, weight);
        }
        return weights;
    }

    private static Rule rule(JsonIn in) throws IOException {
        Part part = null;
        String called = null;
        String value = null;
        String version = null;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "part" -> part = part(in.text());
                case "name" -> called = in.text();
                case "value" -> value = in.text();
                case "version" -> version = in.text();
                default -> throw in.unknown(name);
            }
        }
        return new Rule(
                in.present("part", part),
                in.present("name", called),
                in.present("value", value),
                in.present("version", version));
    }

    private static Mirror mirror(JsonIn in) throws IOException {
        String version = null;
        Double share = null;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "version" -> version = in.text();
                case "share" -> share = in.decimal();
                default -> throw in.unknown(name);
            }
        }
        double part = in.present("share", share);
        if (!(part >= 0 && part <= 1)) {
            throw new IOException("the share of the mirror is " + part + ", expected 0 to 1");
        }
        return new Mirror(in.present("version", version), part);
    }

    static Affinity affinity(JsonIn in) throws IOException {
        Part part = null;
        String called = null;
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "part" -> part = part(in.text());
                case "name" -> called = in.text();
                default -> throw in.unknown(name);
            }
        }
        return new Affinity(in.present("part", part), in.present("name", called));
    }

    private static Part part(String text) throws IOException {
        for (Part part : Part.values()) {
            if (part.text().equals(text)) {
                return part;
            }
        }
        throw new IOException("'part' is '" + text + "', expected header or cookie");
    }
}
