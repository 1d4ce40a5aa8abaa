package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.HttpCaller.Response;
import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Protocol;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/1 goes through as it should, and no further. */
class Http1Test {

    private static final String HEAD = "GET /echo HTTP/1.1\r\nHost: x\r\n";

    private final HttpServerProgram program = new HttpServerProgram("a");
    private final InProcess gate = new InProcess();
    private Server server;

    @BeforeEach
    void serve() throws IOException {
        server = program.serve();
        gate.apply(Duration.ofSeconds(30), http(Limits.DEFAULT));
    }

    @AfterEach
    void end() throws IOException {
        gate.close();
        server.close();
    }

    private Listener http(Limits limits) {
        return gate.listener(server.ready()).with(Protocol.HTTP1).with(limits);
    }

    private HttpCaller caller() throws IOException {
        return new HttpCaller(gate.connect());
    }

    private long count(Outcome outcome) {
        return gate.counters().edges().stream()
                .mapToLong(edge -> edge.ended(outcome).count())
                .sum();
    }

    @Test
    void oneConnectionCarriesManyRequests() throws Exception {
        try (HttpCaller caller = caller()) {
            for (int i = 0; i < 50; i++) {
                String body = "x".repeat(i * 100);
                Response response = caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                                + "\r\n\r\n" + body)
                        .response();
                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(body);
            }
        }
        assertThat(server.accepted()).isEqualTo(1);
        Until.holds("all are counted", () -> count(Outcome.SUCCESS) == 50);
    }

    @Test
    void requestsThatAreSentAheadAreAnsweredInOrder() throws Exception {
        try (HttpCaller caller = caller()) {
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                many.append("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n" + (1000 + i));
            }
            caller.send(many.toString());
            for (int i = 0; i < 300; i++) {
                assertThat(caller.response().body()).isEqualTo(String.valueOf(1000 + i));
            }
        }
    }

    @Test
    void chunksPassBothWays() throws Exception {
        try (HttpCaller caller = caller()) {
            Response up = caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .send("5;ext=\"1\"\r\nhello\r\nA\r\n, my world\r\n")
                    .send("0\r\nTrailer-Of: mine\r\n\r\n")
                    .response();
            assertThat(up.body()).isEqualTo("hello, my world");
            assertThat(caller.get("/chunks").body()).isEqualTo("abcdefg");
            assertThat(caller.get("/echo").status()).isEqualTo(200);
        }
    }

    @Test
    void headsThatComeByteByByteAreHeads() throws Exception {
        try (HttpCaller caller = caller()) {
            for (char c : "\r\nGET /status/202?a=b HTTP/1.1\r\nHost: x\r\n\r\n".toCharArray()) {
                caller.send(String.valueOf(c));
            }
            assertThat(caller.response().status()).isEqualTo(202);
        }
    }

    @Test
    void aCallerThatWaitsToBeToldToGoOnIsTold() throws Exception {
        try (HttpCaller caller = caller()) {
            caller.send("PUT /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(caller.response().status()).isEqualTo(100);
            assertThat(caller.send("now").response().body()).isEqualTo("now");
        }
    }

    @Test
    void answersWithoutABodyHaveNone() throws Exception {
        try (HttpCaller caller = caller()) {
            caller.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(caller.response(false).head()).contains("Content-Length: 42");
            caller.send("GET /status/304 HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(caller.response(false).status()).isEqualTo(304);
        }
    }

    @Test
    void theEndOfTheConnectionIsTheEndOfABodyThatNamesNone() throws Exception {
        try (HttpCaller caller = caller()) {
            Response response = caller.get("/until");
            assertThat(response.body()).isEqualTo("until the end");
            assertThat(response.head()).contains("Connection: close");
        }
        Until.holds("it is a success", () -> count(Outcome.SUCCESS) == 1);
    }

    @Test
    void anOldCallerIsServedAndItsConnectionClosed() throws Exception {
        try (HttpCaller caller = caller()) {
            Response response = caller.send("GET /echo HTTP/1.0\r\n\r\n").response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(caller.isAtEnd()).isTrue();
        }
        assertThat(program.got.getFirst().head()).startsWith("GET /echo HTTP/1.0\r\n");
    }

    @Test
    void whatIsForTheNeighbourIsNotPassedOn() throws Exception {
        try (HttpCaller caller = caller()) {
            caller.send(HEAD
                    + "Connection: close, X-Mine\r\n"
                    + "X-Mine: 1\r\n"
                    + "Keep-Alive: 5\r\n"
                    + "TE: trailers\r\n"
                    + "Upgrade: foo\r\n"
                    + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
            assertThat(caller.response().status()).isEqualTo(200);
            assertThat(caller.isAtEnd()).isTrue();
        }
        assertThat(program.got.getFirst().head())
                .isEqualTo(HEAD + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
    }

    @Test
    void anUpgradedConnectionIsATunnel() throws Exception {
        try (HttpCaller caller = caller()) {
            String head = HEAD.replace("/echo", "/switch");
            caller.send(head + "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\nahead");
            Response response = caller.response();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.head()).contains("Connection: Upgrade\r\n").contains("Upgrade: websocket\r\n");
            assertThat(caller.read(7)).isEqualTo("hiahead");
            assertThat(caller.send("more").read(4)).isEqualTo("more");
            caller.socket.shutdownOutput();
            assertThat(caller.isAtEnd()).isTrue();
        }
        assertThat(program.got.getFirst().head()).contains("Connection: Upgrade\r\n", "Upgrade: websocket\r\n");
    }

    /** As pools and browsers do that connect ahead of time. */
    @Test
    void whoeverWasSilentAndSpeaksHttpAfterAllIsServedAsSuch() throws Exception {
        Backend instance = server.ready();
        gate.apply(Duration.ofSeconds(30), gate.listener(instance).with(Protocol.AUTO));
        try (HttpCaller caller = caller()) {
            Until.holds("it is connected to be spoken to", () -> server.accepted() == 1);
            assertThat(caller.send("G")
                            .send("ET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                            .response()
                            .status())
                    .isEqualTo(200);
            assertThat(caller.get("/status/503").status()).isEqualTo(503);
            assertThat(caller.get("/echo").status()).isEqualTo(200);
        }
        Until.holds("requests are counted, and not the connection", () -> count(Outcome.SUCCESS) == 2);
        assertThat(count(Outcome.SERVER_ERROR)).isEqualTo(1);
        Until.holds(
                "nothing is left",
                () -> gate.status().open() == 0 && gate.backend(instance.name()).open() == 0);
    }

    @Test
    void whoeverWasSilentAndGoesLeavesNothing() throws Exception {
        Backend instance = server.ready();
        gate.apply(Duration.ofSeconds(30), gate.listener(instance).with(Protocol.AUTO));
        HttpCaller goes = caller();
        HttpCaller resets = caller();
        try (HttpCaller left = caller()) {
            Until.holds("they are connected", () -> server.accepted() == 3);
            goes.close();
            resets.socket.setSoLinger(true, 0);
            resets.close();
            Until.holds(
                    "two are gone",
                    () -> gate.status().open() == 1
                            && gate.backend(instance.name()).open() == 1);
            server.close();
            assertThatThrownBy(left::isAtEnd).isInstanceOf(SocketException.class);
        }
        Until.holds(
                "nothing is left",
                () -> gate.status().open() == 0 && gate.backend(instance.name()).open() == 0);
    }

    @Test
    void aKeptConnectionThatWasClosedCostsNoRequest() throws Exception {
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/last").body()).isEqualTo("last");
            for (int i = 0; i < 20; i++) {
                assertThat(caller.get("/last").body()).isEqualTo("last");
            }
        }
        Until.holds("all are counted", () -> count(Outcome.SUCCESS) == 21);
    }

    @Test
    void aResponseThatBreaksOffDoesNotLookWhole() throws Exception {
        try (HttpCaller caller = caller()) {
            assertThatThrownBy(() -> {
                        Response response = caller.get("/cut");
                        assertThat(response.body()).hasSize(100);
                    })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
        }
        Until.holds("it is counted", () -> count(Outcome.BROKEN) == 1);
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/garbage").status()).isEqualTo(502);
        }
        Until.holds("it is counted", () -> count(Outcome.BROKEN) == 2);
    }

    @Test
    void whoeverIsSilentTooLongIsAnsweredFor() throws Exception {
        gate.apply(
                Duration.ofSeconds(30),
                http(Limits.DEFAULT.withHttp(
                        1000, Duration.ofMillis(50), Duration.ofSeconds(60), Duration.ofMillis(50))));
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/silent").status()).isEqualTo(504);
            assertThat(caller.get("/status/201").status()).isEqualTo(201);
            assertThat(caller.send("GET /x").response().status()).isEqualTo(408);
        }
        Until.holds("it is counted", () -> count(Outcome.TIMEOUT) == 1);
        try (HttpCaller caller = caller()) {
            assertThat(caller.send("GET / HTTP/1.1\r\nHost: x\r\nLong: " + "x".repeat(2000) + "\r\n\r\n")
                            .response()
                            .status())
                    .isEqualTo(431);
        }
    }

    @Test
    void noBackendIsAnAnswerToo() throws Exception {
        Limits patient = Limits.DEFAULT.withPatience(Duration.ofMillis(20), Duration.ofSeconds(1));
        gate.apply(
                Duration.ofSeconds(30),
                gate.listener(server.notReady()).with(Protocol.HTTP1).with(patient));
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/echo").status()).isEqualTo(503);
            server.kill();
            gate.apply(Duration.ofSeconds(30), http(patient));
            assertThat(caller.get("/echo").status()).isEqualTo(502);
        }
        Until.holds("it is counted", () -> count(Outcome.UNREACHABLE) == 2);
    }

    @Test
    void everyRequestIsCountedWithItsOutcomeAndItsBytes() throws Exception {
        try (HttpCaller caller = caller()) {
            caller.get("/status/200");
            caller.get("/status/404");
            caller.get("/status/500");
            caller.get("/status/503");
        }
        Until.holds("all are counted", () -> count(Outcome.SERVER_ERROR) == 2);
        assertThat(count(Outcome.SUCCESS)).isEqualTo(1);
        assertThat(count(Outcome.CLIENT_ERROR)).isEqualTo(1);
        EdgeCounters edge = gate.counters().edges().stream()
                .filter(it -> it.requests() > 0)
                .findFirst()
                .orElseThrow();
        assertThat(edge.bytesIn()).isEqualTo(4L * "GET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n".length());
        assertThat(edge.bytesOut()).isEqualTo(4L * "HTTP/1.1 200 X\r\nContent-Length: 1\r\n\r\na".length());
        assertThat(edge.open()).isZero();
        assertThat(edge.ended(Outcome.SUCCESS).latencies().count()).isEqualTo(1);
    }

    @Test
    void whatCouldBeReadTwoWaysIsRefusedAndReachesNobody() throws Exception {
        for (String smuggled : List.of(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 6\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6, 6\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +6\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x6\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 6\r\n\r\nabcdef",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\nHost: x\n\n",
                "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET / HTTP/1.1\r\nX: y\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: x\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: content-length\r\nContent-Length: 0\r\n\r\n",
                "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\n: y\r\nHost: x\r\n\r\n")) {
            try (HttpCaller caller = caller()) {
                int status = caller.send(smuggled).response().status();
                assertThat(status).as(smuggled).isBetween(400, 501);
                assertThat(caller.isAtEnd()).as(smuggled).isTrue();
            }
        }
        assertThat(program.got).isEmpty();
    }

    @Test
    void badChunksReachNobodyAsARequest() throws Exception {
        for (String chunks : List.of(
                "5\r\nhelloX\r\n0\r\n\r\n",
                "g\r\nx\r\n0\r\n\r\n",
                "-1\r\nx\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "fffffffffffffffff\r\nx",
                "5\r\nhello\n0\r\n\r\n",
                "0\r\n bad\r\n\r\n")) {
            try (HttpCaller caller = caller()) {
                caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
                assertThat(caller.response().status()).as(chunks).isEqualTo(400);
            }
        }
        assertThat(program.got).isEmpty();
    }
}
