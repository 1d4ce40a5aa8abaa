package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.LatencyBuckets;
import io.homeostat.gate.control.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        try (MetricsServer server = new MetricsServer(() -> Prometheus.text(tallies.read()), () -> true)) {
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

    @Test
    void aRealPrometheusScrapesThemAndAddsThemUp(@TempDir Path directory) throws Exception {
        Path program = Path.of("/usr/bin/prometheus");
        assumeThat(program)
                .as("needs a real Prometheus; on Debian: apt install --no-install-recommends prometheus")
                .isExecutable();
        Tallies tallies = new Tallies("run", Instant.now());
        for (String version : List.of("v1", "v2")) {
            VersionTally tally = tallies.of(new Edge("Deployment/web", "Service/api", "http"))
                    .of(version);
            for (int i = 0; i < 100; i++) {
                tally.ended(
                        i % 10 == 0 ? Outcome.SERVER_ERROR : Outcome.SUCCESS,
                        Duration.ofMillis(20).toNanos());
            }
            tally.ended(Outcome.RETRIED, 1);
        }
        String host = InProcess.freshHost();
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(host), 9464);
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: gate
                    static_configs: [{targets: ["%s:9464"]}]
                """.formatted(host));
        try (MetricsServer server = new MetricsServer(() -> Prometheus.text(tallies.read()), () -> true)) {
            server.serve(address);
            Process prometheus = new ProcessBuilder(
                            program.toString(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("data"),
                            "--web.listen-address=" + host + ":9090")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("prometheus.log").toFile())
                    .start();
            try {
                Until.holds(
                        "it has scraped",
                        () -> !asked(host, "homeostat_gate_requests_total").isEmpty());
                assertThat(asked(host, "sum(homeostat_gate_requests_total)")).containsExactly("200");
                assertThat(asked(host, "sum(homeostat_gate_retries_total)")).containsExactly("2");
                assertThat(asked(
                                host,
                                "sum(homeostat_gate_requests_total{outcome='server-error',caller='Deployment/web'})"
                                        + "/sum(homeostat_gate_requests_total)"))
                        .containsExactly("0.1");
                assertThat(asked(
                                host,
                                "sum(homeostat_gate_request_duration_seconds_bucket{le='0.025'})"
                                        + "/sum(homeostat_gate_request_duration_seconds_count)"))
                        .containsExactly("1");
            } finally {
                prometheus.destroyForcibly().waitFor();
            }
        }
    }

    /** The values of what Prometheus answers; none while it cannot be asked. */
    private static List<String> asked(String host, String query) throws IOException {
        try (HttpCaller caller = new HttpCaller(new Socket(host, 9090))) {
            String answer = caller.get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                    .body();
            return Pattern.compile("\"value\":\\[[^,]+,\"([^\"]+)\"\\]")
                    .matcher(answer)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        } catch (ConnectException notYet) {
            return List.of();
        }
    }
}
