package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.deliver.rollout.Surroundings.Tested;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Guards;
import io.homeostat.model.Rollout.Stage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What has to hold before a stage ends. */
class StageGuardsTest {

    private static final Instant NOW = Instant.parse("2026-11-06T10:00:00Z");
    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    private static Rollout with(Guards guards) {
        Stage stage = new Stage("5 %", 5, 5, Duration.ZERO, false, List.of(), guards);
        return new Rollout(
                "web", List.of(WEB), null, List.of(stage), false, null, null, List.of(), 0, null, Position.NONE);
    }

    private static Progress reached() {
        return Progress.begun("web", "shop", WEB, "abc", "d", NOW).reached(0, 5, NOW);
    }

    /** A house in which everything is known and nothing happens. */
    private record House(Map<String, String> slos, Node.Mapping signals, Tested tested) implements Surroundings {
        static final House EMPTY = new House(Map.of(), Node.Mapping.EMPTY, new Tested.Open("is not to be asked for"));

        @Override
        public String objective(String name) {
            return slos.getOrDefault(name, "");
        }

        @Override
        public Tested experiment(String name, Instant since, String rollout) {
            return tested;
        }

        @Override
        public boolean isRunning(String experiment) {
            return false;
        }

        @Override
        public Looked look(Rollout.Look look, String stable, String canary) {
            return new Looked(Looked.State.UNKNOWN, "");
        }
    }

    private static @Nullable String unmet(StageGuards guards, Guards of, boolean due) {
        return guards.ask(with(of), reached(), due, NOW).unmet();
    }

    @Test
    void aConditionHoldsTheStageUntilItIsKnownToHold() throws Exception {
        Node.Mapping signals = (Node.Mapping) Json.read("{\"slo\": {\"api\": {\"burnRate\": 0.5}}}");
        StageGuards guards = new StageGuards(new House(Map.of(), signals, House.EMPTY.tested()));

        assertThat(unmet(guards, new Guards(null, List.of(), "slo['api'].burnRate < 1.0", null, null), true))
                .isNull();
        assertThat(unmet(guards, new Guards(null, List.of(), "slo['api'].burnRate < 0.1", null, null), true))
                .isEqualTo("not slo['api'].burnRate < 0.1");
        assertThat(unmet(guards, new Guards(null, List.of(), "slo['web'].burnRate < 0.1", null, null), true))
                .contains("cannot be told");
    }

    @Test
    void anExperimentIsRunWhenAllElseHoldsAndWhatItBreaksIsWorse() {
        Guards both = new Guards(null, List.of("api"), null, "one-less", null);
        Guards alone = new Guards(null, List.of(), null, "one-less", null);
        StageGuards open = new StageGuards(new House(Map.of(), Node.Mapping.EMPTY, new Tested.Open("runs")));
        StageGuards held = new StageGuards(new House(Map.of(), Node.Mapping.EMPTY, new Tested.Held()));
        StageGuards broken =
                new StageGuards(new House(Map.of(), Node.Mapping.EMPTY, new Tested.Broken("too few were ready")));

        assertThat(unmet(open, both, true)).as("not before all else holds").isEqualTo("objective api does not exist");
        assertThat(unmet(broken, alone, false)).as("not before its time").isNull();
        assertThat(unmet(open, alone, true)).isEqualTo("experiment one-less runs");
        assertThat(held.ask(with(alone), reached(), true, NOW)).isEqualTo(StageGuards.Word.FREE);
        assertThat(broken.ask(with(alone), reached(), true, NOW).broken())
                .isEqualTo("experiment one-less broke: too few were ready");
    }

    @Test
    void anObjectiveInTroubleHoldsTheStageAndOneThatDoesNotExistToo() {
        StageGuards guards = new StageGuards(
                new House(Map.of("api", "burning", "web", "kept"), Node.Mapping.EMPTY, House.EMPTY.tested()));

        assertThat(unmet(guards, new Guards(null, List.of("web"), null, null, null), true))
                .isNull();
        assertThat(unmet(guards, new Guards(null, List.of("web", "api", "wbe"), null, null, null), true))
                .isEqualTo("objective api is burning; objective wbe does not exist");
    }

    @Test
    void aWebhookIsAskedBesideTheLoopAndItsAnswerCounts() throws Exception {
        AtomicInteger status = new AtomicInteger(503);
        BlockingQueue<String> asked = new ArrayBlockingQueue<>(10);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/go");
            Rollout rollout = with(new Guards(null, List.of(), null, null, url));
            StageGuards guards = new StageGuards(House.EMPTY);

            assertThat(guards.ask(rollout, reached(), false, NOW).unmet())
                    .as("not before its time")
                    .isNull();
            assertThat(guards.ask(rollout, reached(), true, NOW).unmet()).isNotNull();
            assertThat(Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS)))
                    .contains("\"rollout\":\"web\"", "\"revision\":\"abc\"", "\"weight\":5");
            await(guards, rollout, NOW.plusSeconds(1), url + " answers with 503");

            status.set(204);
            assertThat(guards.ask(rollout, reached(), true, NOW.plusSeconds(9)).unmet())
                    .isNotNull();
            assertThat(asked).as("not asked again so soon").isEmpty();
            await(guards, rollout, NOW.plusSeconds(10), null);

            status.set(503);
            assertThat(guards.ask(rollout, reached(), true, NOW.plusSeconds(19)).unmet())
                    .as("a yes counts for ten seconds")
                    .isNull();
            assertThat(guards.ask(rollout, reached(), true, NOW.plusSeconds(20)).unmet())
                    .as("and no longer")
                    .isNotNull();
            await(guards, rollout, NOW.plusSeconds(21), url + " answers with 503");

            status.set(204);
            await(guards, rollout, NOW.plusSeconds(31), null);
            status.set(503);
            Progress again = Progress.begun("web", "shop", WEB, "abc", "d", NOW.plusSeconds(32));
            assertThat(guards.ask(rollout, again.reached(0, 5, NOW), true, NOW.plusSeconds(32))
                            .unmet())
                    .as("the same revision, tried again")
                    .isNotNull();
        } finally {
            server.stop(0);
        }
    }

    private static void await(StageGuards guards, Rollout rollout, Instant now, @Nullable String expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Objects.equals(guards.ask(rollout, reached(), true, now).unmet(), expected)
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(guards.ask(rollout, reached(), true, now).unmet()).isEqualTo(expected);
    }
}
