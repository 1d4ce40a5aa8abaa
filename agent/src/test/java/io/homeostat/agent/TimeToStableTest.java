package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long users get answers from a canary that fails every fifth of its requests, at 5 % of 200 requests a second.
 * {@code -Dtrials=50} is the full count; bounds hold for the median of a quiet machine, so here they are wider.
 */
@Tag("e2e")
class TimeToStableTest {

    private static final int TRIALS = Integer.getInteger("trials", 5);

    @TempDir
    Path directory;

    @Test
    void aBadCanaryIsOutOfTheTrafficInSeconds() throws Exception {
        List<Duration> times = new ArrayList<>();
        long failed = 0;
        try (Shop shop = new Shop(directory.resolve("stage"))) {
            shop.web("one", 2, Map.of());
            shop.rollout("canary: {steps: [{weight: 5, hold: 5m}]}");
            shop.begin();
            shop.open(200);
            for (int trial = 0; trial < TRIALS; trial++) {
                shop.web("bad-" + trial, 2, Map.of("FAIL", "20"));
                shop.stage.commit("trial " + trial);
                int count = trial + 1;
                shop.stage.await(
                        "verdict " + count,
                        status -> shop.count("rollout.failed") == count
                                && Stage.application(status, "shop")
                                        .mapping("health")
                                        .text("status", "")
                                        .equals("healthy"));
                times.add(Duration.between(last(shop, "rollout.stage"), last(shop, "rollout.failed")));
                assertThat(shop.failures.keySet()).allMatch(failure -> failure.contains("500"));
            }
            failed = shop.failed();
        }
        Collections.sort(times);
        Duration median = times.get((times.size() - 1) / 2);
        Duration late = times.get((int) Math.ceil(0.95 * times.size()) - 1);
        System.out.printf(
                "time to stable: median %d ms, p95 %d ms, %d trials, %.1f failed requests each%n",
                median.toMillis(), late.toMillis(), TRIALS, (double) failed / TRIALS);
        assertThat(median).isLessThan(Duration.ofSeconds(60));
    }

    private static Instant last(Shop shop, String type) throws Exception {
        return Instant.parse(shop.events(type).getLast().text("time", ""));
    }
}
