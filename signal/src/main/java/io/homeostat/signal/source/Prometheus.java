package io.homeostat.signal.source;

import io.homeostat.model.Durations;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.slo.Metric;
import io.homeostat.model.slo.SecretKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instant queries over Prometheus' HTTP API. */
final class Prometheus {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Prometheus() {}

    /**
     * What a query gives at a moment, by the labels of each series but for its name; a scalar has none.
     *
     * @throws IOException when it cannot be asked or refuses the query; the message is for the user
     */
    static Map<String, Double> query(Metric metric, Instant at, Function<SecretKey, @Nullable String> secrets)
            throws IOException {
        String base = metric.connection().text("url", metric.spec().text("url", ""));
        if (base.isEmpty()) {
            throw new IOException("nothing says where this Prometheus is: it needs a DataSource or a url");
        }
        String query = metric.spec().text("query", "");
        URI uri = URI.create(base.replaceAll("/+$", "") + "/api/v1/query?time=" + at.toEpochMilli() / 1000.0 + "&query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
        Duration timeout = Durations.parse(metric.connection().text("timeout", ""));
        Http.Answer answer;
        try {
            answer = Http.request(uri, headers(metric, secrets), null, timeout == null ? TIMEOUT : timeout);
        } catch (IOException failed) {
            throw new IOException("Prometheus at " + base + ": " + failed.getMessage(), failed);
        }
        Node.Mapping body;
        try {
            body = Json.read(answer.body()) instanceof Node.Mapping mapping ? mapping : Node.Mapping.EMPTY;
        } catch (Json.MalformedException other) {
            throw new IOException(
                    "what answers at " + base + " is no Prometheus (status " + answer.status() + ")", other);
        }
        if (!body.text("status", "").equals("success")) {
            throw new IOException("Prometheus at " + base + " refused the query '" + query + "': "
                    + body.text("error", "status " + answer.status()));
        }
        return values(body.mapping("data"), query);
    }

    private static Map<String, String> headers(Metric metric, Function<SecretKey, @Nullable String> secrets)
            throws IOException {
        Node.Mapping from = metric.connection().mapping("bearerTokenFrom");
        if (from.isEmpty()) {
            return Map.of();
        }
        SecretKey key = new SecretKey(from.text("name", ""), from.text("key", ""));
        String token = secrets.apply(key);
        if (token == null) {
            throw new IOException("there is no " + key);
        }
        return Map.of("Authorization", "Bearer " + token.strip());
    }

    private static Map<String, Double> values(Node.Mapping data, String query) throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        switch (data.text("resultType", "")) {
            case "scalar" -> put(values, "", data.sequence("result"));
            case "vector" -> {
                for (Node element : data.sequence("result")) {
                    if (element instanceof Node.Mapping one) {
                        put(values, labels(one.mapping("metric")), one.sequence("value"));
                    }
                }
            }
            default ->
                throw new IOException("the query '" + query + "' gives a " + data.text("resultType")
                        + ", expected one that gives a value or a vector of them");
        }
        return values;
    }

    private static void put(Map<String, Double> values, String labels, java.util.List<Node> pair) {
        if (pair.size() == 2) {
            double value = Double.parseDouble(pair.get(1).toString().replace("Inf", "Infinity"));
            if (Double.isFinite(value)) {
                values.merge(labels, value, Double::sum);
            }
        }
    }

    private static String labels(Node.Mapping metric) {
        Map<String, String> sorted = new TreeMap<>();
        metric.without("__name__")
                .fields()
                .forEach((name, field) -> sorted.put(name, field.value().toString()));
        return sorted.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }
}
