package io.homeostat.chaos.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.check.StandIn.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** However long a run is, and however often it looks, whoever stands in keeps what ten minutes need, and no more. */
class StandInTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void aDayOfLooksIsKeptInBounds() {
        for (int checks : new int[] {1, 7}) {
            Duration every = StandIn.every(Duration.ofMillis(1), checks);
            Deque<Seen> seen = new ArrayDeque<>();
            Instant now = START;
            while (now.isBefore(START.plus(Duration.ofDays(1)))) {
                for (int check = 0; check < checks; check++) {
                    StandIn.keep(seen, new Seen("check " + check, now, Probe.Seen.holds("it does")));
                }
                now = now.plus(every);
            }
            assertThat(seen).hasSizeLessThanOrEqualTo(10_000 + 2 * checks);
            assertThat(seen.getFirst().at())
                    .as("an agent may be stopped for ten minutes")
                    .isBefore(now.minus(Duration.ofMinutes(10)));
        }
    }

    @Test
    void whoeverIsToLookSeldomDoes() {
        assertThat(StandIn.every(Duration.ofSeconds(5), 3)).isEqualTo(Duration.ofSeconds(5));
    }
}
