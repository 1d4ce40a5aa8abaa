package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a canary, with real processes and users who call all the time. */
@Tag("e2e")
class CanaryTest {

    private static final String FIVE_PERCENT = "canary: {steps: [{weight: 5, hold: 60s}]}";
    private static final String QUICK =
            "canary: {steps: [{weight: 5, hold: 2s}, {weight: 50, hold: 2s}], judge: {latency: {warmup: 0s}}}";

    @TempDir
    Path directory;

    private Shop shop;

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(directory.resolve("stage"));
    }

    @AfterEach
    void close() throws Exception {
        shop.close();
    }

    private void stands(String strategy) throws Exception {
        shop.web("one", 2, Map.of());
        shop.rollout(strategy);
        shop.begin();
        shop.open(200);
    }

    @Test
    void oneThatFailsEveryFifthRequestIsBackInSeconds() throws Exception {
        stands(FIVE_PERCENT);
        shop.web("two", 2, Map.of("FAIL", "20"));
        shop.stage.commit("bad");

        shop.awaitPhase("failed");
        Node.Mapping rollout = shop.rollout();
        assertThat(rollout.text("message", ""))
                .startsWith("worse than the baseline: errors: ")
                .contains("e-value");
        assertThat(rollout.mapping("verdict").text("verdict")).isEqualTo("fail");
        assertThat(rollout.sequence("samples")).isNotEmpty();
        assertThat(between("rollout.stage", "rollout.failed")).isLessThan(Duration.ofSeconds(60));
        shop.stage.await(
                "everything is stable again",
                status -> Stage.application(status, "shop")
                        .mapping("health")
                        .text("status", "")
                        .equals("healthy"));
        assertThat(shop.failures.keySet()).allMatch(failure -> failure.equals("two: HTTP/1.1 500 Oops"));
        onlyAnswers("one");
    }

    @Test
    void aGoodOneGetsEverythingAndNobodyNotices() throws Exception {
        stands(QUICK);
        shop.web("two", 2, Map.of());
        shop.stage.commit("good");

        shop.awaitPhase("completed");
        List<Node.Mapping> stages = shop.events("rollout.stage");
        assertThat(stages)
                .extracting(event -> event.mapping("data").integer("weight", 0))
                .containsExactly(5, 50, 100);
        onlyAnswers("two");
        assertThat(shop.failures).isEmpty();
    }

    @Test
    void aCanaryIsComparedWithABaselineAsYoungAsItself() throws Exception {
        stands("canary: {steps: [{weight: 20, hold: 60s}], baseline: true}");
        shop.web("two", 2, Map.of("FAIL", "20"));
        shop.stage.commit("bad");

        shop.awaitPhase("failed");
        Node.Mapping errors = (Node.Mapping)
                shop.rollout().mapping("verdict").sequence("findings").getFirst();
        double baseline = number(errors.mapping("baseline").get("seen"));
        double canary = number(errors.mapping("canary").get("seen"));
        assertThat(baseline / canary).as("both get a fifth of the traffic").isBetween(0.5, 2.0);
        onlyAnswers("one");
    }

    private static double number(@Nullable Node node) {
        return Double.parseDouble(String.valueOf(node));
    }

    @Test
    void aTestIsForThoseWhoAskForIt() throws Exception {
        stands("abTest: {match: [{header: x-beta, value: \"yes\"}], approval: true}");
        shop.web("two", 2, Map.of());
        shop.stage.commit("new");
        shop.stage.await("the test", status -> stage().equals("0"));

        // The gate is told in the moment after the step began.
        shop.stage.await("who asks for it to get it", status -> asked().equals("two"));
        assertThat(shop.answerTo("x-beta", "no")).isEqualTo("one");
        assertThat(shop.answers).containsOnlyKeys("one");
        shop.stage.post("/api/v1/rollout", "{\"name\":\"web\",\"action\":\"promote\",\"by\":\"ann\"}");
        shop.awaitPhase("completed");
        onlyAnswers("two");
        assertThat(shop.failures).isEmpty();
    }

    @Test
    void oneThatGetsCopiesOnlyAndFailsCostsNobodyARequest() throws Exception {
        stands("mirror: {hold: 60s}");
        shop.web("two", 2, Map.of("FAIL", "20"));
        shop.stage.commit("bad");

        shop.awaitPhase("failed");
        assertThat(shop.rollout().text("message", "")).startsWith("worse than the baseline: errors: ");
        assertThat(shop.failures).isEmpty();
        assertThat(shop.answers).containsOnlyKeys("one");
    }

    @Test
    void oneThatDoesWellWithCopiesGetsEverything() throws Exception {
        stands("mirror: {hold: 2s, judge: {latency: {warmup: 0s}}}");
        shop.web("two", 2, Map.of());
        shop.stage.commit("good");

        shop.awaitPhase("completed");
        onlyAnswers("two");
        Node.Mapping errors = (Node.Mapping)
                shop.rollout().mapping("verdict").sequence("findings").getFirst();
        assertThat(number(errors.mapping("canary").get("seen"))).as("copies").isPositive();
        assertThat(shop.failures).isEmpty();
    }

    @Test
    void aFlagThatDoesHarmIsTurnedOffAgain() throws Exception {
        shop.stage.write("apps/shop/settings.yaml", FLAGS.formatted("0"));
        stands("featureFlag: {configMap: settings, key: FAIL, steps: [{weight: 20, hold: 60s}]}");
        shop.stage.write("apps/shop/settings.yaml", FLAGS.formatted("20"));
        shop.stage.commit("turned on");

        shop.awaitPhase("failed");
        shop.stage.await(
                "the flag is off",
                status -> Stage.application(status, "shop").text("state", "").equals("quarantined"));
        shop.stage.await("nobody fails any more", status -> {
            long before = shop.failed();
            long until = shop.requests.get() + 100;
            while (shop.requests.get() < until) {
                Thread.onSpinWait();
            }
            return shop.failed() == before;
        });
    }

    private static final String FLAGS = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {FAIL: "%s"}
        """;

    private String asked() {
        try {
            return shop.answerTo("x-beta", "yes");
        } catch (IOException notNow) {
            return "";
        }
    }

    private String stage() {
        try {
            return String.valueOf(shop.rollout().get("stage"));
        } catch (IOException notNow) {
            return "";
        }
    }

    @Test
    void aSlowOneIsTakenBack() throws Exception {
        stands("canary: {steps: [{weight: 20, hold: 60s}], judge: {latency: {warmup: 0s}}}");
        shop.web("two", 2, Map.of("SLOW", "30"));
        shop.stage.commit("slow");

        shop.awaitPhase("failed");
        assertThat(shop.rollout().text("message", ""))
                .startsWith("worse than the baseline: ")
                .containsAnyOf("p99: ", "latency: ");
        assertThat(shop.failures).isEmpty();
    }

    @Test
    void aStatefulSetThatFailsInItsLastInstanceGoesBack() throws Exception {
        statefulSet("one", Map.of());
        shop.stage.write("reliability/rollouts/web.yaml", """
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {kind: StatefulSet, name: web}
              canary: {steps: [{weight: 20, instances: 25, hold: 60s}]}
            """);
        shop.begin();
        shop.open(200);
        statefulSet("two", Map.of("FAIL", "20"));
        shop.stage.commit("bad");

        shop.awaitPhase("failed");
        assertThat(shop.rollout().text("message", "")).startsWith("worse than the baseline: errors: ");
        onlyAnswers("one");
        assertThat(shop.failures.keySet()).allMatch(failure -> failure.equals("two: HTTP/1.1 500 Oops"));
    }

    private void statefulSet(String version, Map<String, String> variables) throws Exception {
        shop.web(version, 4, variables);
        Path file = shop.stage.repository.resolve("apps/shop/web.yaml");
        shop.stage.write(
                "apps/shop/web.yaml",
                Files.readString(file)
                        .replace("kind: Deployment", "kind: StatefulSet")
                        .replace("  progressDeadlineSeconds: 4\n", "  serviceName: web\n"));
    }

    /** What speaks here is Prometheus' API, so that the answer can be any. */
    @Test
    void oneOfWhichPrometheusSaysThatItIsWorseIsTakenBack() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>("");
        HttpServer prometheus = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        prometheus.createContext("/api/v1/query", exchange -> {
            asked.set(URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8));
            byte[] answer = """
                {"status": "success", "data": {"resultType": "vector",
                 "result": [{"metric": {}, "value": [1, "0.25"]}]}}""".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        prometheus.start();
        try {
            stands("""
                canary: {steps: [{weight: 20, hold: 60s}], checks: [{name: payments, every: 200ms, failures: 2, prometheus:
                    {url: "http://127.0.0.1:%d", query: 'rate(failed{version="{{canary}}"}[1m])', max: 0.1}}]}""".formatted(prometheus.getAddress().getPort()));
            shop.web("two", 2, Map.of());
            shop.stage.commit("worse for payments");

            shop.awaitPhase("failed");
            assertThat(shop.rollout().text("message", ""))
                    .matches("check payments failed [3-9] times: it is 0.25, more than 0.1");
            assertThat(asked.get())
                    .containsPattern("rate\\(failed\\{version=\"[0-9a-f]+\"")
                    .as("the version is named")
                    .doesNotContain("{{");
            assertThat(shop.count("rollout.check")).isBetween(3, 9);
            assertThat(shop.failures).isEmpty();
        } finally {
            prometheus.stop(0);
        }
    }

    @Test
    void oneThatNeverGetsReadyCostsNobodyARequest() throws Exception {
        stands(FIVE_PERCENT);
        shop.web("two", 2, Map.of("DEAF", "yes"));
        shop.stage.commit("deaf");

        shop.awaitPhase("failed");
        assertThat(shop.rollout().text("message", ""))
                .isEqualTo("0 of 1 instances of the new version became ready in 4 s");
        assertThat(shop.failures).isEmpty();
        assertThat(shop.answers).containsOnlyKeys("one");
    }

    @Test
    void oneWhoseConfigurationIsBrokenGoesBackWithIt() throws Exception {
        settings("up");
        stands(FIVE_PERCENT);
        settings("down");
        shop.stage.commit("only the configuration");

        shop.awaitPhase("failed");
        shop.stage.await(
                "the old settings are back",
                status -> Stage.application(status, "shop").text("state", "").equals("quarantined"));
        assertThat(shop.failures).isEmpty();
        assertThat(shop.answers).containsOnlyKeys("one");
    }

    private void settings(String database) throws Exception {
        shop.stage.write("apps/shop/settings.yaml", """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings}
            data: {DATABASE: "%s"}
            """.formatted(database));
    }

    private Duration between(String first, String second) throws Exception {
        return Duration.between(at(first), at(second));
    }

    private Instant at(String type) throws Exception {
        return Instant.parse(shop.events(type).getFirst().text("time", ""));
    }

    /** From now on: for a while longer than what is still under way. */
    private void onlyAnswers(String version) throws Exception {
        shop.stage.await("only " + version + " answers", status -> {
            shop.answers.clear();
            long until = shop.requests.get() + 100;
            while (shop.requests.get() < until) {
                Thread.onSpinWait();
            }
            return shop.answers.keySet().equals(Set.of(version));
        });
    }
}
