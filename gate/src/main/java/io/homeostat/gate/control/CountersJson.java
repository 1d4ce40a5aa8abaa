package io.homeostat.gate.control;

import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * Counters as JSON, one way and back. The buckets of a histogram are a flat array: number, count, number, count, with the
 * numbers as differences, since most lie close together.
 */
final class CountersJson {

    private CountersJson() {}

    static void write(JsonGenerator json, Counters counters) {
        json.writeStringProperty("run", counters.run());
        json.writeNumberProperty("sinceMillis", counters.since().toEpochMilli());
        ControlJson.list(json, "edges", counters.edges(), edge -> {
            ControlJson.edge(json, edge.edge());
            json.writeStringProperty("version", edge.version());
            json.writeNumberProperty("bytesIn", edge.bytesIn());
            json.writeNumberProperty("bytesOut", edge.bytesOut());
            json.writeNumberProperty("open", edge.open());
            json.writeName("outcomes");
            json.writeStartObject();
            for (Map.Entry<Outcome, Ended> ended : edge.outcomes().entrySet()) {
                json.writeName(ended.getKey().text());
                json.writeStartObject();
                write(json, ended.getValue());
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, Ended ended) {
        json.writeNumberProperty("count", ended.count());
        json.writeNumberProperty("micros", ended.micros());
        json.writeName("buckets");
        json.writeStartArray();
        int last = 0;
        for (Map.Entry<Integer, Long> bucket : ended.latencies().buckets().entrySet()) {
            json.writeNumber(bucket.getKey() - last);
            json.writeNumber(bucket.getValue());
            last = bucket.getKey();
        }
        json.writeEndArray();
    }

    static Counters read(JsonIn in) throws IOException {
        String run = "";
        Instant since = Instant.EPOCH;
        List<EdgeCounters> edges = List.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "run" -> run = in.text();
                case "sinceMillis" -> since = Instant.ofEpochMilli(in.number());
                case "edges" -> edges = in.list(CountersJson::edge);
                default -> in.skip();
            }
        }
        return new Counters(run, since, edges);
    }

    private static EdgeCounters edge(JsonIn in) throws IOException {
        Edge edge = new Edge("", "", "");
        String version = "";
        long bytesIn = 0;
        long bytesOut = 0;
        int open = 0;
        Map<Outcome, Ended> outcomes = Map.of();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "edge" -> edge = in.object(ControlReader::edge);
                case "version" -> version = in.text();
                case "bytesIn" -> bytesIn = in.number();
                case "bytesOut" -> bytesOut = in.number();
                case "open" -> open = in.integer();
                case "outcomes" -> outcomes = in.object(CountersJson::outcomes);
                default -> in.skip();
            }
        }
        return new EdgeCounters(edge, version, bytesIn, bytesOut, open, outcomes);
    }

    private static Map<Outcome, Ended> outcomes(JsonIn in) throws IOException {
        Map<Outcome, Ended> outcomes = new EnumMap<>(Outcome.class);
        for (String name = in.name(); name != null; name = in.name()) {
            Ended ended = in.object(CountersJson::ended);
            for (Outcome outcome : Outcome.values()) {
                if (outcome.text().equals(name)) {
                    outcomes.put(outcome, ended);
                }
            }
        }
        return outcomes;
    }

    private static Ended ended(JsonIn in) throws IOException {
        long count = 0;
        long micros = 0;
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        for (String name = in.name(); name != null; name = in.name()) {
            switch (name) {
                case "count" -> count = in.number();
                case "micros" -> micros = in.number();
                case "buckets" -> {
                    List<Long> flat = in.numbers();
                    int bucket = 0;
                    for (int i = 0; i + 1 < flat.size(); i += 2) {
                        bucket += flat.get(i).intValue();
                        buckets.put(bucket, flat.get(i + 1));
                    }
                }
                default -> in.skip();
            }
        }
        return new Ended(count, micros, new Latencies(buckets));
    }
}
