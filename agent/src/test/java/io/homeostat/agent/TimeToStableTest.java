package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long users get answers from a canary that fails every fifth of its requests, at 5 % of 200 requests a second: from its first
 * traffic to the last answer that it gave anybody. {@code -Dtrials=50} is the full count, on a quiet machine, with its bounds;
 * without it they are wider.
 */
@Tag("e2e")
class TimeToStableTest {

    private static final boolean IS_COUNTED = System.getProperty("trials") != null;
    private static final int TRIALS = Integer.getInteger("trials", 5);

    @TempDir
    Path directory;

    @Test
    void aBadCanaryIsOutOfTheTrafficInSeconds() throws Exception {
        List<Duration> times = new ArrayList<>();
        List<Duration> ways = new ArrayList<>();
        long failed = 0;
        try (Shop shop = new Shop(directory.resolve("stage"))) {
            shop.web("one", 2, Map.of());
            shop.rollout("canary: {steps: [{weight: 5, hold: 5m}]}");
            shop.begin();
            shop.open(200);
            for (int trial = 0; trial < TRIALS; trial++) {
                String version = "bad-" + trial;
                shop.web(version, 2, Map.of("FAIL", "20"));
                shop.stage.commit("trial " + trial);
                int count = trial + 1;
                shop.stage.await(
                        "verdict " + count,
                        status -> shop.count("rollout.failed") == count
                                && isUndivided(shop)
                                && Stage.application(status, "shop")
                                        .mapping("health")
                                        .text("status", "")
                                        .equals("healthy"));
                // Whoever was on the way then has an answer when so many more have one.
                long until = shop.requests.get() + 50;
                shop.stage.await("answers", status -> shop.requests.get() >= until);
                Instant left = Objects.requireNonNull(shop.lastAnswers.get(version), "it answered nobody");
                times.add(Duration.between(last(shop, "rollout.stage"), left));
                ways.add(Duration.between(last(shop, "rollout.failed"), left));
                assertThat(shop.failures.keySet()).allMatch(failure -> failure.contains("500"));
            }
            failed = shop.failed();
        }
        Duration median = at(0.5, times);
        Duration late = at(0.95, times);
        Duration way = at(0.5, ways);
        System.out.printf(
                "time to stable: median %d ms, p95 %d ms; from the verdict to its last answer: median %d ms, p95 %d ms;"
                        + " %d trials, %.1f failed requests each%n",
                median.toMillis(),
                late.toMillis(),
                way.toMillis(),
                at(0.95, ways).toMillis(),
                TRIALS,
                (double) failed / TRIALS);
        assertThat(median).isPositive().isLessThan(Duration.ofSeconds(IS_COUNTED ? 3 : 60));
        assertThat(late).isLessThan(Duration.ofSeconds(IS_COUNTED ? 6 : 120));
        assertThat(way).isLessThanOrEqualTo(Duration.ofSeconds(IS_COUNTED ? 1 : 60));
    }

    private static boolean isUndivided(Shop shop) {
        try {
            return shop.weights().isEmpty();
        } catch (IOException notNow) {
            return false;
        }
    }

    private static Duration at(double quantile, List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
    }

    private static Instant last(Shop shop, String type) throws Exception {
        Node.Mapping event = shop.events(type).getLast();
        return Instant.parse(event.text("time", ""));
    }
}
