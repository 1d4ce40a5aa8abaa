package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Fault.Effect;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Match;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Protocol;
import io.homeostat.gate.control.Routing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 as curl and nghttp speak it: each stream is a request of its own. */
class Http2Test {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final InProcess gate = new InProcess();
    private Http2ServerProgram old;
    private Http2ServerProgram fresh;

    @TempDir
    private Path directory;

    @BeforeAll
    static void clients() {
        // Loud, and CI does not pass with it: but who has no nghttp can still run all the other tests.
        assumeThat(Path.of("/usr/bin/nghttp"))
                .as("needs a real client of HTTP/2; on Debian: apt install --no-install-recommends nghttp2-client")
                .isExecutable();
    }

    @BeforeEach
    void serve() {
        old = new Http2ServerProgram("old");
        fresh = new Http2ServerProgram("new");
        serve(Limits.DEFAULT, old.backend("v1"), fresh.backend("v2"));
    }

    private void serve(Limits limits, Backend... backends) {
        gate.apply(LONG, gate.listener(backends).with(Protocol.HTTP2).with(limits));
    }

    @AfterEach
    void end() {
        gate.close();
        old.close();
        fresh.close();
    }

    private String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "--max-time", "30", "--http2-prior-knowledge"));
        command.addAll(List.of(arguments).subList(0, arguments.length - 1));
        command.add("http://" + gate.host + ":" + InProcess.PORT + arguments[arguments.length - 1]);
        return output(command);
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(directory.resolve("client.err").toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    /** The answers of so many streams, at most ten at a time, on one connection. */
    private List<String> names(int streams) throws Exception {
        return output(List.of(
                        "nghttp",
                        "--timeout=30",
                        "--max-concurrent-streams=10",
                        "--multiply=" + streams,
                        "http://" + gate.host + ":" + InProcess.PORT + "/line"))
                .lines()
                .toList();
    }

    private long count(String version, Outcome outcome) {
        return gate.counters().edges().stream()
                .filter(edge -> !edge.edge().from().equals(Edge.MIRROR)
                        && edge.version().equals(version))
                .mapToLong(edge -> edge.ended(outcome).count())
                .sum();
    }

    @Test
    void copiesAreSeenByTheOtherVersionAndFeltByNobody() throws Exception {
        gate.routings.put("web", Routing.weighted(Map.of("v1", 1)).mirroredTo("v2", 1));
        assertThat(names(20)).containsOnly("old");
        assertThat(curl("-d", "hello", "/echo")).isEqualTo("hello");
        Path large = Files.write(directory.resolve("large"), new byte[9 << 10]);
        assertThat(curl("--data-binary", "@" + large, "/name")).isEqualTo("old");
        Until.holds("all but the large one were copied", () -> fresh.asked.size() == 21);
        assertThat(fresh.asked).allMatch(asked -> asked.endsWith(" copy")).contains("/echo 5 copy", "/line 0 copy");
        assertThat(old.asked).hasSize(22).noneMatch(asked -> asked.endsWith(" copy"));
        Until.holds("they are counted apart", () -> mirrored("v2", Outcome.SUCCESS) == 21);
        assertThat(count("v1", Outcome.SUCCESS)).isEqualTo(22);
    }

    @Test
    void aCopyThatIsNeverAnsweredOrRefusedHoldsNobodyUp() throws Exception {
        gate.routings.put("web", Routing.weighted(Map.of("v1", 1)).mirroredTo("v2", 1));
        fresh.refusing = true;
        assertThat(names(20)).containsOnly("old");
        Until.holds("refused copies are counted", () -> mirrored("v2", Outcome.BROKEN) == 20);
        Http2ServerProgram gone = new Http2ServerProgram("gone");
        gone.close();
        serve(Limits.DEFAULT, old.backend("v1"), gone.backend("v2"));
        assertThat(names(20)).containsOnly("old");
        Until.holds("so are those that nobody takes", () -> mirrored("", Outcome.UNREACHABLE) == 20);
    }

    private long mirrored(String version, Outcome outcome) {
        return gate.counters().edges().stream()
                .filter(edge ->
                        edge.edge().from().equals(Edge.MIRROR) && edge.version().equals(version))
                .mapToLong(edge -> edge.ended(outcome).count())
                .sum();
    }

    @Test
    void streamsOfOneConnectionAreBalancedAndCountedOneByOne() throws Exception {
        assertThat(names(40)).contains("old", "new").containsOnly("old", "new");
        Until.holds("all are counted", () -> count("v1", Outcome.SUCCESS) + count("v2", Outcome.SUCCESS) == 40);
        assertThat(old.connections).hasValue(1);
        assertThat(old.streams.get()).isBetween(15, 25);
        assertThat(curl("-o", directory.resolve("x").toString(), "-w", "%{http_code}", "/status/404"))
                .isEqualTo("404");
        Until.holds("by its class", () -> count("v1", Outcome.CLIENT_ERROR) + count("v2", Outcome.CLIENT_ERROR) == 1);
    }

    @Test
    void weightsAndFaultsAreForStreams() throws Exception {
        gate.routings.put("web", Routing.weighted(Map.of("v2", 1)));
        assertThat(names(20)).containsOnly("new");
        gate.routings.put("web", Routing.weighted(Map.of("v1", 70, "v2", 30)));
        // 400 draws with p = 0.3: four standard deviations are 37.
        assertThat(names(400).stream().filter("new"::equals).count()).isBetween(83L, 157L);
        gate.leases.hold("t", LONG, List.of(new Fault("f", Fault.ANY, "web", 0.5, new Effect.Abort(503), LONG)));
        // 100 draws with p = 0.5: four standard deviations are 20.
        assertThat(names(100).stream()
                        .filter(name -> name.startsWith("The gate"))
                        .count())
                .isBetween(30L, 70L);
        gate.leases.hold("t", LONG, List.of(new Fault("f", Fault.ANY, "web", 1, new Effect.Reset(), LONG)));
        assertThat(curl("-w", "%{errormsg}", "/name")).contains("INTERNAL_ERROR");
        gate.leases.hold("t", LONG, List.of());
        assertThat(names(5)).hasSize(5).isSubsetOf("old", "new");
    }

    @Test
    void aFaultMeetsOnlyTheStreamsThatItIsFor() throws Exception {
        gate.leases.hold(
                "t",
                LONG,
                List.of(
                        onlyFor("a", new Match("", "", Map.of("X-Test", "1")), 418),
                        onlyFor("b", new Match("POST", "", Map.of()), 419),
                        onlyFor("c", new Match("GET", "/status/201", Map.of()), 420)));
        assertThat(status("/status/200")).isEqualTo("200");
        assertThat(status("-H", "x-test: 1", "/status/200")).isEqualTo("418");
        assertThat(status("-H", "x-test: 2", "/status/200")).isEqualTo("200");
        assertThat(status("-d", "", "/status/200")).isEqualTo("419");
        assertThat(status("/status/201?a=b")).isEqualTo("420");
        assertThat(names(10)).as("those of another client").hasSize(10).isSubsetOf("old", "new");
        gate.leases.hold("t", LONG, List.of());
        assertThat(status("-H", "x-test: 1", "/status/200")).isEqualTo("200");
    }

    @Test
    void bodiesOfStreamsAreSlowedDownToTheLastByteAndWhatComesAfterThemWaits() throws Exception {
        gate.leases.hold("t", LONG, List.of(new Fault("f", Fault.ANY, "web", 1, new Effect.Bandwidth(1_000), LONG)));
        String sent = "x".repeat(300);
        long before = System.nanoTime();
        assertThat(curl("-d", sent, "/echo")).isEqualTo(sent);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(299));

        gate.leases.hold("t", LONG, List.of(new Fault("f", Fault.ANY, "web", 1, new Effect.Bandwidth(1), LONG)));
        long under = count("v1", Outcome.CANCELLED) + count("v2", Outcome.CANCELLED);
        assertThat(curl("--max-time", "1", "-d", sent, "/echo")).hasSizeLessThan(300);
        Until.holds(
                "who gave up is counted as one who did",
                () -> count("v1", Outcome.CANCELLED) + count("v2", Outcome.CANCELLED) == under + 1);

        gate.leases.hold(
                "t",
                Duration.ofMillis(500),
                List.of(new Fault("g", Fault.ANY, "web", 1, new Effect.Bandwidth(1), LONG)));
        assertThat(curl("-d", sent, "/echo"))
                .as("what is left comes when the fault is over")
                .isEqualTo(sent);
    }

    private static Fault onlyFor(String id, Match match, int status) {
        return new Fault(id, Fault.ANY, "web", match, 1, new Effect.Abort(status), LONG);
    }

    private String status(String... arguments) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("-o", directory.resolve("body").toString(), "-w", "%{http_code}"));
        all.addAll(List.of(arguments));
        return curl(all.toArray(String[]::new));
    }

    @Test
    void bodiesPassUnchangedHoweverLarge() throws Exception {
        byte[] body = new byte[3_000_000];
        new Random(5).nextBytes(body);
        Path sent = Files.write(directory.resolve("sent"), body);
        Path got = directory.resolve("got");
        assertThat(curl("--data-binary", "@" + sent, "-o", got.toString(), "-w", "%{http_code}", "/echo"))
                .isEqualTo("200");
        assertThat(Files.mismatch(sent, got)).isEqualTo(-1);
    }

    @Test
    void callsOfGrpcCountByTheirOwnStatus() throws Exception {
        for (String path : List.of("/grpc/0", "/grpc/5", "/grpc/13", "/grpc/13")) {
            assertThat(curl(
                            "-H",
                            "content-type: application/grpc",
                            "-o",
                            directory.resolve("x").toString(),
                            "-w",
                            "%{http_code}",
                            path))
                    .contains("200");
        }
        Until.holds(
                "each is counted",
                () -> count("v1", Outcome.SUCCESS) + count("v2", Outcome.SUCCESS) == 1
                        && count("v1", Outcome.CLIENT_ERROR) + count("v2", Outcome.CLIENT_ERROR) == 1
                        && count("v1", Outcome.SERVER_ERROR) + count("v2", Outcome.SERVER_ERROR) == 2);
    }

    @Test
    void whatIsRefusedUnreadGoesToAnother() throws Exception {
        fresh.refusing = true;
        assertThat(names(20)).containsOnly("old");
        assertThat(count("v2", Outcome.RETRIED)).isPositive();
        assertThat(curl("--data-binary", "hello", "/name")).isEqualTo("old");
    }

    @Test
    void nobodyIsAnAnswerAndSoIsSilence() throws Exception {
        serve(Limits.DEFAULT.withPatience(Duration.ofMillis(20), Duration.ofSeconds(1)));
        assertThat(curl("-w", " %{http_code}", "/name")).contains("no instance").endsWith("503");
        assertThat(curl("-H", "content-type: application/grpc", "-D", "-", "/name"))
                .contains("grpc-status: 14");
        serve(
                Limits.DEFAULT.withHttp(32 << 10, LONG, LONG, Duration.ofMillis(50)),
                old.backend("v1"),
                fresh.backend("v2"));
        assertThat(curl("-w", " %{http_code}", "/silent")).endsWith("504");
        assertThat(curl("-H", "content-type: application/grpc", "-D", "-", "/silent"))
                .contains("grpc-status: 4");
    }

    @Test
    void whoeverIsAskedToLeaveFinishesWhatIsUnderWay() throws Exception {
        assertThat(names(4)).hasSize(4);
        serve(Limits.DEFAULT, fresh.backend("v2"));
        assertThat(names(10)).containsOnly("new");
        Until.holds(
                "nobody holds what has left",
                () -> gate.status().backends().stream().allMatch(backend -> backend.open() == 0));
    }
}
