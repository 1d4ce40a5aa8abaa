package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every point of a start at which somebody can be paused or killed (see {@link Claim}), one by one. The pauses are made by programs
 * that stand before the real {@code ln} and {@code setsid} on the PATH, note their pid and stop themselves.
 */
class ClaimTest {
    private static final String NOTE_AND_STOP =
            "echo $$ >\"$0.paused.new\"; mv \"$0.paused.new\" \"$0.paused\"; kill -STOP $$";

    private final Machine machine = new Machine();
    private final Path bin = machine.root.resolve("bin");

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void agentKilledBeforeTheClaimThenTheClaimComesTooLate() throws Exception {
        Machine.wrap(bin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");
        killAgentAtThePause("ln");

        Processes next = machine.open();
        assertThat(next.instances()).isEmpty();
        assertThat(next.findings()).hasSize(1);
        proceed("ln");

        Machine.await("the old shim is gone", () -> machine.shims().isEmpty());
        assertThat(AgentProcess.starts(machine, "web-1")).isEmpty();
        assertThat(machine.instances.resolve("web-1")).doesNotExist();
    }

    @Test
    void agentKilledBeforeTheClaimThenTheSameIdIsLaunchedAgain() throws Exception {
        Machine.wrap(bin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");
        killAgentAtThePause("ln");

        Processes next = machine.open();
        Instance again = next.launch(AgentProcess.wanted(machine, "web-1"));
        proceed("ln");

        Machine.await("only the new shim is left", () -> machine.shims().size() == 1);
        onlyRunning(again);
    }

    @Test
    void agentKilledAfterTheClaimThenTheNextOneAdopts() throws Exception {
        Machine.wrap(bin, "ln", "$REAL \"$@\" || exit; " + NOTE_AND_STOP);
        killAgentAtThePause("ln");

        Processes next = machine.open();
        Instance adopted = next.launch(AgentProcess.wanted(machine, "web-1"));
        assertThat(next.findings()).isEmpty();
        proceed("ln");

        onlyRunning(adopted);
    }

    @Test
    void aStaleShimThatEntersTheDirectoryOfTheNextStartChangesNothing() throws Exception {
        pauseOutsideTheDirectory();
        killAgentAtThePause("setsid");

        Processes next = machine.open();
        Instance again = next.launch(AgentProcess.wanted(machine, "web-1"));
        proceed("setsid");

        Machine.await("only the new shim is left", () -> machine.shims().size() == 1);
        onlyRunning(again);
        assertThat(next.kill("web-1").get().signal()).isEqualTo(9);
    }

    @Test
    void aStaleShimThatIsFasterThanTheNextStartIsTheOneThatRuns() throws Exception {
        pauseOutsideTheDirectory();
        killAgentAtThePause("setsid");
        Path otherBin = machine.root.resolve("bin2");
        Machine.wrap(otherBin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");

        Processes next = machine.open(Machine.withPath(otherBin));
        CompletableFuture<Instance> launched = async(next, "web-1");
        long late = paused(otherBin.resolve("ln"));
        proceed("setsid");
        Machine.await("the stale one runs", () -> machine.processes("web-1").size() == 1);
        Machine.signal(late, "CONT");

        onlyRunning(launched.get());
        Machine.await("the late shim is gone", () -> machine.shims().size() == 1);
        assertThat(next.kill("web-1").get().signal())
                .as("recorded by the stale shim")
                .isEqualTo(9);
    }

    @Test
    void shimKilledBeforeItHasAChildMeansThatTheLaunchHasFailed() throws Exception {
        pauseSetsid("run");
        Processes processes = machine.open(Machine.withPath(bin));
        CompletableFuture<Instance> launched = async(processes, "web-1");
        Machine.signal(paused("setsid"), "KILL");

        assertThatThrownBy(launched::get).hasCauseInstanceOf(IOException.class).hasMessageContaining("web-1");
        runsAtTheNextAttempt(processes, "setsid");
    }

    @Test
    void shimKilledBeforeTheClaimOfItsChildLosesTheExitCodeButNotTheProgram() throws Exception {
        pauseSetsid("child");
        Processes processes = machine.open(Machine.withPath(bin));
        CompletableFuture<Instance> launched = async(processes, "web-1");
        long child = paused("setsid");
        machine.shims().stream().filter(pid -> pid != child).forEach(pid -> Machine.signal(pid, "KILL"));
        Machine.signal(child, "CONT");

        onlyRunning(launched.get());
        assertThat(processes.kill("web-1").get().known()).isFalse();
    }

    @Test
    void childKilledBeforeTheClaimMeansThatTheLaunchHasFailed() throws Exception {
        Machine.wrap(bin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");
        Processes processes = machine.open(Machine.withPath(bin));
        CompletableFuture<Instance> launched = async(processes, "web-1");
        long link = paused("ln");
        long child = ProcessHandle.of(link)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        // Stopped first: without its ln it would end by itself.
        Machine.signal(child, "STOP");
        Machine.signal(link, "KILL");
        Machine.signal(child, "KILL");

        assertThatThrownBy(launched::get).hasCauseInstanceOf(IOException.class);
        runsAtTheNextAttempt(processes, "ln");
    }

    @Test
    void childKilledBetweenClaimAndProgramIsAnExitLikeAnyOther() throws Exception {
        Machine.wrap(bin, "ln", "$REAL \"$@\" || exit; " + NOTE_AND_STOP);
        Processes processes = machine.open(Machine.withPath(bin));
        CompletableFuture<Instance> launched = async(processes, "web-1");
        long link = paused("ln");
        Machine.signal(machine.claim("web-1").child().pid(), "KILL");
        Machine.signal(link, "KILL");

        launched.get();
        assertThat(Machine.exit(processes, "web-1").signal()).isEqualTo(9);
        assertThat(AgentProcess.starts(machine, "web-1")).isEmpty();
    }

    @Test
    void aLinkThatOutlivesItsChildClaimsForADeadProcessAndNothingRuns() throws Exception {
        Machine.wrap(bin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");
        Processes processes = machine.open(Machine.withPath(bin));
        CompletableFuture<Instance> launched = async(processes, "web-1");
        long link = paused("ln");
        long child = ProcessHandle.of(link)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        Machine.signal(child, "KILL");
        Machine.await("the shim has seen it", () -> machine.shims().size() <= 1);
        Machine.signal(link, "CONT");

        launched.get();
        assertThat(Machine.exit(processes, "web-1").known()).isFalse();
        assertThat(AgentProcess.starts(machine, "web-1")).isEmpty();
    }

    @Test
    void aStartThatIsStuckIsRevokedAndNeverRunsLater() throws Exception {
        Machine.wrap(bin, "ln", NOTE_AND_STOP + "; exec $REAL \"$@\"");
        String bootId = ProcStat.bootId();
        InstanceDirectory.prepare(machine.instances);
        Tools tools = Tools.find(machine.instances, Machine.withPath(bin));
        LocalProcesses processes = new LocalProcesses(
                machine.instances,
                LogPolicy.DEFAULT,
                InstantSource.system(),
                tools,
                bootId,
                CompletableFuture.completedFuture(ExitWatch.open(bootId, tools)),
                new Shim(tools, Duration.ofMillis(300)));
        machine.track(processes);
        CompletableFuture<Instance> launched = async(processes, "web-1");
        paused("ln");

        assertThatThrownBy(launched::get).hasMessageContaining("revoked");
        proceed("ln");

        Machine.await("nothing of it is left", () -> machine.shims().isEmpty());
        assertThat(AgentProcess.starts(machine, "web-1")).isEmpty();
        assertThat(processes.instances()).isEmpty();
    }

    @Test
    void ofManyLaunchesOfOneIdAtOnceOneRuns() throws Exception {
        Processes processes = machine.open();
        List<CompletableFuture<Instance>> launches =
                Stream.generate(() -> async(processes, "web-1")).limit(20).toList();
        Instance first = launches.getFirst().get();

        for (CompletableFuture<Instance> launch : launches) {
            assertThat(launch.get()).isEqualTo(first);
        }
        onlyRunning(first);
    }

    /** The shim stops before it has entered the instance's directory. */
    private void pauseOutsideTheDirectory() throws IOException {
        Machine.wrap(
                bin,
                "setsid",
                "if [ \"$3\" = run ]; then d=$PWD; cd /; " + NOTE_AND_STOP + "; cd \"$d\"; fi; exec $REAL \"$@\"");
    }

    /** @param stage {@code run}: before the shim is one; {@code child}: before its child is one */
    private void pauseSetsid(String stage) throws IOException {
        Machine.wrap(bin, "setsid", "if [ \"$3\" = " + stage + " ]; then " + NOTE_AND_STOP + "; fi; exec $REAL \"$@\"");
    }

    private void killAgentAtThePause(String program) throws IOException {
        try (AgentProcess agent = new AgentProcess(machine, Machine.withPath(bin), 1, List.of("web-1"))) {
            agent.awaitOpen();
            paused(program);
        }
    }

    private void runsAtTheNextAttempt(Processes processes, String paused) throws Exception {
        Files.delete(bin.resolve(paused + ".paused"));
        assertThat(processes.instances()).isEmpty();
        CompletableFuture<Instance> again = async(processes, "web-1");
        Machine.signal(paused(paused), "CONT");
        onlyRunning(again.get());
    }

    private void onlyRunning(Instance instance) throws IOException {
        Machine.await(
                "it runs, once",
                () -> machine.processes("web-1").equals(List.of(Machine.pid(instance))) && noted().size() == 1);
        assertThat(noted()).containsExactly(Long.toString(Machine.pid(instance)));
    }

    private List<String> noted() {
        try {
            return AgentProcess.starts(machine, "web-1");
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private CompletableFuture<Instance> async(Processes processes, String id) {
        CompletableFuture<Instance> launched = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                launched.complete(processes.launch(AgentProcess.wanted(machine, id)));
            } catch (IOException | RuntimeException failed) {
                launched.completeExceptionally(failed);
            }
        });
        return launched;
    }

    private long paused(String program) throws IOException {
        return paused(bin.resolve(program));
    }

    private static long paused(Path program) throws IOException {
        Path note = program.resolveSibling(program.getFileName() + ".paused");
        Machine.await(program + " is paused", () -> Files.exists(note));
        long pid = Long.parseLong(Files.readString(note).strip());
        Machine.await(program + " has stopped", () -> {
            ProcStat stat = ProcStat.of(pid);
            return stat != null && stat.state() == 'T';
        });
        return pid;
    }

    private void proceed(String program) throws IOException {
        Machine.signal(paused(program), "CONT");
    }
}
