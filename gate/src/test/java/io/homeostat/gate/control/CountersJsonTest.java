package io.homeostat.gate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Counters.Ended;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountersJsonTest {

    @Test
    void countersPassTheControlSocketUnchanged() throws Exception {
        Latencies latencies = new Latencies(new TreeMap<>(Map.of(0, 3L, 17, 1L, 900, Long.MAX_VALUE / 2)));
        EdgeCounters edge = new EdgeCounters(
                new Edge("Deployment/web", "Service/api", "http"),
                "v1",
                1,
                2,
                3,
                Map.of(Outcome.SUCCESS, new Ended(4, 5, latencies), Outcome.BROKEN, Ended.NONE));
        Counters counters = new Counters("run", Instant.ofEpochMilli(1_234), List.of(edge, edge));
        assertThat(ControlJson.counters(ControlJson.answer(counters))).isEqualTo(counters);
    }
}
