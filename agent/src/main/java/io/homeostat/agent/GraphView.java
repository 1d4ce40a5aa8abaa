package io.homeostat.agent;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.local.controllers.Services.DeclaredCall;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who calls whom: what the documents declare beside what the gate has seen. Pure. */
final class GraphView {

    private GraphView() {}

    private record Call(String caller, String callee) implements Comparable<Call> {
        @Override
        public int compareTo(Call other) {
            int byCaller = caller.compareTo(other.caller);
            return byCaller == 0 ? callee.compareTo(other.callee) : byCaller;
        }
    }

    /** {@code {since, edges: [{caller, callee, declared, seen, requests, failures, p50Millis, p99Millis}]}}. */
    static Node.Mapping of(List<DeclaredCall> declared, Counters counters) {
        Map<Call, List<EdgeCounters>> calls = new TreeMap<>();
        Set<Call> known = new HashSet<>();
        for (DeclaredCall call : declared) {
            Call edge = new Call(call.caller().toString(), call.service().toString());
            known.add(edge);
            calls.put(edge, new ArrayList<>());
        }
        for (EdgeCounters seen : counters.edges()) {
            if (seen.requests() > 0 || seen.open() > 0) {
                calls.computeIfAbsent(new Call(seen.edge().caller(), seen.edge().callee()), first -> new ArrayList<>())
                        .add(seen);
            }
        }
        List<Node> edges = new ArrayList<>();
        calls.forEach((call, seen) -> edges.add(edge(call, known.contains(call), seen)));
        return Node.Mapping.EMPTY
                .with("since", counters.since().toString())
                .with("edges", JsonList.of(edges, each -> each));
    }

    private static Node.Mapping edge(Call call, boolean declared, List<EdgeCounters> seen) {
        long requests = 0;
        long failures = 0;
        Latencies latencies = Latencies.NONE;
        for (EdgeCounters counters : seen) {
            requests += counters.requests();
            for (var ended : counters.outcomes().entrySet()) {
                failures += ended.getKey().isFailure() ? ended.getValue().count() : 0;
                latencies =
                        ended.getKey().isEnd() ? latencies.plus(ended.getValue().latencies()) : latencies;
            }
        }
        Node.Mapping edge = Node.Mapping.EMPTY
                .with("caller", call.caller().isEmpty() ? Edge.UNDECLARED : call.caller())
                .with("callee", call.callee())
                .with("declared", Node.Bool.of(declared))
                .with("seen", Node.Bool.of(!seen.isEmpty()))
                .with("requests", requests)
                .with("failures", failures);
        return requests == 0
                ? edge
                : edge.with("p50Millis", millis(latencies, 0.5)).with("p99Millis", millis(latencies, 0.99));
    }

    private static Node millis(Latencies latencies, double quantile) {
        double millis = latencies.quantile(quantile).toNanos() / 1e6;
        return new Node.Numeric(BigDecimal.valueOf(millis), Position.NONE);
    }
}
