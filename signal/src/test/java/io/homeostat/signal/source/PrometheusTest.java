package io.homeostat.signal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Documents;
import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Promises;
import io.homeostat.signal.series.Counts;
import io.homeostat.signal.series.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus on loopback that scrapes a small server; its numbers are what the server says. */
class PrometheusTest {

    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");

    @TempDir
    static Path directory;

    private static @Nullable Process prometheus;
    private static @Nullable HttpServer scraped;
    private static String url = "";

    @BeforeAll
    static void start() throws Exception {
        // Loud, and CI does not pass with it: but who has no Prometheus can still run all the other tests.
        assumeThat(PROGRAM)
                .as("needs a real Prometheus; on Debian: apt install --no-install-recommends prometheus")
                .isExecutable();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        scraped = server;
        server.createContext("/metrics", exchange -> {
            try (exchange) {
                byte[] text = """
                    # TYPE shop_requests_total counter
                    shop_requests_total{instance_name="a",code="200"} 900
                    shop_requests_total{instance_name="a",code="500"} 10
                    shop_requests_total{instance_name="b",code="200"} 90
                    # TYPE shop_latency gauge
                    shop_latency 0.25
                    """.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                exchange.sendResponseHeaders(200, text.length);
                exchange.getResponseBody().write(text);
            }
        });
        server.start();
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(config, """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: shop
                static_configs: [{targets: ["127.0.0.1:%d"]}]
            """.formatted(server.getAddress().getPort()));
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        prometheus = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!hasScraped()) {
            assertThat(prometheus.isAlive())
                    .as(Files.readString(directory.resolve("prometheus.log")))
                    .isTrue();
            assertThat(System.nanoTime())
                    .as("Prometheus did not scrape in time")
                    .isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean hasScraped() {
        try {
            return Http.request(
                            URI.create(url + "/api/v1/query?query=shop_latency"), Map.of(), null, Duration.ofSeconds(5))
                    .body()
                    .contains("0.25");
        } catch (IOException notUp) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroyForcibly().waitFor();
        }
        if (scraped != null) {
            scraped.stop(0);
        }
    }

    @Test
    void countersAreReadOneByOne() throws IOException {
        Reading reading = read("""
            counter: true
            bad: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: 'shop_requests_total{code=~"5.."}'}}}
            total: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: shop_requests_total}}}
            """);
        assertThat(reading).isInstanceOfSatisfying(Reading.Counters.class, counters -> {
            assertThat(counters.summed()).isFalse();
            assertThat(counters.counters()).hasSize(3);
            assertThat(counters.counters().values().stream().reduce(Counts.NONE, Counts::plus))
                    .isEqualTo(new Counts(990, 1000));
        });
    }

    @Test
    void aSumIsKnownToBeOne() throws IOException {
        Reading reading = read("""
            counter: true
            good: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: 'sum(shop_requests_total{code="200"})'}}}
            total: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: sum(shop_requests_total)}}}
            """);
        assertThat(reading).isInstanceOfSatisfying(Reading.Counters.class, counters -> {
            assertThat(counters.summed()).isTrue();
            assertThat(counters.counters().values()).containsExactly(new Counts(990, 1000));
        });
    }

    @Test
    void aRatioIsTakenAsItIs() throws IOException {
        Reading reading = read("""
            rawType: failure
            raw: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: shop_latency}}}
            """);
        assertThat(reading).isEqualTo(new Reading.Events(new Counts(0.75, 1)));
    }

    @Test
    void whatPrometheusDoesNotKnowIsNoData() {
        assertThatThrownBy(() -> read("""
            rawType: success
            raw: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: nobody_has_this}}}
            """)).isInstanceOf(IOException.class).hasMessage("the query gives nothing");
        assertThatThrownBy(() -> read("""
            rawType: success
            raw: {metricSource: {type: Prometheus, spec: {url: "%1$s", query: "sum("}}}
            """))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused the query 'sum('");
    }

    @Test
    void aPrometheusThatIsAwayIsNoData() {
        assertThatThrownBy(() -> read("""
            rawType: success
            raw: {metricSource: {type: Prometheus, spec: {url: "http://127.0.0.1:1", query: up}}}
            """)).hasMessage("Prometheus at http://127.0.0.1:1: nothing listens there");
    }

    private static Reading read(String ratio) throws IOException {
        String yaml = """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: s}
            spec:
              service: shop
              indicator:
                metadata: {name: i}
                spec:
                  ratioMetric:
            %s
              budgetingMethod: Occurrences
              objectives: [{target: 0.9}]
            """.formatted(ratio.formatted(url).indent(8).stripTrailing());
        Documents.Parsed parsed = Documents.parse("slo.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        Objective objective = promises.slos().getFirst().objectives().getFirst();
        return new Sources(Calls.NONE, key -> null).read(objective, Instant.now());
    }
}
