package io.homeostat.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.ControlReader.Request;
import io.homeostat.gate.control.Fault.Effect;
import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Part;
import io.homeostat.gate.control.Routing.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SteeringJsonTest {

    @Test
    void everyFaultPassesTheControlSocketUnchanged() throws Exception {
        List<Fault> faults = new ArrayList<>();
        for (Effect effect : List.of(
                new Effect.Latency(Duration.ofMillis(200), Duration.ofMillis(50)),
                new Effect.Abort(503),
                new Effect.Reset(),
                new Effect.Blackhole(),
                new Effect.Bandwidth(1_000),
                new Effect.Corruption())) {
            faults.add(new Fault("f" + faults.size(), "*", "Service/api", 0.25, effect, Duration.ofSeconds(30)));
        }
        Match match = new Match("POST", "/orders", Map.of("x-test", "1"));
        faults.add(new Fault("m", "*", "Service/api", match, 1, new Effect.Reset(), Duration.ofSeconds(30)));
        Request read = ControlReader.request(ControlJson.holdRequest("h", Duration.ofSeconds(3), faults));
        assertThat(read).isEqualTo(new Request.Hold("h", Duration.ofSeconds(3), faults));
        assertThat(FaultCheck.problems(Duration.ofSeconds(3), faults)).isEmpty();
    }

    @Test
    void faultsThatMakeNoSenseAreNamed() {
        Duration second = Duration.ofSeconds(1);
        assertThat(FaultCheck.problems(
                        Duration.ZERO,
                        List.of(
                                new Fault("a", "*", "b", 0, new Effect.Abort(200), second),
                                new Fault("a", "*", "b", 1.5, new Effect.Bandwidth(0), Duration.ZERO),
                                new Fault(
                                        "c", "*", "b", 1, new Effect.Latency(second, Duration.ofSeconds(2)), second))))
                .hasSize(8);
    }

    @Test
    void aRoutingPassesTheControlSocketAndTheDiskUnchanged() throws Exception {
        Routing routing = new Routing(
                Map.of("v1", 90, "v2", 10),
                List.of(new Rule(Part.HEADER, "x-preview", "yes", "v2")),
                new Affinity(Part.COOKIE, "user"));
        Request read = ControlReader.request(ControlJson.routeRequest("Service/api", routing));
        assertThat(read).isEqualTo(new Request.Route("Service/api", routing));
        Map<String, Routing> all = Map.of("Service/api", routing, "Service/b", Routing.EVEN);
        assertThat(RoutingJson.read(RoutingJson.write(all))).isEqualTo(all);
        assertThatThrownBy(() -> RoutingJson.read("{\"a\":{\"weights\":{\"v\":-1}}}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected 0 to 1000000");
    }
}
