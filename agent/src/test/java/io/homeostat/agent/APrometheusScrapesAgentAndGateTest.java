package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real agent and its gate, and is asked by that agent for what it scraped. */
class APrometheusScrapesAgentAndGateTest {

    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final String REQUESTS = "homeostat_gate_requests_total{callee=\"Service/web\",outcome=\"success\"}";

    @TempDir
    Path directory;

    private Shop shop;
    private @Nullable Process prometheus;
    private String url = "";

    @BeforeEach
    void open() throws Exception {
        // Loud, and CI does not pass with it: but who has no Prometheus can still run all the other tests.
        assumeThat(PROGRAM)
                .as("needs a real Prometheus; on Debian: apt install --no-install-recommends prometheus")
                .isExecutable();
        shop = new Shop(directory.resolve("stage"));
    }

    @AfterEach
    void close() throws Exception {
        if (prometheus != null) {
            prometheus.destroyForcibly().waitFor();
        }
        shop.close();
    }

    @Test
    void itsNumbersAreOursAndSoAreOursOfIt() throws Exception {
        shop.web("one", 2, Map.of());
        shop.begin();
        Node.Mapping agent = (Node.Mapping) Json.read(Files.readAllBytes(shop.stage.state.resolve("agent.json")));
        start(URI.create(agent.text("url", "")).getAuthority(), metricsOfTheGate());
        shop.open(40);
        shop.stage.await("both are scraped", status -> ask("sum(up)") == 2);
        assertThat(ask("homeostat_application_health{application=\"shop\",status=\"healthy\"}"))
                .isEqualTo(1);

        long answered = shop.requests.get();
        shop.stage.await("every answer is seen", status -> ask("sum(" + REQUESTS + ")") >= answered);
        assertThat(ask("sum(" + REQUESTS + ")"))
                .as("and none that there was not, but those just on their way")
                .isLessThanOrEqualTo((double) (shop.requests.get() + 2));
        assertThat(ask("count(" + REQUESTS + ")")).as("one version, one caller").isEqualTo(1);
        assertThat(ask("histogram_quantile(0.5, sum by (le) (homeostat_gate_request_duration_seconds_bucket))"))
                .isPositive();

        shop.stage.write("reliability/slo.yaml", """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: answers}
            spec:
              service: web
              indicator:
                metadata: {name: answers}
                spec:
                  ratioMetric:
                    counter: true
                    good: {metricSource: {type: Prometheus, spec: {url: "%s", query: '%s'}}}
                    total: {metricSource: {type: Prometheus, spec: {url: "%s",
                      query: 'homeostat_gate_requests_total{callee="Service/web",outcome!="retried"}'}}}
              timeWindow: [{duration: 1d, isRolling: true}]
              budgetingMethod: Occurrences
              objectives: [{target: 0.99}]
            """.formatted(url, REQUESTS, url));
        shop.stage.commit("an objective whose numbers Prometheus has");
        shop.stage.await("it is kept", status -> state().equals("kept"));
        shop.stage.await("and Prometheus knows", status -> ask("homeostat_slo_indicator{slo=\"answers\"}") == 1);
    }

    private String state() {
        try {
            List<Node> slos = shop.stage.get("/api/v1/slo?name=answers").sequence("slos");
            return slos.isEmpty() ? "" : ((Node.Mapping) slos.getFirst()).text("state", "");
        } catch (IOException notNow) {
            return "";
        }
    }

    private String metricsOfTheGate() throws IOException {
        for (Node each :
                Stage.application(shop.stage.get("/api/v1/status"), "shop").sequence("services")) {
            String[] parts = ((Node.Mapping) each).text("address", "").split("\\.", -1);
            return parts[0] + "." + parts[1] + ".255.254:9464";
        }
        throw new IOException("there is no Service");
    }

    private void start(String agent, String gate) throws IOException {
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(config, """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: agent
                static_configs: [{targets: ["%s"]}]
              - job_name: gate
                static_configs: [{targets: ["%s"]}]
            """.formatted(agent, gate));
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        url = "http://127.0.0.1:" + port;
        prometheus = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** The one number that answers; none where there is none yet. */
    private double ask(String query) {
        try (InputStream in = URI.create(
                        url + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .toURL()
                .openStream()) {
            Node.Mapping answer = (Node.Mapping) Json.read(in.readAllBytes());
            List<Node> results = answer.mapping("data").sequence("result");
            return results.isEmpty()
                    ? Double.NaN
                    : Double.parseDouble(((Node.Mapping) results.getFirst())
                            .sequence("value")
                            .get(1)
                            .toString());
        } catch (IOException notUp) {
            return Double.NaN;
        }
    }
}
