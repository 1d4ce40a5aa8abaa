package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Fault.Effect;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Match;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Protocol;
import io.homeostat.gate.control.Routing;
import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Part;
import io.homeostat.gate.control.Routing.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weights, rules, affinity and faults do what they say, to whom they say. */
class SteeringTest {

    private static final String CALLEE = "web";
    private static final Duration LONG = Duration.ofMinutes(5);

    private final InProcess gate = new InProcess();
    private Server old;
    private Server fresh;

    @BeforeEach
    void serve() throws IOException {
        old = new HttpServerProgram("old").serve();
        fresh = new HttpServerProgram("new").serve();
        gate.apply(Duration.ofSeconds(30), listener(of(old, "v1"), of(fresh, "v2")));
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        old.close();
        fresh.close();
    }

    private static Backend of(Server server, String version) {
        return new Backend(version, "127.0.0.1", server.port(), true, version);
    }

    private Listener listener(Backend... backends) {
        return gate.listener(backends).with(Protocol.HTTP1).with(Limits.DEFAULT);
    }

    private String ask(HttpCaller caller, String header) throws IOException {
        return caller.send("GET /status/200 HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
                .response()
                .body();
    }

    private int newOnes(int requests, String header) throws IOException {
        int count = 0;
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int i = 0; i < requests; i++) {
                count += ask(caller, header).equals("new") ? 1 : 0;
            }
        }
        return count;
    }

    private Fault fault(double share, Effect effect) {
        return new Fault("f", Fault.ANY, CALLEE, share, effect, LONG);
    }

    @Test
    void aFaultMeetsOnlyTheRequestsThatItIsFor() throws Exception {
        gate.leases.hold(
                "t",
                LONG,
                List.of(
                        new Fault(
                                "a",
                                Fault.ANY,
                                CALLEE,
                                new Match("", "", Map.of("X-Test", "1")),
                                1,
                                new Effect.Abort(418),
                                LONG),
                        new Fault(
                                "b",
                                Fault.ANY,
                                CALLEE,
                                new Match("POST", "", Map.of()),
                                1,
                                new Effect.Abort(419),
                                LONG),
                        new Fault(
                                "c",
                                Fault.ANY,
                                CALLEE,
                                new Match("GET", "/status/201", Map.of()),
                                1,
                                new Effect.Abort(420),
                                LONG)));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThat(status(caller, "GET /status/200", "")).isEqualTo(200);
            assertThat(status(caller, "GET /status/200", "x-test: 1\r\n")).isEqualTo(418);
            assertThat(status(caller, "GET /status/200", "x-test: 2\r\n")).isEqualTo(200);
            assertThat(status(caller, "POST /status/200", "Content-Length: 0\r\n"))
                    .isEqualTo(419);
            assertThat(status(caller, "GET /status/201?a=b", "")).isEqualTo(420);
        }
        assertThat(gate.leases.hold("t", LONG, List.of())).isEmpty();
    }

    private static int status(HttpCaller caller, String line, String headers) throws IOException {
        return caller.send(line + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                .response()
                .status();
    }

    @Test
    void weightsAreSharesOfRequests() throws Exception {
        gate.routings.put(CALLEE, Routing.weighted(Map.of("v1", 80, "v2", 20)));
        // 1,000 draws with p = 0.2: four standard deviations are 51.
        assertThat(newOnes(1_000, "")).isBetween(149, 251);
        gate.routings.put(CALLEE, Routing.weighted(Map.of("v1", 1, "v2", 0)));
        assertThat(newOnes(50, "")).isZero();
        gate.routings.put(CALLEE, Routing.weighted(Map.of("v2", 1)));
        assertThat(newOnes(50, "")).isEqualTo(50);
    }

    @Test
    void weightsForVersionsThatAreNotThereKeepNobodyFromBeingServed() throws Exception {
        gate.routings.put(CALLEE, Routing.weighted(Map.of("v3", 1)));
        assertThat(newOnes(40, "")).isBetween(1, 39);
    }

    @Test
    void aRuleComesBeforeTheWeights() throws Exception {
        gate.routings.put(
                CALLEE,
                new Routing(
                        Map.of("v1", 1),
                        List.of(
                                new Rule(Part.HEADER, "X-Preview", "yes", "v2"),
                                new Rule(Part.COOKIE, "preview", "1", "v2")),
                        Affinity.NONE));
        assertThat(newOnes(20, "")).isZero();
        assertThat(newOnes(20, "x-preview: yes\r\n")).isEqualTo(20);
        assertThat(newOnes(20, "x-preview: no\r\n")).isZero();
        assertThat(newOnes(20, "Cookie: a=b; preview=1\r\n")).isEqualTo(20);
    }

    @Test
    void whatBelongsTogetherStaysTogether() throws Exception {
        gate.routings.put(CALLEE, new Routing(Map.of(), List.of(), new Affinity(Part.COOKIE, "user")));
        Set<String> seen = new HashSet<>();
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int user = 0; user < 30; user++) {
                Set<String> of = new HashSet<>();
                for (int i = 0; i < 5; i++) {
                    of.add(ask(caller, "Cookie: user=" + user + "\r\n"));
                }
                assertThat(of).hasSize(1);
                seen.addAll(of);
            }
        }
        assertThat(seen).hasSize(2);
    }

    @Test
    void anAbortIsAnsweredToItsShareOfRequests() throws Exception {
        gate.leases.hold("test", LONG, List.of(fault(0.3, new Effect.Abort(503))));
        int aborted = 0;
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int i = 0; i < 500; i++) {
                aborted += caller.get("/status/200").status() == 503 ? 1 : 0;
            }
        }
        // 500 draws with p = 0.3: four standard deviations are 41.
        assertThat(aborted).isBetween(109, 191);
        assertThat(gate.leases.hold("test", LONG, List.of(fault(0.3, new Effect.Abort(503)))))
                .first()
                .extracting(Fault.InForce::hits)
                .isEqualTo((long) aborted);
    }

    @Test
    void latencyIsAddedAndResetsAreResets() throws Exception {
        gate.leases.hold(
                "test", LONG, List.of(fault(1, new Effect.Latency(Duration.ofMillis(80), Duration.ofMillis(20)))));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            long before = System.nanoTime();
            assertThat(caller.get("/status/200").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(59));
        }
        gate.leases.hold("test", LONG, List.of(fault(1, new Effect.Reset())));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThatThrownBy(() -> caller.get("/status/200")).isInstanceOf(IOException.class);
        }
        Until.holds(
                "it is counted",
                () -> gate.counters().edges().stream()
                        .anyMatch(edge -> edge.ended(Outcome.BROKEN).count() == 1));
    }

    @Test
    void whatVanishesComesBackWhenTheFaultIsOver() throws Exception {
        gate.leases.hold("test", Duration.ofMillis(150), List.of(fault(1, new Effect.Blackhole())));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            long before = System.nanoTime();
            assertThat(caller.get("/status/200").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(100));
        }
    }

    @Test
    void bodiesAreCorruptedAndSlowedDown() throws Exception {
        String body = "x".repeat(60_000);
        String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + body;
        gate.leases.hold("test", LONG, List.of(fault(1, new Effect.Corruption())));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThat(caller.send(request).response().body()).hasSize(60_000).isNotEqualTo(body);
            gate.leases.hold("test", LONG, List.of(fault(1, new Effect.Bandwidth(200_000))));
            long before = System.nanoTime();
            assertThat(caller.send(request).response().body()).isEqualTo(body);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(100));
        }
    }

    @Test
    void bandwidthIsThatOfTheWholeBodyHoweverSmallAndNoLongerThanTheFaultIsInForce() throws Exception {
        String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\n" + "x".repeat(300);
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            gate.leases.hold("test", LONG, List.of(fault(1, new Effect.Bandwidth(1_000))));
            long before = System.nanoTime();
            assertThat(caller.send(request).response().body()).isEqualTo("x".repeat(300));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(299));
            assertThat(caller.send(request).response().body())
                    .as("on the same connection")
                    .hasSize(300);

            // Alone it would take five minutes; the fault ends after 0.2 s.
            gate.leases.hold("test", Duration.ofMillis(200), List.of(fault(1, new Effect.Bandwidth(1))));
            assertThat(caller.send(request).response().body()).isEqualTo("x".repeat(300));
        }
    }

    @Test
    void nobodyWaitsLongerThanTheFaultIsInForce() throws Exception {
        gate.leases.hold(
                "test",
                Duration.ofMillis(200),
                List.of(
                        fault(1, new Effect.Latency(Duration.ofMinutes(5), Duration.ZERO)),
                        new Fault("g", Fault.ANY, CALLEE, 1, new Effect.Abort(503), LONG)));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThat(caller.get("/status/200").status())
                    .as("by then nothing is in force")
                    .isEqualTo(200);
        }
    }

    @Test
    void aLeaseEndsByItsTimeByItsHeartbeatAndByItsHolder() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        Leases leases = new Leases(now::get);
        Duration second = Duration.ofSeconds(1);
        Fault fault = new Fault("f", "a", "b", 1, new Effect.Reset(), Duration.ofSeconds(10));
        Edge edge = new Edge("a", "b", "http");

        leases.hold("h", second, List.of(fault));
        assertThat(leases.on(edge, null)).hasSize(1);
        assertThat(leases.on(new Edge("", "b", "http"), null)).isEmpty();
        now.addAndGet(second.toNanos());
        assertThat(leases.on(edge, null)).as("nobody has renewed it").isEmpty();
        leases.hold("h", second, List.of(fault));
        assertThat(leases.on(edge, null)).as("too late").isEmpty();

        leases.hold("h", second, List.of());
        leases.hold("h", second, List.of(fault));
        for (int i = 0; i < 19; i++) {
            now.addAndGet(second.toNanos() / 2);
            assertThat(leases.hold("h", second, List.of(fault))).hasSize(1);
        }
        now.addAndGet(second.toNanos() / 2);
        assertThat(leases.hold("h", second, List.of(fault)))
                .as("its time is up, renewed or not")
                .isEmpty();
        assertThat(leases.on(edge, null)).isEmpty();

        leases.hold("other", second, List.of(fault));
        leases.hold("h", second, List.of());
        assertThat(leases.on(edge, null)).as("of another holder").hasSize(1);
        leases.hold("other", second, List.of());
        assertThat(leases.on(edge, null)).isEmpty();
    }
}
