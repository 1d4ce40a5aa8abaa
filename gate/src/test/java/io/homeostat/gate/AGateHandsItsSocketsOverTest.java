package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.Limits;
import io.homeostat.gate.control.Listener;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.ProcessIdentity;
import io.homeostat.gate.control.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gate is replaced by one of another version, and nobody who calls notices. */
@Tag("e2e")
class AGateHandsItsSocketsOverTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path temporary;

    private final String host = InProcess.freshHost();
    private final HttpServerProgram web = new HttpServerProgram("a");
    private final Server http = web.serve();
    private final Server echo = Server.echo("b");
    private final AtomicInteger versions = new AtomicInteger();
    private Path directory = Path.of("");

    AGateHandsItsSocketsOverTest() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        directory = temporary.resolve("gate");
        launcher().ensure(TIMEOUT);
        assertThat(client().apply(config(1)).errors()).isEmpty();
    }

    @AfterEach
    void stop() throws Exception {
        launcher().stop(TIMEOUT);
        http.close();
        echo.close();
        Until.holds("nothing is left", () -> Processes.of(directory, null).isEmpty());
        assertThat(GateLauncher.retired(directory)).isEmpty();
    }

    /** Each time another one, as after an upgrade. */
    private GateLauncher launcher() {
        List<String> flags = new ArrayList<>(GateLauncher.DEFAULT_FLAGS);
        flags.add("-Dtest.version=" + versions.get());
        return new GateLauncher(directory, Processes.JAVA, GateLauncher.thinClassPath(), flags);
    }

    private String upgrade() throws IOException {
        versions.incrementAndGet();
        return launcher().upgrade(TIMEOUT).orElseThrow();
    }

    private GateClient client() {
        return new GateClient(directory, TIMEOUT);
    }

    private GateConfig config(long generation) {
        Listener first = new Listener(
                "web",
                host,
                8080,
                new Edge("Deployment/caller", "Service/web", "http"),
                Protocol.AUTO,
                Limits.DEFAULT,
                List.of(http.ready()));
        return new GateConfig(
                generation,
                GateConfig.DEFAULT_DRAIN,
                List.of(first, Listener.of("echo", host, 9090, List.of(echo.ready()))));
    }

    private HttpCaller caller() throws IOException {
        return new HttpCaller(new Socket(host, 8080));
    }

    private long requests() throws IOException {
        return client().counters().edges().stream()
                .filter(edge -> edge.edge().callee().equals("Service/web"))
                .mapToLong(edge -> edge.ended(Outcome.SUCCESS).count())
                .sum();
    }

    @Test
    void thatLosesNoRequestAndRefusesNoConnectionHoweverOftenItHappens() throws Exception {
        long wanted = Long.getLong("soak.requests", 20_000);
        int handOvers = Integer.getInteger("soak.handovers", 5);
        AtomicLong asked = new AtomicLong();
        AtomicBoolean enough = new AtomicBoolean();
        long run = 0;
        String first = client().counters().run();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean keeps = i % 2 == 0;
                callers.add(threads.submit(() -> {
                    ask(keeps, asked, enough);
                    return null;
                }));
            }
            for (int i = 1; i <= handOvers; i++) {
                long until = wanted * i / (handOvers + 1);
                Until.holds("requests come", Duration.ofHours(1), () -> asked.get() >= until || failed(callers));
                long began = System.nanoTime();
                System.out.println(upgrade() + " in " + (System.nanoTime() - began) / 1_000_000 + " ms");
                run++;
            }
            Until.holds("requests come", Duration.ofHours(1), () -> asked.get() >= wanted || failed(callers));
            enough.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        System.out.println("0 of " + asked + " requests failed over " + run + " hand-overs");
        assertThat(client().counters().run()).isEqualTo(first);
        Until.holds("every request is counted", () -> requests() == asked.get());
        Until.holds(
                "the old ones end when their last connection has",
                () -> Processes.gates(directory).size() == 1);
        assertThat(requests()).isEqualTo(asked.get());
        assertThat(client().apply(config(2)).errors()).isEmpty();
    }

    private static boolean failed(List<Future<?>> callers) {
        return callers.stream().anyMatch(Future::isDone);
    }

    /** As a browser or a pool does: a kept connection is used until the answer says that it is closed. */
    private void ask(boolean keeps, AtomicLong asked, AtomicBoolean enough) throws IOException {
        HttpCaller kept = null;
        while (!enough.get()) {
            HttpCaller caller = kept == null ? caller() : kept;
            HttpCaller.Response response = caller.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                            + (keeps ? "" : "Connection: close\r\n") + "\r\nhello")
                    .response();
            assertThat(response.body()).isEqualTo("hello");
            asked.incrementAndGet();
            boolean closes = response.head().toLowerCase(java.util.Locale.ROOT).contains("connection: close");
            if (closes) {
                caller.close();
            }
            kept = closes ? null : caller;
        }
        if (kept != null) {
            kept.close();
        }
    }

    @Test
    void aConnectionGoesOnWhereItIsAndIsEndedWithTheGate() throws Exception {
        try (Socket socket = new Socket(host, 9090);
                HttpCaller idle = caller()) {
            assertThat(idle.get("/echo").status()).isEqualTo(200);
            assertThat(socket.getInputStream().readNBytes(2))
                    .isEqualTo("b\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            upgrade();
            upgrade();
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            assertThat(client().status().listeners())
                    .as("who is connected to an instance through another gate is known")
                    .anyMatch(
                            listener -> listener.name().equals("echo") && listener.draining() && listener.open() == 1);
            HttpCaller.Response response = idle.get("/echo");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.head()).containsIgnoringCase("Connection: close");
            assertThat(Processes.gates(directory)).hasSize(3);
            launcher().stop(TIMEOUT);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whatTheGateIsToldItsPredecessorsHear() throws Exception {
        HttpServerProgram other = new HttpServerProgram("c");
        try (Server elsewhere = other.serve();
                HttpCaller idle = caller();
                HttpCaller second = caller()) {
            assertThat(idle.get("/echo").head()).contains("Served-By: a");
            assertThat(second.get("/echo").head()).contains("Served-By: a");
            upgrade();
            upgrade();
            Listener was = config(2).listeners().getFirst();
            client().apply(new GateConfig(2, GateConfig.DEFAULT_DRAIN, List.of(was.with(List.of(elsewhere.ready())))));
            for (Path earlier : GateLauncher.retired(directory)) {
                Until.holds(
                        earlier + " hears",
                        () -> new GateClient(earlier, TIMEOUT).status().generation() == 2);
            }
            // Their answers are the last ones on these connections.
            assertThat(idle.get("/echo").head()).contains("Served-By: c");
            assertThat(second.get("/echo").head()).contains("Served-By: c");
        }
    }

    @Test
    void aGateThatIsTheRightOneIsLeftInPeace() throws Exception {
        long pid = client().status().pid();
        assertThat(launcher().upgrade(TIMEOUT)).isEmpty();
        assertThat(client().status().pid()).isEqualTo(pid);
    }

    /** What a supervisor has started holds its lock for a moment longer than it lives, on a busy machine for longer. */
    @Test
    void aSupervisorThatIsToTakeOverWaitsForWhatIsLeftOfTheOneBefore() throws Exception {
        Process rest =
                new ProcessBuilder("flock", directory.resolve("supervisor.lock").toString(), "sleep", "1").start();
        Until.holds(
                "it waits for the lock",
                () -> Files.readAllLines(Path.of("/proc/locks")).stream()
                        .anyMatch(line -> line.contains("->") && line.contains(" " + rest.pid() + " ")));
        assertThat(upgrade()).contains("has taken over");
        assertThat(rest.waitFor()).isZero();
    }

    @Test
    void whereNoneCanTakeOverTheGateGoesOn() throws Exception {
        long pid = client().status().pid();
        GateLauncher broken = new GateLauncher(directory, Path.of("/bin/false"), "nothing", GateLauncher.DEFAULT_FLAGS);
        broken.ensure(TIMEOUT);
        assertThatThrownBy(() -> broken.upgrade(Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No other gate could take over")
                .hasMessageContaining("gate.log");
        assertThat(client().status().pid()).isEqualTo(pid);
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/echo").status()).isEqualTo(200);
        }
        launcher().ensure(TIMEOUT);
    }

    /** The new one dies at each step: the old one goes on, or another new one begins from what is written down. */
    @Test
    void aNewGateThatDiesWhileItTakesOverIsStartedAgain() throws Exception {
        for (int i = 0; i < 3; i++) {
            long old = client().status().pid();
            versions.incrementAndGet();
            GateLauncher next = launcher();
            next.ensure(TIMEOUT);
            Thread killing = Thread.ofVirtual().start(() -> killTheNewOne(old));
            String done = upgrade(next);
            killing.join();
            System.out.println("killed while it took over: " + (done == null ? "the old one goes on" : done));
            Until.holds("one answers", () -> client().status().pid() > 0);
            Until.holds("it serves", this::serves);
            Until.holds("a supervisor", () -> Processes.supervisors(directory).size() == 1);
            ProcessIdentity running = launcher().running().orElseThrow();
            assertThat(client().status().pid()).isEqualTo(running.pid());
        }
    }

    private @Nullable String upgrade(GateLauncher next) {
        try {
            return next.upgrade(Duration.ofSeconds(10)).orElse(null);
        } catch (IOException notDone) {
            return null;
        }
    }

    private boolean serves() {
        try (HttpCaller caller = caller()) {
            return caller.get("/echo").status() == 200;
        } catch (IOException refused) {
            return false;
        }
    }

    private void killTheNewOne(long old) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            for (ProcessHandle gate : Processes.gates(directory)) {
                if (gate.pid() != old && Files.exists(directory.resolve("inherit.sock"))) {
                    gate.destroyForcibly();
                    return;
                }
            }
        }
    }

    @Test
    void countersGoOnAfterTheOldGateHasEnded() throws Exception {
        try (HttpCaller caller = caller()) {
            for (int i = 0; i < 10; i++) {
                assertThat(caller.get("/echo").status()).isEqualTo(200);
            }
        }
        Counters before = client().counters();
        upgrade();
        Until.holds("the old one is gone", () -> Processes.gates(directory).size() == 1);
        Counters after = client().counters();
        assertThat(after.run()).isEqualTo(before.run());
        assertThat(after.since()).isEqualTo(before.since());
        assertThat(requests()).isEqualTo(10);
        assertThat(after.edges()).allMatch(edge -> edge.open() == 0);
    }
}
