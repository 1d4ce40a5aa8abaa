package io.homeostat.target.kubernetes.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Traffic.Tally;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Latencies;
import io.homeostat.gate.control.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TalliesTest {

    private static final Instant BEGAN = Instant.parse("2026-11-21T12:00:00Z");
    private static final Set<String> API = Set.of("Service/api");

    private static Counters gate(String run, Instant since, long good, long bad) {
        return new Counters(
                run,
                since,
                List.of(new EdgeCounters(
                        new Edge("", "Service/api", "http"),
                        "new",
                        0,
                        0,
                        0,
                        Map.of(
                                Outcome.SUCCESS, new Ended(good, 0, Latencies.NONE),
                                Outcome.SERVER_ERROR, new Ended(bad, 0, Latencies.NONE),
                                Outcome.CANCELLED, new Ended(7, 0, Latencies.NONE)))));
    }

    @Test
    void gatesCountTogetherFromWhenSomebodyLooks() {
        Tallies tallies = new Tallies(BEGAN);
        tallies.take(List.of(gate("a", BEGAN.minusSeconds(60), 100, 3), gate("b", BEGAN.minusSeconds(60), 50, 0)));
        assertThat(tallies.of(API, "new").requests()).isZero();

        tallies.take(List.of(gate("a", BEGAN.minusSeconds(60), 110, 4), gate("b", BEGAN.minusSeconds(60), 70, 2)));
        Tally tally = tallies.of(API, "new");
        assertThat(tally.requests()).isEqualTo(10 + 1 + 20 + 2);
        assertThat(tally.failed()).isEqualTo(1 + 2);
        assertThat(tallies.of(API, "old").requests()).isZero();
        assertThat(tallies.of(Set.of("Service/web"), "new").requests()).isZero();
    }

    @Test
    void whatAGateCountedStaysWhenItIsGone() {
        Tallies tallies = new Tallies(BEGAN);
        tallies.take(List.of(gate("a", BEGAN, 0, 0)));
        tallies.take(List.of(gate("a", BEGAN, 40, 1)));
        tallies.take(List.of(gate("c", BEGAN.plusSeconds(5), 9, 0)));
        assertThat(tallies.of(API, "new").requests()).isEqualTo(41 + 9);
        assertThat(tallies.of(API, "new").run())
                .isEqualTo(tallies.of(API, "old").run());
    }

    @Test
    void aGateThatWasNotHeardAtFirstDoesNotBringItsPastAlong() {
        Tallies tallies = new Tallies(BEGAN);
        tallies.take(List.of(gate("a", BEGAN.minusSeconds(60), 5, 0)));
        tallies.take(List.of(gate("a", BEGAN.minusSeconds(60), 6, 0), gate("b", BEGAN.minusSeconds(60), 1_000, 9)));
        assertThat(tallies.of(API, "new").requests()).isEqualTo(1);
    }
}
