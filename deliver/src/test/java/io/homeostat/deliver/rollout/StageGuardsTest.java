package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
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
        return new Rollout("web", WEB, List.of(stage), false, null, null, null, Position.NONE);
    }

    private static Progress reached() {
        return Progress.begun("web", "shop", WEB, "abc", "d", NOW).reached(0, 5, NOW);
    }

    @Test
    void anObjectiveInTroubleHoldsTheStageAndOneThatDoesNotExistToo() {
        StageGuards guards = new StageGuards(name -> name.equals("api") ? "burning" : name.equals("web") ? "kept" : "");

        assertThat(guards.unmet(with(new Guards(null, List.of("web"), null)), reached(), NOW))
                .isNull();
        assertThat(guards.unmet(with(new Guards(null, List.of("web", "api", "wbe"), null)), reached(), NOW))
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
            Rollout rollout = with(new Guards(null, List.of(), url));
            StageGuards guards = new StageGuards(name -> "");

            assertThat(guards.unmet(rollout, reached(), NOW)).isNotNull();
            assertThat(Objects.requireNonNull(asked.poll(10, TimeUnit.SECONDS)))
                    .contains("\"rollout\":\"web\"", "\"revision\":\"abc\"", "\"weight\":5");
            await(guards, rollout, NOW.plusSeconds(1), url + " answers with 503");

            status.set(204);
            assertThat(guards.unmet(rollout, reached(), NOW.plusSeconds(9))).isNotNull();
            assertThat(asked).as("not asked again so soon").isEmpty();
            await(guards, rollout, NOW.plusSeconds(10), null);
        } finally {
            server.stop(0);
        }
    }

    private static void await(StageGuards guards, Rollout rollout, Instant now, @Nullable String expected) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Objects.equals(guards.unmet(rollout, reached(), now), expected) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(guards.unmet(rollout, reached(), now)).isEqualTo(expected);
    }
}
