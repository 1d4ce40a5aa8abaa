package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TopViewTest {

    @Test
    void itShowsWhatHappenedBetweenTwoReadings() {
        Counters before = counters("one", 1_000, 500, Duration.ofSeconds(9));
        Counters after =
                new Counters("one", Instant.EPOCH, List.of(plus(before.edges().getFirst(), 90, 10)));
        Node.Mapping edge = (Node.Mapping) TopView.of(before, after, Duration.ofSeconds(2))
                .sequence("edges")
                .getFirst();
        assertThat(Json.write(edge))
                .startsWith("{\"caller\":\"Deployment/web\",\"callee\":\"Service/api\",\"version\":\"v1\","
                        + "\"perSecond\":50,\"failedShare\":0.1,\"open\":2,\"p50Millis\":10.");
    }

    @Test
    void aGateThatStartedAgainBeganAtZero() {
        Node.Mapping edge = (Node.Mapping) TopView.of(
                        counters("one", 1_000, 500, Duration.ofSeconds(9)),
                        counters("two", 30, 0, Duration.ofMillis(1)),
                        Duration.ofSeconds(1))
                .sequence("edges")
                .getFirst();
        assertThat(edge.get("perSecond")).hasToString("30");
    }

    @Test
    void whatIsQuietIsNotShown() {
        Counters still = new Counters(
                "one",
                Instant.EPOCH,
                List.of(new EdgeCounters(
                        new Edge("", "Service/api", "http"),
                        "v1",
                        0,
                        0,
                        0,
                        Map.of(Outcome.SUCCESS, took(5, Duration.ofMillis(1))))));
        assertThat(TopView.of(still, still, Duration.ofSeconds(1)).sequence("edges"))
                .isEmpty();
    }

    private static Counters counters(String run, long good, long bad, Duration each) {
        return new Counters(
                run,
                Instant.EPOCH,
                List.of(new EdgeCounters(
                        new Edge("Deployment/web", "Service/api", "http"),
                        "v1",
                        0,
                        0,
                        2,
                        Map.of(Outcome.SUCCESS, took(good, each), Outcome.SERVER_ERROR, took(bad, each)))));
    }

    /** So many more, each of 10 ms. */
    private static EdgeCounters plus(EdgeCounters edge, long good, long bad) {
        return new EdgeCounters(
                edge.edge(),
                edge.version(),
                0,
                0,
                edge.open(),
                Map.of(
                        Outcome.SUCCESS, more(edge.ended(Outcome.SUCCESS), good),
                        Outcome.SERVER_ERROR, more(edge.ended(Outcome.SERVER_ERROR), bad)));
    }

    private static Ended more(Ended ended, long count) {
        Ended more = took(count, Duration.ofMillis(10));
        return new Ended(
                ended.count() + count,
                ended.micros() + more.micros(),
                ended.latencies().plus(more.latencies()));
    }

    private static Ended took(long count, Duration each) {
        long micros = each.toNanos() / 1_000;
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        if (count > 0) {
            buckets.put(LatencyBuckets.of(micros), count);
        }
        return new Ended(count, count * micros, new Latencies(buckets));
    }
}
