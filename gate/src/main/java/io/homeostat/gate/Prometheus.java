package io.homeostat.gate;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counters in Prometheus' text format, version 0.0.4. Pure. */
final class Prometheus {

    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Upper bounds in milliseconds: two to three for each power of ten. */
    private static final List<Long> BOUNDS =
            List.of(1L, 2L, 5L, 10L, 25L, 50L, 100L, 250L, 500L, 1_000L, 2_500L, 5_000L, 10_000L);

    private final StringBuilder out = new StringBuilder(4 << 10);

    private Prometheus() {}

    static String text(Counters counters) {
        return new Prometheus().write(counters);
    }

    private String write(Counters counters) {
        head("gate_start_time_seconds", "gauge", "When this gate began to count, as seconds since the epoch.");
        out.append("homeostat_gate_start_time_seconds ")
                .append(counters.since().toEpochMilli() / 1000.0)
                .append('\n');
        head("gate_requests_total", "counter", "Requests that ended, of plain TCP connections that were made.");
        counters.edges().forEach(this::requests);
        head("gate_request_duration_seconds", "histogram", "From a request's head to the last byte of its response.");
        counters.edges().forEach(this::durations);
        head(
                "gate_retries_total",
                "counter",
                "Attempts that failed and were made again; their requests count once, where they ended.");
        counters.edges()
                .forEach(edge -> sample(
                        "gate_retries_total",
                        edge,
                        Map.of(),
                        edge.ended(Outcome.RETRIED).count()));
        head("gate_received_bytes_total", "counter", "Bytes from callers.");
        counters.edges().forEach(edge -> sample("gate_received_bytes_total", edge, Map.of(), edge.bytesIn()));
        head("gate_sent_bytes_total", "counter", "Bytes to callers.");
        counters.edges().forEach(edge -> sample("gate_sent_bytes_total", edge, Map.of(), edge.bytesOut()));
        head("gate_open", "gauge", "Requests under way now, of plain TCP connections.");
        counters.edges().forEach(edge -> sample("gate_open", edge, Map.of(), edge.open()));
        return out.toString();
    }

    private void requests(EdgeCounters edge) {
        for (Outcome outcome : Outcome.values()) {
            if (outcome.isEnd() && edge.outcomes().containsKey(outcome)) {
                Map<String, String> labels = Map.of("outcome", outcome.text());
                sample("gate_requests_total", edge, labels, edge.ended(outcome).count());
            }
        }
    }

    private void durations(EdgeCounters edge) {
        for (Outcome outcome : Outcome.values()) {
            if (outcome.isEnd() && edge.outcomes().containsKey(outcome)) {
                Ended ended = edge.ended(outcome);
                for (long bound : BOUNDS) {
                    String le = String.format(Locale.ROOT, "%s", bound / 1000.0);
                    sample(
                            "gate_request_duration_seconds_bucket",
                            edge,
                            Map.of("outcome", outcome.text(), "le", le),
                            ended.latencies().atMost(Duration.ofMillis(bound)));
                }
                Map<String, String> labels = Map.of("outcome", outcome.text());
                sample(
                        "gate_request_duration_seconds_bucket",
                        edge,
                        Map.of("outcome", outcome.text(), "le", "+Inf"),
                        ended.count());
                sample("gate_request_duration_seconds_sum", edge, labels, ended.micros() / 1e6);
                sample("gate_request_duration_seconds_count", edge, labels, ended.count());
            }
        }
    }

    private void head(String name, String type, String help) {
        out.append("# HELP homeostat_").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE homeostat_").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, EdgeCounters edge, Map<String, String> more, Number value) {
        Map<String, String> labels = new TreeMap<>(more);
        labels.put("caller", edge.edge().from());
        labels.put("callee", edge.edge().callee());
        labels.put("port", edge.edge().port());
        labels.put("version", edge.version());
        out.append("homeostat_").append(name).append('{');
        String comma = "";
        for (Map.Entry<String, String> label : labels.entrySet()) {
            out.append(comma)
                    .append(label.getKey())
                    .append("=\"")
                    .append(escaped(label.getValue()))
                    .append('"');
            comma = ",";
        }
        out.append("} ").append(value).append('\n');
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
