package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository whose experiments are run from start to end, with real processes, of which none is left. */
class TestCommandTest {

    /** Nothing else on this machine sleeps that long. */
    private static final String MARK = "7654321";

    @TempDir
    Path directory;

    private Path repository;

    @BeforeEach
    void create() throws Exception {
        repository = Files.createDirectory(directory.resolve("shop"));
        write("environments/test/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec: {include: [apps], images: {test/program: host}}
            """);
        write("apps/shop/web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: test/program, command: [sleep, "%s"]}]
            """.formatted(MARK));
        experiment("holds", "workload['web'].ready >= 1");
        experiment("breaks", "workload['web'].ready == 2");
        git("init", "-q", "-b", "main");
        commit("first");
    }

    private void experiment(String name, String promise) throws IOException {
        write("reliability/" + name + ".yaml", """
            apiVersion: homeostat.io/v1
            kind: Experiment
            metadata: {name: %s}
            spec:
              owner: ann
              hypothesis:
                probes: [{name: enough <are> ready, cel: "%s"}]
                every: 50ms
                steady: 300ms
              faults: [{kill: {workload: web}}]
              duration: 1s
            """.formatted(name, promise));
    }

    private void write(String file, String content) throws IOException {
        Path target = repository.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, content);
    }

    private void git(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(words));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void everyExperimentIsRunItsVerdictWrittenAndNothingIsLeft() throws Exception {
        Path junit = directory.resolve("verdicts.xml");
        Path sarif = directory.resolve("found.sarif");
        Typed typed = Typed.with(
                Map.of(),
                "test",
                repository.resolve("environments/test").toString(),
                "--junit",
                junit.toString(),
                "--sarif",
                sarif.toString());

        assertThat(typed.exit()).as(typed.out() + typed.err()).isEqualTo(2);
        assertThat(typed.out()).contains("holds held after").contains("breaks broken after");
        assertThat(typed.out()).contains("1 of 2 experiments held");
        assertThat(Files.readString(junit))
                .contains("tests=\"2\" failures=\"1\" errors=\"0\"")
                .contains("<failure type=\"broken\" message=\"enough &lt;are&gt; ready");
        Node.Mapping report = (Node.Mapping) Json.read(Files.readString(sarif));
        Node.Mapping run = (Node.Mapping) report.sequence("runs").getFirst();
        assertThat(run.sequence("results")).hasSize(1);
        assertThat(ProcessHandle.allProcesses().filter(each -> commandLine(each).contains("sleep " + MARK)))
                .isEmpty();
        assertThat(Typed.with(Map.of(), "test", repository.toString(), "--only", "holds", "--min", "99")
                        .exit())
                .as("less than that was exercised")
                .isEqualTo(2);
    }

    /** In the middle of an experiment: as a person types Ctrl-C and as a pipeline gives up. */
    @Tag("e2e")
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void stoppedInTheMiddleItLeavesNothingAndSaysSo(String signal) throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path said = directory.resolve("said");
        Process process = inTheMiddle(temporary, said);
        signal(process, signal);
        assertThat(process.exitValue()).isEqualTo(signal.equals("INT") ? 130 : 143);
        assertThat(Files.readString(said))
                .contains("stopped: everything that " + repository + " had started here is ended")
                .doesNotContain("does not listen");
        awaitNothingLeft(temporary);
    }

    /** Nobody is asked before a SIGKILL. */
    @Tag("e2e")
    @Test
    void ofOneThatWasKilledTheNextOneTakesDownWhatIsLeft() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Path said = directory.resolve("said");
        signal(inTheMiddle(temporary, said), "KILL");
        assertThat(isAnythingLeft(temporary)).isTrue();
        experiment("holds", "workload['web'].ready >= 1");
        commit("does not take long");
        Process next = start(temporary, said);
        assertThat(next.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said)).contains("taken down: what another one, which was killed, had left in");
        awaitNothingLeft(temporary);
    }

    /** Its only experiment has begun, and goes on for ten minutes. */
    private Process inTheMiddle(Path temporary, Path said) throws Exception {
        experiment("holds", "workload['web'].ready >= 1");
        write(
                "reliability/holds.yaml",
                Files.readString(repository.resolve("reliability/holds.yaml"))
                        .replace("{kill: {workload: web}}", "{pause: {workload: web}}")
                        .replace("duration: 1s", "duration: 10m"));
        commit("takes long");
        Process process = start(temporary, said);
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (ProcessHandle.allProcesses()
                .noneMatch(each -> commandLine(each).contains("watchdog.sh pause")
                        && commandLine(each).contains(temporary.toString()))) {
            assertThat(System.nanoTime()).as(Files.readString(said)).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
        return process;
    }

    private void commit(String message) throws Exception {
        git("add", "-A");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", message);
    }

    private Process start(Path temporary, Path said) throws IOException {
        return new ProcessBuilder(
                        // Who is started in the background by a shell ignores it, and so does what it starts.
                        "perl",
                        "-e",
                        "$SIG{INT} = 'DEFAULT'; exec @ARGV",
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.homeostat.cli.Main",
                        "test",
                        repository.toString(),
                        "--only",
                        "holds")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    }

    /** Watchdogs have let go of what they held, and need a moment to end. */
    private static void awaitNothingLeft(Path temporary) throws IOException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (isAnythingLeft(temporary)) {
            assertThat(System.nanoTime()).as("processes are left").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left.filter(each -> each.getFileName().toString().startsWith("homeostat")))
                    .isEmpty();
        }
    }

    private static boolean isAnythingLeft(Path temporary) {
        return ProcessHandle.allProcesses()
                .map(TestCommandTest::commandLine)
                .anyMatch(each -> each.contains("sleep " + MARK) || each.contains(temporary.toString()));
    }

    @Test
    void whatIsWrongIsSaidBeforeAnythingIsStarted() throws Exception {
        String here = repository.toString();
        refused("does not exist", directory.resolve("nowhere").toString());
        refused("is not a directory", repository.resolve("apps/shop/web.yaml").toString());
        refused(
                "--junit: there is no directory",
                here,
                "--junit",
                directory.resolve("results/verdicts.xml").toString());
        refused("--sarif: " + repository + " is a directory", here, "--sarif", here);
        refused("did you mean 'breaks'", here, "--only", "break");
        refused("the repository has no environment 'tset'", here, "--environment", "tset");

        write("environments/production/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: production}
            spec: {include: [apps], images: {test/program: host}}
            """);
        experiment("breaks", "workload[");
        git("add", "-A");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "second");
        refused("say --environment with one of: production, test", here);
        refused(
                "reliability/breaks.yaml:7:",
                repository.resolve("environments/test").toString());

        git("rm", "-q", "-r", "reliability");
        git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "third");
        experiment("holds", "workload['web'].ready >= 1");
        refused(
                "declares no Experiment, as of its newest commit",
                repository.resolve("environments/test").toString());
        refused(
                "declares no Environment with anything that could run",
                Files.createDirectory(directory.resolve("empty")).toString());
    }

    private static void refused(String words, String... arguments) {
        List<String> all = new ArrayList<>(List.of("test"));
        all.addAll(List.of(arguments));
        Typed typed = Typed.with(Map.of(), all.toArray(String[]::new));
        assertThat(typed.exit()).as(typed.out() + typed.err()).isEqualTo(1);
        assertThat(typed.out() + typed.err()).contains(words).doesNotContain("healthy after");
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
