package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.signal.source.Calls;
import io.homeostat.target.local.controllers.Services.DeclaredCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the gate counts is read by objectives and shown as a graph. */
class GateCallsTest {

    private static Ended took(long count, Duration each) {
        int bucket = LatencyBuckets.of(each.toNanos() / 1_000);
        return new Ended(count, count * each.toNanos() / 1_000, new Latencies(new TreeMap<>(Map.of(bucket, count))));
    }

    private static EdgeCounters edge(String caller, String callee, Map<Outcome, Ended> outcomes) {
        return new EdgeCounters(new Edge(caller, callee, "http"), "v1", 0, 0, 0, outcomes);
    }

    private static final Counters COUNTERS = new Counters(
            "run",
            Instant.EPOCH,
            List.of(
                    edge(
                            "Deployment/web",
                            "Service/api",
                            Map.of(
                                    Outcome.SUCCESS, took(90, Duration.ofMillis(10)),
                                    Outcome.CLIENT_ERROR, took(4, Duration.ofMillis(10)),
                                    Outcome.TIMEOUT, took(6, Duration.ofSeconds(60)))),
                    edge("", "shop/Service/db", Map.of(Outcome.SUCCESS, took(1, Duration.ofMillis(1))))));

    @Test
    void objectivesReadRequestsFailuresAndLatencies() {
        List<Calls.Edge> edges = GateCalls.edges(COUNTERS);
        assertThat(edges).extracting(Calls.Edge::service).containsExactly("api", "shop/db");
        Calls.Edge api = edges.getFirst();
        assertThat(api.from()).isEqualTo("web");
        assertThat(api.requests()).isEqualTo(100);
        assertThat(api.failed()).isEqualTo(6);
        assertThat(api.within(Duration.ofMillis(11))).isEqualTo(94);
        assertThat(api.within(Duration.ofMillis(9))).isZero();
        assertThat(edges.getLast().from()).isEmpty();
    }

    @Test
    void theGraphHasWhatIsDeclaredAndWhatWasSeen() {
        ObjectKey web = new ObjectKey("apps", "Deployment", "default", "web");
        ObjectKey api = new ObjectKey("", "Service", "default", "api");
        ObjectKey cache = new ObjectKey("", "Service", "default", "cache");
        List<Node> edges = GraphView.of(List.of(new DeclaredCall(web, api), new DeclaredCall(web, cache)), COUNTERS)
                .sequence("edges");
        assertThat(edges).hasSize(3);
        assertThat(edges)
                .extracting(edge ->
                        ((Node.Mapping) edge).text("caller", "") + " " + ((Node.Mapping) edge).text("callee", "")
                                + " " + ((Node.Mapping) edge).flag("declared", false)
                                + " " + ((Node.Mapping) edge).flag("seen", false)
                                + " " + ((Node.Mapping) edge).integer("requests", -1)
                                + " " + ((Node.Mapping) edge).integer("failures", -1))
                .containsExactlyInAnyOrder(
                        "undeclared shop/Service/db false true 1 0",
                        "Deployment/web Service/api true true 100 6",
                        "Deployment/web Service/cache true false 0 0");
    }
}
