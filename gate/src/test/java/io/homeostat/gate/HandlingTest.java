package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Handling.Balance;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Protocol;
import io.homeostat.gate.control.Routing;
import io.homeostat.gate.control.Routing.Affinity;
import io.homeostat.gate.control.Routing.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Service asks for: who is next, another try, rest for those that fail, a log; and copies for another version. */
class HandlingTest {

    private final InProcess gate = new InProcess();
    private final HttpServerProgram goodProgram = new HttpServerProgram("good");
    private final HttpServerProgram badProgram = new HttpServerProgram("bad");
    private Server good;
    private Server bad;

    @BeforeEach
    void serve() throws IOException {
        good = goodProgram.serve();
        bad = badProgram.serve();
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        good.close();
        bad.close();
    }

    private void handle(Handling handling) {
        gate.apply(
                Duration.ofSeconds(30),
                gate.listener(backend(good, "v1"), backend(bad, "v2"))
                        .with(Protocol.HTTP1)
                        .with(Limits.DEFAULT)
                        .with(handling));
    }

    private static Backend backend(Server server, String version) {
        return new Backend(version, "127.0.0.1", server.port(), true, version);
    }

    private long count(String caller, String version, Outcome outcome) {
        return gate.counters().edges().stream()
                .filter(edge ->
                        edge.edge().from().equals(caller) && edge.version().equals(version))
                .mapToLong(edge -> edge.ended(outcome).count())
                .sum();
    }

    @Test
    void roundRobinTakesTurnsWhateverIsUnderWay() throws Exception {
        handle(Handling.DEFAULT.balancedBy(Balance.ROUND_ROBIN, Affinity.NONE));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            String last = caller.get("/status/200").body();
            for (int i = 0; i < 20; i++) {
                String next = caller.get("/status/200").body();
                assertThat(next).isNotEqualTo(last);
                last = next;
            }
        }
    }

    @Test
    void requestsCanBeSaidToBeForAnotherHost() throws Exception {
        handle(Handling.DEFAULT.saidToBeFor("pay.example:8443"));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThat(caller.send("GET /status/200 HTTP/1.1\r\nA: 1\r\nHost: x\r\nB: 2\r\n\r\n")
                            .response()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(List.of(goodProgram, badProgram))
                .flatExtracting(program -> program.got)
                .extracting(HttpServerProgram.Got::head)
                .containsExactly("GET /status/200 HTTP/1.1\r\nA: 1\r\nB: 2\r\nHost: pay.example:8443\r\n\r\n");
    }

    @Test
    void aKeyLeadsToTheSameInstance() throws Exception {
        handle(Handling.DEFAULT.balancedBy(Balance.KEY, new Affinity(Part.HEADER, "X-User")));
        Set<String> seen = new HashSet<>();
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int user = 0; user < 30; user++) {
                String request = "GET /status/200 HTTP/1.1\r\nHost: x\r\nX-User: u" + user + "\r\n\r\n";
                Set<String> of = new HashSet<>();
                for (int i = 0; i < 4; i++) {
                    of.add(caller.send(request).response().body());
                }
                assertThat(of).hasSize(1);
                seen.addAll(of);
            }
        }
        assertThat(seen).hasSize(2);
    }

    /** Paths under which one of the two programs answers with a 5xx. */
    private void failing(Handling handling) {
        badProgram.failing = true;
        handle(handling);
    }

    @Test
    void whatMayBeRepeatedIsTriedElsewhereAndTheFailureStaysWithItsVersion() throws Exception {
        failing(Handling.DEFAULT.balancedBy(Balance.ROUND_ROBIN, Affinity.NONE).withRetries(2));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int i = 0; i < 10; i++) {
                assertThat(caller.get("/status/200").body()).isEqualTo("good");
            }
            assertThat(count(Edge.UNDECLARED, "v2", Outcome.RETRIED)).isBetween(3L, 10L);
            assertThat(count(Edge.UNDECLARED, "v2", Outcome.SERVER_ERROR)).isZero();
            Until.holds("all are counted", () -> count(Edge.UNDECLARED, "v1", Outcome.SUCCESS) == 10);
            assertThat(gate.counters().edges().stream()
                            .mapToLong(EdgeCounters::requests)
                            .sum())
                    .isEqualTo(10);
            int failures = 0;
            for (int i = 0; i < 4; i++) {
                failures += caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
                                        .response()
                                        .status()
                                == 503
                        ? 1
                        : 0;
            }
            assertThat(failures).as("a POST is not made twice").isEqualTo(2);
        }
    }

    @Test
    void whenAllFailRetriesAreRationed() throws Exception {
        goodProgram.failing = true;
        failing(Handling.DEFAULT.withRetries(5));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int i = 0; i < 100; i++) {
                assertThat(caller.get("/status/200").status()).isEqualTo(503);
            }
        }
        // Ten saved up, and one for every five attempts.
        assertThat(goodProgram.got.size() + badProgram.got.size()).isBetween(101, 145);
    }

    @Test
    void whoFailsInARowRestsAndComesBack() throws Exception {
        failing(Handling.DEFAULT.balancedBy(Balance.ROUND_ROBIN, Affinity.NONE).ejecting(3, Duration.ofMillis(300)));
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            int failures = 0;
            for (int i = 0; i < 40; i++) {
                failures += caller.get("/status/200").status() == 503 ? 1 : 0;
            }
            assertThat(failures).as("three, and then it rests").isEqualTo(3);
            badProgram.failing = false;
            Until.holds("it is back", () -> caller.get("/status/200").body().equals("bad"));
        }
    }

    @Test
    void copiesAreSeenByTheOtherVersionAndFeltByNobody() throws Exception {
        handle(Handling.DEFAULT);
        gate.routings.put("web", Routing.weighted(Map.of("v1", 1)).mirroredTo("v2", 1));
        badProgram.failing = true;
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            for (int i = 0; i < 20; i++) {
                assertThat(caller.get("/status/200").body()).isEqualTo("good");
            }
            assertThat(caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                            .response()
                            .body())
                    .isEqualTo("hello");
        }
        Until.holds("all were copied", () -> badProgram.got.size() == 21);
        assertThat(badProgram.got).allSatisfy(got -> assertThat(got.head()).contains("X-Homeostat-Mirror: true\r\n"));
        assertThat(badProgram.got).extracting(HttpServerProgram.Got::body).contains("hello");
        assertThat(goodProgram.got).allSatisfy(got -> assertThat(got.head()).doesNotContain("Mirror"));
        Until.holds("they are counted apart", () -> count(Edge.MIRROR, "v2", Outcome.SERVER_ERROR) == 21);
        assertThat(count(Edge.UNDECLARED, "v2", Outcome.SERVER_ERROR)).isZero();
    }

    @Test
    void aMirrorThatNeverAnswersHoldsNobodyUp() throws Exception {
        try (Server silent =
                Server.of("silent", socket -> socket.getInputStream().readAllBytes())) {
            gate.apply(
                    Duration.ofSeconds(30),
                    gate.listener(backend(good, "v1"), backend(silent, "v2")).with(Protocol.HTTP1));
            gate.routings.put("web", Routing.weighted(Map.of("v1", 1)).mirroredTo("v2", 1));
            try (HttpCaller caller = new HttpCaller(gate.connect())) {
                for (int i = 0; i < 600; i++) {
                    assertThat(caller.get("/status/200").status()).isEqualTo(200);
                }
            }
            Until.holds("copies are bounded", () -> silent.open() == 256);
        }
    }

    @Test
    void requestsAreWrittenDownWithoutTheirQueries() throws Exception {
        handle(Handling.DEFAULT.logged());
        try (HttpCaller caller = new HttpCaller(gate.connect())) {
            assertThat(caller.get("/status/404?token=secret").status()).isEqualTo(404);
        }
        var file = gate.directory.resolve("access.log");
        Until.holds("it is written", () -> Files.exists(file) && Files.size(file) > 0);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .containsPattern(
                        "^\\S+Z undeclared web:8080 GET /status/404 client-error v[12] v[12] \\d+\\.\\d{3}ms$");
    }
}
