package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void everyValueIsInItsBucketAndNoBucketIsWide() {
        for (int bucket = 0; bucket < LatencyBuckets.COUNT - 1; bucket++) {
            long from = LatencyBuckets.from(bucket);
            long until = LatencyBuckets.until(bucket);
            assertThat(LatencyBuckets.of(from)).isEqualTo(bucket);
            assertThat(LatencyBuckets.of(until - 1)).isEqualTo(bucket);
            assertThat(until - from).isLessThanOrEqualTo(Math.max(1, from / 32));
        }
        assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
        assertThat(LatencyBuckets.of(-1)).isZero();
    }

    @Test
    void quantilesAreNearAndHistogramsAddUp() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        long[] values = random.longs(10_000, 1, 3_000_000).sorted().toArray();
        for (long value : values) {
            buckets.merge(LatencyBuckets.of(value), 1L, Long::sum);
        }
        Latencies latencies = new Latencies(buckets);
        for (double quantile : new double[] {0.5, 0.9, 0.99, 0.999}) {
            double exact = values[(int) Math.ceil(quantile * values.length) - 1];
            double read = latencies.quantile(quantile).toNanos() / 1000.0;
            assertThat(read).as("seed " + seed).isBetween(exact, exact * 1.04 + 1);
        }
        assertThat(latencies.plus(latencies).count()).isEqualTo(20_000);
        assertThat(latencies.plus(latencies).since(latencies)).isEqualTo(latencies);
        assertThat(latencies.atMost(Duration.ofSeconds(4))).isEqualTo(10_000);
    }

    @Test
    void prometheusReadsThem() throws Exception {
        Tallies tallies = new Tallies("run", Instant.ofEpochSecond(1_000));
        VersionTally tally =
                tallies.of(new Edge("Deployment/web", "Service/api", "http")).of("a\"b");
        tally.ended(Outcome.SUCCESS, Duration.ofMillis(3).toNanos());
        tally.ended(Outcome.SUCCESS, Duration.ofMillis(70).toNanos());
        tally.ended(Outcome.SERVER_ERROR, Duration.ofSeconds(20).toNanos());
        tally.sent(12);
        String labels = "callee=\"Service/api\",caller=\"Deployment/web\"";
        String success = labels + ",outcome=\"success\",port=\"http\",version=\"a\\\"b\"";
        String bucket = labels + ",le=\"%s\",outcome=\"%s\",port=\"http\",version=\"a\\\"b\"";
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(InProcess.freshHost()), 9464);
        try (MetricsServer server = new MetricsServer(() -> Prometheus.text(tallies.read()))) {
            server.serve(address);
            try (HttpCaller scraper = new HttpCaller(new Socket(address.getAddress(), address.getPort()))) {
                HttpCaller.Response scraped = scraper.get("/metrics");
                assertThat(scraped.head()).contains("text/plain; version=0.0.4");
                assertThat(scraped.body())
                        .contains("# TYPE homeostat_gate_request_duration_seconds histogram\n")
                        .contains("homeostat_gate_start_time_seconds 1000.0\n")
                        .contains("homeostat_gate_requests_total{" + success + "} 2\n")
                        .contains("homeostat_gate_request_duration_seconds_bucket{"
                                + bucket.formatted("0.005", "success") + "} 1\n")
                        .contains("homeostat_gate_request_duration_seconds_bucket{"
                                + bucket.formatted("10.0", "server-error") + "} 0\n")
                        .contains("homeostat_gate_request_duration_seconds_bucket{"
                                + bucket.formatted("+Inf", "server-error") + "} 1\n")
                        .contains("homeostat_gate_request_duration_seconds_sum{" + success + "} 0.073\n");
            }
            try (HttpCaller lost = new HttpCaller(new Socket(address.getAddress(), address.getPort()))) {
                assertThat(lost.get("/").status()).isEqualTo(404);
            }
        }
    }
}
