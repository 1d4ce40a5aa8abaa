package io.homeostat.target.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Handling.Balance;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Part;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AskedTest {

    private static Asked asked(Map<String, String> annotations) {
        Node.Mapping node = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> annotation : annotations.entrySet()) {
            node = node.with(annotation.getKey(), annotation.getValue());
        }
        return Asked.of(Node.Mapping.EMPTY.with("metadata", Node.Mapping.EMPTY.with("annotations", node)));
    }

    @Test
    void whoAsksForNothingIsHandledAsByDefault() {
        Asked asked = asked(Map.of("example.com/retries", "x", "homeostat.io/calls", "api"));
        assertThat(asked.handling()).isEqualTo(Handling.DEFAULT);
        assertThat(asked.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(asked.problems()).isEmpty();
    }

    @Test
    void everythingThatCanBeAskedForIsRead() {
        Asked asked = asked(Map.of(
                "gate.homeostat.io/balance", "cookie:session",
                "gate.homeostat.io/retries", "2",
                "gate.homeostat.io/eject-after", "5",
                "gate.homeostat.io/eject-for", "10s",
                "gate.homeostat.io/response-timeout", "3s",
                "gate.homeostat.io/idle-timeout", "2m",
                "gate.homeostat.io/connect-timeout", "250ms",
                "gate.homeostat.io/access-log", "true",
                "gate.homeostat.io/tls", "web-tls",
                "gate.homeostat.io/tls-protocols", "h2, http/1.1"));
        assertThat(asked.problems()).isEmpty();
        assertThat(asked.secured()).isEqualTo(new Asked.Secured("web-tls", List.of(), List.of("h2", "http/1.1")));
        assertThat(asked.handling())
                .isEqualTo(new Handling(
                        Balance.KEY, new Affinity(Part.COOKIE, "session"), 2, 5, Duration.ofSeconds(10), true, ""));
        assertThat(asked.limits().responseTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(asked.limits().idleTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(asked.limits().connectTimeout()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void whatIsWrongIsSaidWithWhatWouldBeRight() {
        assertThat(asked(Map.of("gate.homeostat.io/retry", "1")).problems())
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains("gate.homeostat.io/retry")
                .contains("retries");
        for (Map.Entry<String, String> wrong : Map.of(
                        "retries", "6",
                        "balance", "random",
                        "eject-for", "soon",
                        "access-log", "yes",
                        "tls", "The Secret",
                        "tls-protocols", "h3",
                        "origin-tls", "true",
                        "response-timeout", "0s")
                .entrySet()) {
            Asked asked = asked(Map.of("gate.homeostat.io/" + wrong.getKey(), wrong.getValue()));
            assertThat(asked.problems()).as(wrong.getKey()).hasSize(1);
            assertThat(asked.handling()).isEqualTo(Handling.DEFAULT);
            assertThat(asked.limits()).isEqualTo(Limits.DEFAULT);
        }
        assertThat(asked(Map.of("gate.homeostat.io/balance", "header:")).problems())
                .hasSize(1);
    }
}
