package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Requests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every fault is seen at its place on a real process, and is gone afterwards, whoever dies. */
class FaultsAreDoneAndUndoneTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** What a busy machine may add to any of it. */
    private static final Duration BUSY = Duration.ofSeconds(8);

    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory);
        lab.apply(DeploymentsRunTest.SERVICE);
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        lab.awaitHealthy(Lab.deployment("web"));
        lab.awaitHealthy(Lab.service("web"));
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private Faults faults() {
        return lab.target().faults();
    }

    private Fault onInstance(Effect effect) throws IOException {
        String name = faults().instances(Lab.deployment("web")).getFirst().name();
        return new Fault("f-1", new Place.OnInstance(Lab.deployment("web"), name), effect, LONG);
    }

    private static Fault onEdge(Effect effect) {
        return new Fault("f-1", new Place.OnEdge("*", "Service/web", 1), effect, LONG);
    }

    private long pid() throws IOException {
        return lab.pids().values().iterator().next();
    }

    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** Renews it until it was seen. */
    private State awaitObserved(Fault fault) throws Exception {
        State[] last = new State[1];
        lab.await(fault.effect().faultClass() + " was seen", () -> {
            last[0] = faults().hold("test", HEARTBEAT, List.of(fault)).getFirst();
            return last[0].observed();
        });
        return last[0];
    }

    @Test
    void aKilledInstanceIsGoneAndComesBack() throws Exception {
        long before = pid();
        State state = awaitObserved(onInstance(new Effect.Kill()));
        assertThat(state.inForce()).isFalse();
        lab.await("it is gone", () -> ProcessHandle.of(before).isEmpty());
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("another one runs", () -> lab.pids().values().stream().anyMatch(pid -> pid != before));
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @Test
    void aTerminatedInstanceEndsByItselfAndComesBack() throws Exception {
        long before = pid();
        awaitObserved(onInstance(new Effect.Terminate()));
        // It has ended; its parent takes note of that a moment later.
        lab.await("it is gone", () -> ProcessHandle.of(before).isEmpty());
        lab.await("another one runs", () -> lab.pids().values().stream().anyMatch(pid -> pid != before));
    }

    @Test
    void aPausedInstanceIsStoppedUntilItIsLetGo() throws Exception {
        long pid = pid();
        State state = awaitObserved(onInstance(new Effect.Pause()));
        assertThat(state.inForce()).isTrue();
        assertThat(state(pid)).isEqualTo('T');
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(state(pid)).isNotEqualTo('T');
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void onlyTheContainerThatIsNamedIsPaused() throws Exception {
        lab.apply(DeploymentsRunTest.web("server", 1, "hello") + """
                  - name: aside
                    image: server
                    command: [sleep, "1000"]
            """);
        lab.await(
                "both to run",
                () -> lab.pids().size() == 2
                        && faults().instances(Lab.deployment("web")).size() == 1);
        lab.awaitHealthy(Lab.deployment("web"));
        String name = faults().instances(Lab.deployment("web")).getFirst().name();
        awaitObserved(
                new Fault("f-1", new Place.OnInstance(Lab.deployment("web"), name, "aside"), new Effect.Pause(), LONG));
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        faults().hold("test", HEARTBEAT, List.of());
        Fault nobody =
                new Fault("f-2", new Place.OnInstance(Lab.deployment("web"), name, "asid"), new Effect.Pause(), LONG);
        assertThatThrownBy(() -> faults().hold("test", HEARTBEAT, List.of(nobody)))
                .hasMessageContaining("has no container 'asid', but web, aside");
    }

    @Test
    void aPauseEndsByItselfWhenNobodyRenewsIt() throws Exception {
        long pid = pid();
        Fault fault = onInstance(new Effect.Pause());
        awaitObserved(fault);
        long began = System.nanoTime();
        lab.await("it goes on", () -> state(pid) != 'T');
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isLessThan(HEARTBEAT.plus(BUSY))
                .isGreaterThan(Duration.ofMillis(500));
        // The watchdog lets it go on, and says so a moment later.
        lab.await(
                "what lapsed does not come back",
                () -> !faults().hold("test", HEARTBEAT, List.of(fault))
                        .getFirst()
                        .inForce());
        assertThat(state(pid)).isNotEqualTo('T');
    }

    @Test
    void aPauseEndsWhenItsTimeIsUpHoweverOftenItIsRenewed() throws Exception {
        long pid = pid();
        Fault named = onInstance(new Effect.Pause());
        Fault fault = new Fault(named.id(), named.place(), named.effect(), Duration.ofSeconds(1));
        awaitObserved(fault);
        lab.await("it goes on", () -> {
            faults().hold("test", HEARTBEAT, List.of(fault));
            return state(pid) != 'T';
        });
    }

    @Test
    void whatAnAgentLeftBehindIsUndoneByTheNext() throws Exception {
        long pid = pid();
        Fault fault = onInstance(new Effect.Pause());
        awaitObserved(new Fault(fault.id(), fault.place(), fault.effect(), LONG));
        faults().hold("test", Duration.ofMinutes(2), List.of(fault));
        lab.restart();
        lab.await("it goes on", () -> state(pid) != 'T');
    }

    @Test
    void aKilledWatchdogsPauseIsUndoneByTheAgent() throws Exception {
        long pid = pid();
        awaitObserved(onInstance(new Effect.Pause()));
        ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains("watchdog.sh pause " + pid))
                .forEach(ProcessHandle::destroyForcibly);
        assertThat(state(pid)).isEqualTo('T');
        lab.await("it goes on", () -> {
            faults().hold("test", HEARTBEAT, List.of());
            return state(pid) != 'T';
        });
    }

    @Test
    void busyProcessesTakeTimeAndAreGone() throws Exception {
        awaitObserved(onInstance(new Effect.Cpu(2)));
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(left("watchdog.sh cpu")).isZero();
    }

    @Test
    void whatIsGoneBeforeItsTimeIsNotInForce() throws Exception {
        for (Effect effect : List.of(new Effect.Cpu(2), new Effect.Memory(16), new Effect.Io(1))) {
            Fault fault = onInstance(effect);
            assertThat(awaitObserved(fault).inForce()).isTrue();
            String mode = fault.effect().faultClass().word();
            ProcessHandle worker = worker(mode);
            worker.destroyForcibly();
            lab.await(mode + " is not what was wanted", () -> !isInForce(fault));
            lab.await("nor is the rest of it there", () -> inFaults().isEmpty());
            faults().hold("test", HEARTBEAT, List.of());
        }
        Fault pause = onInstance(new Effect.Pause());
        assertThat(awaitObserved(pause).inForce()).isTrue();
        assertThat(new ProcessBuilder("sh", "-c", "kill -CONT -" + pid())
                        .start()
                        .waitFor())
                .isZero();
        lab.await("somebody let it go on", () -> !isInForce(pause));
        faults().hold("test", HEARTBEAT, List.of());
    }

    private boolean isInForce(Fault fault) throws IOException {
        return faults().hold("test", HEARTBEAT, List.of(fault)).getFirst().inForce();
    }

    /** The one that takes most of what is taken: a child of the watchdog that is no sleep. */
    private ProcessHandle worker(String mode) throws Exception {
        ProcessHandle[] found = new ProcessHandle[1];
        lab.await("a worker of " + mode, () -> {
            found[0] = inFaults().stream()
                    .filter(process -> mode.equals("memory")
                            ? commandLine(process.pid()).startsWith("tail")
                            : commandLine(process.pid()).contains("watchdog.sh " + mode)
                                    && process.parent().stream()
                                            .anyMatch(parent ->
                                                    commandLine(parent.pid()).contains("watchdog.sh " + mode)))
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** Watchdogs, and what they started: they work where they were begun. */
    private List<ProcessHandle> inFaults() {
        return ProcessHandle.allProcesses()
                .filter(process -> cwd(process.pid()).startsWith(directory.toString())
                        && cwd(process.pid()).contains("/faults/"))
                .toList();
    }

    @Test
    void theyAreBusyForAsMuchOfTheTimeAsWasSaid() throws Exception {
        awaitObserved(onInstance(new Effect.Cpu(1, 20)));
        long began = System.nanoTime();
        long before = ticks("watchdog.sh cpu");
        lab.await("ten periods", () -> {
            faults().hold("test", HEARTBEAT, List.of(onInstance(new Effect.Cpu(1, 20))));
            return System.nanoTime() - began > 5_000_000_000L;
        });
        double seconds = (System.nanoTime() - began) / 1e9;
        double share = (ticks("watchdog.sh cpu") - before) / (100 * seconds);
        System.out.printf("busy for %.2f of the time, 0.20 wanted%n", share);
        // A busy machine gives less of the time; nothing makes it more but the time it takes to read the clock.
        assertThat(share).isGreaterThan(0).isLessThan(0.5);
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(left("watchdog.sh cpu")).isZero();
    }

    /** CPU time of processes with these words in their command line, and of their children that ended: hundredths of a second. */
    private long ticks(String words) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(words)
                        && cwd(process.pid()).startsWith(directory.toString()))
                .mapToLong(process -> {
                    try {
                        String stat = Files.readString(
                                Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
                        String[] fields =
                                stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                        return Long.parseLong(fields[11])
                                + Long.parseLong(fields[12])
                                + Long.parseLong(fields[13])
                                + Long.parseLong(fields[14]);
                    } catch (IOException gone) {
                        return 0;
                    }
                })
                .sum();
    }

    @Test
    void memoryIsTakenAndGivenBack() throws Exception {
        State state = awaitObserved(onInstance(new Effect.Memory(32)));
        assertThat(state.seen()).contains("32 MiB");
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(left("watchdog.sh memory")).isZero();
    }

    @Test
    void moreMemoryThanTheMachineCanSpareIsRefusedWithoutALimit() throws Exception {
        Fault fault = onInstance(new Effect.Memory(60_000));
        assertThatThrownBy(() -> faults().hold("test", HEARTBEAT, List.of(fault)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("memory limit");
    }

    @Test
    void aCrashLoopKillsEachProcessAndLetsTheLastOneLive() throws Exception {
        long before = pid();
        Fault fault = onInstance(new Effect.CrashLoop(Duration.ofMillis(200)));
        State state = awaitObserved(fault);
        assertThat(state.inForce()).isTrue();
        assertThat(state.seen()).contains("killed");
        assertThat(ProcessHandle.of(before)).isEmpty();
        faults().hold("test", HEARTBEAT, List.of());
        // Whatever it is, it was not the program: nothing is waited for, and nothing is held against it.
        lab.await("one is older than any was allowed to be", () -> oldest() > 1000);
        lab.awaitHealthy(Lab.deployment("web"));
        assertThat(lab.target().evidence(Lab.deployment("web"))).isEmpty();
    }

    @Test
    void aCrashLoopEndsWhenNobodyRenewsItAndWhenItsTimeIsUp() throws Exception {
        Fault named = onInstance(new Effect.CrashLoop(Duration.ofMillis(200)));
        awaitObserved(new Fault(named.id(), named.place(), named.effect(), Duration.ofSeconds(1)));
        lab.await(
                "its time is up",
                () -> !faults().hold("test", HEARTBEAT, List.of(named))
                        .getFirst()
                        .inForce());
        lab.await("one grows old though it is renewed", () -> {
            faults().hold("test", HEARTBEAT, List.of(named));
            return oldest() > 1000;
        });
        lab.awaitHealthy(Lab.deployment("web"));
    }

    private long oldest() throws IOException {
        return lab.pids().values().stream()
                .mapToLong(FaultsAreDoneAndUndoneTest::age)
                .max()
                .orElse(0);
    }

    private static long age(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(start -> Duration.between(start, Instant.now()).toMillis())
                .orElse(0L);
    }

    private Fault scale(int to) {
        return new Fault("f-1", new Place.OnWorkload(Lab.deployment("web")), new Effect.Scale(to), LONG);
    }

    @Test
    void anotherNumberOfInstancesStandsInForTheDeclaredOneUntilItIsLetGo() throws Exception {
        State state = awaitObserved(scale(3));
        assertThat(state.seen()).contains("3 instances");
        assertThat(lab.pids()).hasSize(3);
        // Nobody who compares with Git finds a difference, and applying it again changes nothing.
        assertThat(lab.target().observe().get(Lab.deployment("web")))
                .satisfies(live -> assertThat(live.drift()).isEmpty());
        lab.apply(DeploymentsRunTest.web("server", 1, "hello"));
        assertThat(faults().hold("test", HEARTBEAT, List.of(scale(3)))
                        .getFirst()
                        .inForce())
                .isTrue();
        assertThat(lab.pids()).hasSize(3);
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("one is left", () -> lab.pids().size() == 1);
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @Test
    void whatWasScaledToNothingComesBackWhenNobodyRenewsIt() throws Exception {
        awaitObserved(scale(0));
        long began = System.nanoTime();
        lab.await("it is back", () -> lab.pids().size() == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(HEARTBEAT.plus(BUSY));
        assertThat(faults().hold("test", HEARTBEAT, List.of(scale(0)))
                        .getFirst()
                        .inForce())
                .as("what lapsed does not come back")
                .isFalse();
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @Test
    void theNextAgentFollowsWhatIsDeclared() throws Exception {
        awaitObserved(scale(0));
        faults().hold("test", Duration.ofMinutes(2), List.of(scale(0)));
        lab.restart();
        lab.await("it is back", () -> lab.pids().size() == 1);
    }

    private long left(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(command)
                        && cwd(process.pid()).startsWith(directory.toString()))
                .count();
    }

    private static String cwd(long pid) {
        try {
            return Path.of("/proc/" + pid + "/cwd").toRealPath().toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static String commandLine(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void callsAreAnsweredWithErrorsUntilTheyAreLetGo() throws Exception {
        Fault fault = onEdge(new Effect.Failure(503));
        faults().hold("test", HEARTBEAT, List.of(fault));
        assertThat(Lab.get(lab.address("web"), 80)).isNotEqualTo("hello");
        assertThat(awaitObserved(fault).seen()).contains("1 requests");
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void onlyTheCallsThatAreMeantAreAnsweredWithErrors() throws Exception {
        Fault fault = new Fault(
                "f-1",
                new Place.OnEdge("*", "Service/web", new Requests("GET", "/elsewhere", Map.of()), 1),
                new Effect.Failure(503),
                LONG);
        faults().hold("test", HEARTBEAT, List.of(fault));
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        assertThat(faults().hold("test", HEARTBEAT, List.of(fault)).getFirst().observed())
                .isFalse();
        Fault meant = new Fault(
                "f-2",
                new Place.OnEdge("*", "Service/web", new Requests("GET", "/", Map.of()), 1),
                new Effect.Failure(503),
                LONG);
        faults().hold("test", HEARTBEAT, List.of(meant));
        assertThat(Lab.get(lab.address("web"), 80)).isNotEqualTo("hello");
        assertThat(awaitObserved(meant).seen()).contains("1 requests");
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void callsAreSlowUntilTheyAreLetGo() throws Exception {
        Fault fault = onEdge(new Effect.Latency(Duration.ofMillis(300), Duration.ZERO));
        faults().hold("test", HEARTBEAT, List.of(fault));
        long began = System.nanoTime();
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(290));
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("an answer that does not wait", () -> {
            long asked = System.nanoTime();
            return Lab.get(lab.address("web"), 80).equals("hello") && System.nanoTime() - asked < 290_000_000;
        });
    }

    @Test
    void connectionsAreResetUntilTheyAreLetGo() throws Exception {
        Fault fault = onEdge(new Effect.Reset());
        faults().hold("test", HEARTBEAT, List.of(fault));
        assertThatThrownBy(() -> Lab.get(lab.address("web"), 80)).isInstanceOf(IOException.class);
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void nothingIsHeardUntilTheBlackHoleIsGoneAndThenItGoesOn() throws Exception {
        Fault fault = onEdge(new Effect.Blackhole());
        faults().hold("test", HEARTBEAT, List.of(fault));
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(Lab.get(lab.address("web"), 80));
            } catch (IOException failed) {
                answer.completeExceptionally(failed);
            }
        });
        awaitObserved(fault);
        assertThat(answer).isNotDone();
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void aServiceThatIsCutOffComesBackByItselfWhenItsHolderIsGone() throws Exception {
        Fault fault = onEdge(new Effect.Blackhole());
        faults().hold("test", HEARTBEAT, List.of(fault));
        long began = System.nanoTime();
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(1), HEARTBEAT.plus(BUSY));
    }

    @Test
    void answersAreCorruptUntilTheyAreLetGo() throws Exception {
        Fault fault = onEdge(new Effect.Corrupt());
        faults().hold("test", HEARTBEAT, List.of(fault));
        assertThat(Lab.get(lab.address("web"), 80)).isNotEqualTo("hello").doesNotContain("HTTP/1.1 5");
        assertThat(awaitObserved(fault).seen()).contains("1 requests");
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
    }

    @Test
    void answersComeSlowlyUntilTheyAreLetGo() throws Exception {
        String large = "x".repeat(100_000);
        lab.apply(DeploymentsRunTest.web("server", 1, large));
        lab.await("the large answer", () -> Lab.get(lab.address("web"), 80).equals(large));
        Fault fault = onEdge(new Effect.Bandwidth(50_000));
        faults().hold("test", Duration.ofSeconds(20), List.of(fault));
        long began = System.nanoTime();
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo(large);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(500));
        assertThat(awaitObserved(fault).seen()).contains("1 requests");
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("an answer that does not wait", () -> {
            long asked = System.nanoTime();
            return Lab.get(lab.address("web"), 80).equals(large) && System.nanoTime() - asked < 500_000_000;
        });
    }

    @Test
    void whoCallsWhomIsKnown() throws Exception {
        assertThat(Lab.get(lab.address("web"), 80)).isEqualTo("hello");
        assertThat(faults().calls()).anySatisfy(call -> {
            assertThat(call.callee()).isEqualTo("Service/web");
            assertThat(call.declared()).isFalse();
            assertThat(call.requests()).isPositive();
        });
        faults().release(Set.of());
    }
}
