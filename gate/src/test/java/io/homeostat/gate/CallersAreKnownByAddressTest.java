package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One address for all callers: who it was is known from where the connection comes. */
class CallersAreKnownByAddressTest {

    private static final String WEB = "127.0.7.1";
    private static final String WORKER = "127.0.7.2";
    private static final String STRANGER = "127.0.7.3";

    private final InProcess gate = new InProcess();
    private Server server;

    @BeforeEach
    void serve() throws IOException {
        server = new HttpServerProgram("a").serve();
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        server.close();
    }

    private Listener listener(Protocol protocol) {
        return gate.listener(new Backend("a", "127.0.0.1", server.port(), true, "v1"))
                .with(protocol)
                .with(Limits.DEFAULT);
    }

    private HttpCaller from(String address) throws IOException {
        return new HttpCaller(
                new Socket(InetAddress.ofLiteral(gate.host), InProcess.PORT, InetAddress.ofLiteral(address), 0));
    }

    private Map<String, Long> requests() {
        return gate.counters().edges().stream()
                .filter(edge -> edge.requests() > 0)
                .collect(Collectors.toMap(edge -> edge.edge().from(), EdgeCounters::requests));
    }

    @Test
    void eachCallerHasItsEdge() throws Exception {
        for (Protocol protocol : List.of(Protocol.HTTP1, Protocol.AUTO)) {
            gate.apply(Map.of(WEB, "Deployment/web", WORKER, "Deployment/worker"), listener(protocol));
            for (String address : List.of(WEB, WEB, WORKER, STRANGER)) {
                try (HttpCaller caller = from(address)) {
                    assertThat(caller.get("/status/200").status()).isEqualTo(200);
                }
            }
        }
        Until.holds(
                "the counters",
                () -> requests().equals(Map.of("Deployment/web", 4L, "Deployment/worker", 2L, "undeclared", 2L)));
        Until.holds("the counters", () -> gate.status().open() == 0);
        assertThat(gate.status().accepted()).isEqualTo(8);
    }

    @Test
    void whoBecomesKnownLaterIsCountedFromThenOn() throws Exception {
        gate.apply(Map.of(WORKER, "Deployment/worker"), listener(Protocol.HTTP1));
        try (HttpCaller caller = from(WEB)) {
            caller.get("/status/200");
            gate.apply(Map.of(WEB, "Deployment/web"), listener(Protocol.HTTP1));
            caller.get("/status/200");
            caller.get("/status/200");
            Until.holds("the counters", () -> requests().equals(Map.of("undeclared", 1L, "Deployment/web", 2L)));
        }
    }

    @Test
    void aFaultMeetsOnlyTheCallerThatItNames() throws Exception {
        gate.apply(Map.of(WEB, "Deployment/web", WORKER, "Deployment/worker"), listener(Protocol.HTTP1));
        gate.leases.hold(
                "test",
                Duration.ofMinutes(1),
                List.of(new Fault(
                        "f", "Deployment/web", "web", 1, new Fault.Effect.Abort(503), Duration.ofMinutes(1))));
        try (HttpCaller web = from(WEB);
                HttpCaller worker = from(WORKER)) {
            assertThat(web.get("/status/200").status()).isEqualTo(503);
            assertThat(worker.get("/status/200").status()).isEqualTo(200);
        }
    }

    @Test
    void aGateThatIsAboutToEndAnswersAndSendsItsCallersAway() throws Exception {
        gate.apply(Map.of(), listener(Protocol.HTTP1));
        try (HttpCaller before = from(WEB)) {
            assertThat(before.get("/status/200").head()).doesNotContainIgnoringCase("connection: close");
            gate.leave();
            HttpCaller.Response last = before.get("/status/200");
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.head()).containsIgnoringCase("connection: close");
            assertThat(before.isAtEnd()).isTrue();
        }
        try (HttpCaller after = from(WEB)) {
            assertThat(after.get("/status/200").status())
                    .as("who comes all the same")
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutAnAgentEverythingGoesWhereTheClusterKnowsTheInstances() {
        Listener listener = listener(Protocol.HTTP1);
        Listener known = new Listener(
                listener.name(),
                listener.host(),
                listener.port(),
                listener.edge(),
                listener.protocol(),
                listener.limits(),
                listener.handling(),
                "10.1.2.3:80",
                listener.backends());
        GateConfig alone = Alone.of(new GateConfig(7, GateConfig.DEFAULT_DRAIN, List.of(listener, known)));
        assertThat(alone.generation()).isEqualTo(7);
        assertThat(alone.listeners().getFirst()).as("nobody else knows").isEqualTo(listener);
        assertThat(alone.listeners().getLast().backends())
                .extracting(backend -> backend.host() + ":" + backend.port())
                .containsExactly("10.1.2.3:80");
    }
}
