package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.signal.source.Calls;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What happened on each edge of late, for conditions: {@code edge['web->api'].errorRatio}. */
final class EdgeRates {

    /** Of so long the figures are. */
    private static final Duration SPAN = Duration.ofSeconds(3);

    /** Nobody needs them newer than this. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Calls calls;
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, Map<String, Calls.Edge> edges) {}

    EdgeRates(Calls calls) {
        this.calls = calls;
    }

    /** {@code {NAME: {requests, failures, errorRatio, p99Millis}}}; only edges with requests in the last seconds. */
    synchronized Node.Mapping now() {
        long now = System.nanoTime();
        if (samples.isEmpty() || now - samples.getLast().nanos() > PAUSE.toNanos()) {
            try {
                Map<String, Calls.Edge> edges = new HashMap<>();
                calls.read().forEach(edge -> edges.put(edge.key(), edge));
                samples.addLast(new Sample(now, edges));
            } catch (IOException nobodyCounts) {
                return Node.Mapping.EMPTY;
            }
        }
        while (samples.size() > 2 && now - samples.getFirst().nanos() > SPAN.toNanos()) {
            samples.removeFirst();
        }
        return between(samples.getFirst().edges(), samples.getLast().edges());
    }

    private static Node.Mapping between(Map<String, Calls.Edge> before, Map<String, Calls.Edge> after) {
        Map<String, List<Calls.Edge>> byName = new HashMap<>();
        after.values()
                .forEach(edge -> byName.computeIfAbsent(
                                (edge.from().isEmpty() ? "undeclared" : edge.from()) + "->" + edge.service(),
                                first -> new ArrayList<>())
                        .add(edge));
        Node.Mapping all = Node.Mapping.EMPTY;
        for (Map.Entry<String, List<Calls.Edge>> each : byName.entrySet()) {
            Node.Mapping figures = figures(each.getValue(), before);
            if (!figures.isEmpty()) {
                all = all.with(each.getKey(), figures);
            }
        }
        return all;
    }

    private static Node.Mapping figures(List<Calls.Edge> edges, Map<String, Calls.Edge> before) {
        long requests = 0;
        long failures = 0;
        List<Duration> bounds = List.of();
        long[] counts = new long[0];
        for (Calls.Edge edge : edges) {
            Calls.Edge then = before.get(edge.key());
            requests += edge.requests() - (then == null ? 0 : then.requests());
            failures += edge.failed() - (then == null ? 0 : then.failed());
            if (edge.bounds().size() > bounds.size()) {
                bounds = edge.bounds();
                counts = new long[edge.counts().size()];
            }
            for (int i = 0; i < Math.min(counts.length, edge.counts().size()); i++) {
                boolean same = then != null && i < then.counts().size() - 1;
                counts[i] += edge.counts().get(i)
                        - (same && then != null ? then.counts().get(i) : 0);
            }
        }
        if (requests <= 0) {
            return Node.Mapping.EMPTY;
        }
        return Node.Mapping.EMPTY
                .with("requests", requests)
                .with("failures", failures)
                .with("errorRatio", number(failures / (double) requests))
                .with("p99Millis", number(quantile(bounds, counts, requests)));
    }

    private static double quantile(List<Duration> bounds, long[] counts, long requests) {
        long rank = (long) Math.ceil(0.99 * requests);
        long sum = 0;
        for (int i = 0; i < bounds.size(); i++) {
            sum += counts[i];
            if (sum >= rank) {
                return bounds.get(i).toNanos() / 1e6;
            }
        }
        return bounds.isEmpty() ? 0 : bounds.getLast().toNanos() / 1e6;
    }

    private static Node number(double value) {
        // Always with a fraction, so that conditions compare it as the decimal that it is.
        return new Node.Numeric(BigDecimal.valueOf(value), Position.NONE);
    }
}
