package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Launched, running, exited, removed: one agent, nothing goes wrong. */
class LifeCycleTest {
    private final Machine machine = new Machine();
    private Processes processes;

    @BeforeEach
    void open() throws IOException {
        processes = machine.open();
    }

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void anInstanceRunsAndIsTheProcessThatItsIdentityNames() throws Exception {
        Instance instance = processes.launch(machine.launch("web-1", "sleep", "1000"));

        Identity identity = Machine.identity(instance);
        assertThat(ProcStat.of(identity.pid())).isNotNull().satisfies(stat -> {
            assertThat(stat.startTicks()).isEqualTo(identity.startTicks());
            assertThat(stat.session()).as("a session of its own").isEqualTo(identity.pid());
        });
        Machine.await("it is sleep, no shell", () -> commandLine(identity.pid()).equals("sleep 1000"));
        assertThat(machine.processes("web-1")).containsExactly(identity.pid());
    }

    @Test
    void exitCodesAreExact() throws Exception {
        for (int code : new int[] {0, 1, 3, 127, 255}) {
            Instance.Exited exited = exitOf(machine.sh("code-" + code, "exit " + code));
            assertThat(exited.exitCode()).isEqualTo(code);
            assertThat(exited.signal()).isNull();
            assertThat(exited.reason()).isEqualTo(code == 0 ? "Completed" : "Error");
        }
    }

    @Test
    void aKilledProgramSaysWhichSignal() throws Exception {
        Instance.Exited exited = exitOf(machine.sh("killed", "kill -SEGV $$"));

        assertThat(exited.signal()).isEqualTo(11);
        assertThat(exited.exitCode()).isEqualTo(139);
    }

    @Test
    void aProgramThatDoesNotExistExitsWith127AndSaysSo() throws Exception {
        assertThat(exitOf(machine.launch("nothing", "no-such-program")).exitCode())
                .isEqualTo(127);
        assertThat(log("nothing")).anySatisfy(line -> assertThat(line).contains("no-such-program"));
    }

    @Test
    void launchingAKnownIdNeverRunsItAgain() throws Exception {
        Launch launch = machine.sh("job", "echo ran >>ran");
        processes.launch(launch);
        exit("job");

        assertThat(processes.launch(launch).state()).isInstanceOf(Instance.Exited.class);
        assertThat(Files.readAllLines(machine.root.resolve("ran"))).hasSize(1);

        processes.remove("job");
        processes.launch(launch);
        exit("job");
        assertThat(Files.readAllLines(machine.root.resolve("ran"))).hasSize(2);
    }

    @Test
    void theEnvironmentIsExactlyWhatWasAskedForAndAFewBasics() throws Exception {
        Map<String, String> asked = Map.of(
                "PLAIN", "a",
                "quoted", "it's \"quoted\" $HOME `x` \\ \n second line",
                "spring.datasource.url", "jdbc:x?a=b",
                "with-dash", "ü€",
                "UID", "7",
                "EMPTY", "");
        processes.launch(machine.launch("env", asked, Limits.NONE, "env", "-0"));
        exit("env");

        Map<String, String> seen = new TreeMap<>();
        String output = Files.readString(machine.instances.resolve("env/log"));
        for (String entry : output.split("\0")) {
            seen.put(entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=') + 1));
        }
        assertThat(seen).containsAllEntriesOf(asked);
        seen.keySet().removeAll(asked.keySet());
        assertThat(seen.keySet())
                .isSubsetOf("PATH", "HOME", "USER", "LANG", "TZ", "PWD", "SHLVL", "_", "HOMEOSTAT_TEST_MARKER");
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        processes.launch(machine.launch("args", "printf", "%s|", "a b", "", "it's", "$HOME", "*", "a\nb", "ü", "-n"));
        exit("args");

        assertThat(Files.readString(machine.instances.resolve("args/log"))).isEqualTo("a b||it's|$HOME|*|a\nb|ü|-n|");
    }

    private static long signals(String process, String which) throws IOException {
        return Files.readAllLines(Path.of("/proc", process, "status")).stream()
                .filter(line -> line.startsWith(which))
                .mapToLong(line ->
                        Long.parseUnsignedLong(line.substring(which.length()).strip(), 16))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void signalsAndDescriptorsAreLeftAsAProgramExpectsThem() throws Exception {
        Instance instance = processes.launch(machine.launch("clean", "sleep", "1000"));
        long pid = Machine.pid(instance);
        Machine.await("it is sleep", () -> commandLine(pid).equals("sleep 1000"));

        // 32 and 33 are glibc's own. What a background job was started to ignore, no shell can take back for its
        // children.
        long inherited = signals("self", "SigIgn:") | 0x1_8000_0000L;
        assertThat(signals(Long.toString(pid), "SigIgn:") & ~inherited)
                .as("ignored")
                .isZero();
        assertThat(signals(Long.toString(pid), "SigBlk:") & ~0x1_8000_0000L)
                .as("blocked")
                .isZero();
        try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            assertThat(descriptors.map(fd -> fd.getFileName().toString())).containsExactlyInAnyOrder("0", "1", "2");
        }
    }

    @Test
    void stopAsksTheWholeGroupAndThenInsists() throws Exception {
        processes.launch(machine.sh("polite", "trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.1; done"));
        processes.launch(machine.sh("stubborn", "trap '' TERM; echo up; while :; do sleep 1000; done"));
        awaitLog("polite", "up");
        awaitLog("stubborn", "up");

        Instance.Exited polite = processes.stop("polite", Duration.ofMinutes(1)).get(60, TimeUnit.SECONDS);
        assertThat(polite.exitCode()).isEqualTo(5);
        assertThat(log("polite")).contains("bye");

        var stubborn = processes.stop("stubborn", Duration.ofMillis(50));
        assertThat(stubborn.get(60, TimeUnit.SECONDS).signal()).isEqualTo(9);
        assertThat(machine.processes()).isEmpty();
    }

    @Test
    void childrenOfAProgramThatEndsGoWithIt() throws Exception {
        processes.launch(machine.sh("parent", "sleep 1000 & (sleep 1001 & sleep 1002) & echo up; exit 3"));

        assertThat(exit("parent").exitCode()).isEqualTo(3);
        Machine.await("grandchildren are gone", () -> machine.processes().isEmpty());
    }

    @Test
    void listenersHearOfStartAndExitInOrder() throws Exception {
        BlockingQueue<Instance> heard = new LinkedBlockingQueue<>();
        try (Processes.Subscription _ = processes.listen(heard::add)) {
            processes.launch(machine.sh("short", "exit 2"));
            assertThat(heard.poll(60, TimeUnit.SECONDS)).isNotNull().matches(Instance::isRunning);
            Instance exited = heard.poll(60, TimeUnit.SECONDS);
            assertThat(exited).isNotNull();
            assertThat(((Instance.Exited) exited.state()).exitCode()).isEqualTo(2);
            assertThat(processes.instance("short")).isEqualTo(exited);
        }
    }

    @Test
    void removeForgetsTheExitedAndRefusesTheRunning() throws Exception {
        processes.launch(machine.launch("web", "sleep", "1000"));
        assertThatThrownBy(() -> processes.remove("web")).isInstanceOf(IllegalStateException.class);

        processes.kill("web").get(60, TimeUnit.SECONDS);
        processes.remove("web");
        processes.remove("web");

        assertThat(processes.instances()).isEmpty();
        assertThat(machine.instances.resolve("web")).doesNotExist();
    }

    @Test
    void whatCannotStartLeavesTheIdFree() throws Exception {
        Launch nowhere = new Launch(
                "web", List.of("true"), Map.of(), machine.root.resolve("missing"), Limits.NONE, Node.Mapping.EMPTY);
        assertThatThrownBy(() -> processes.launch(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("working directory");

        assertThat(processes.instances()).isEmpty();
        assertThat(exitOf(machine.sh("web", "exit 0")).exitCode()).isZero();
    }

    @Test
    void idsCannotLeadAnywhereElse() {
        for (String id : new String[] {"", ".", "..", "../x", "a/b", "-rf", ".shim", "a\nb", "a\0", "x".repeat(201)}) {
            assertThatThrownBy(() -> machine.launch(id, "true")).as(id).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsWrittenDownIsForItsOwnerAlone() throws Exception {
        processes.launch(machine.launch("web", Map.of("PASSWORD", "geheim"), Limits.NONE, "sleep", "1000"));

        assertThat(Files.getPosixFilePermissions(machine.instances))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        for (String file : new String[] {"launch.json", "start", "log"}) {
            assertThat(Files.getPosixFilePermissions(machine.instances.resolve("web/" + file)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(String.valueOf(processes.instance("web"))).doesNotContain("geheim");
        long shim = machine.claim("web").shim().pid();
        assertThat(Files.readString(Path.of("/proc/" + shim + "/environ"))).doesNotContain("geheim");
    }

    @Test
    void commandsRunBesideAnInstance() throws Exception {
        processes.launch(machine.launch("web", Map.of("my.name", "web"), Limits.NONE, "sleep", "1000"));

        Execution execution = processes.exec("web", List.of("sh", "-c", "pwd; exit 4"), Machine.DEADLINE);
        assertThat(execution.exitCode()).isEqualTo(4);
        assertThat(execution.output()).isEqualTo(machine.root + "\n");
        assertThat(processes.exec("web", List.of("env"), Machine.DEADLINE).output())
                .contains("my.name=web\n");

        Execution stuck = processes.exec("web", List.of("sh", "-c", "sleep 1000 & sleep 1000"), Duration.ofMillis(200));
        assertThat(stuck.timedOut()).isTrue();
        assertThat(stuck.succeeded()).isFalse();
        Machine.await("nothing is left of it", () -> machine.processes("web").size() == 1);

        Execution chatty = processes.exec(
                "web",
                List.of("sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x; sleep 1000 & exit 0"),
                Machine.DEADLINE);
        assertThat(chatty.output()).hasSize(16 << 10);
        assertThat(chatty.succeeded()).isTrue();
    }

    private Instance.Exited exitOf(Launch launch) throws Exception {
        processes.launch(launch);
        return exit(launch.id());
    }

    private Instance.Exited exit(String id) {
        return Machine.exit(processes, id);
    }

    private List<String> log(String id) {
        return Machine.log(processes, id);
    }

    private void awaitLog(String id, String line) {
        Machine.awaitLog(processes, id, line);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
