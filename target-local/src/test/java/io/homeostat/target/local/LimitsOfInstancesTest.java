package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open files, the disk's time and a volume's space are taken from an instance, and given back, whoever dies. */
class LimitsOfInstancesTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Lab lab;
    private @Nullable Path mounted;

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory);
        lab.apply("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  volumes: [{name: cache, emptyDir: {}}]
                  containers:
                    - name: web
                      image: server:1.0
                      command: [sh, -c, "while true; do sleep 0.1; done"]
                      volumeMounts: [{name: cache, mountPath: /cache}]
            """);
        lab.awaitHealthy(Lab.deployment("web"));
    }

    @AfterEach
    void close() throws Exception {
        Path left = mounted;
        if (left != null) {
            command("umount", left.toString());
        }
        lab.close();
    }

    private Faults faults() {
        return lab.target().faults();
    }

    private Fault fault(Effect effect) throws IOException {
        String name = faults().instances(Lab.deployment("web")).getFirst().name();
        return new Fault("f-1", new Place.OnInstance(Lab.deployment("web"), name), effect, LONG);
    }

    private State awaitObserved(Fault fault) throws Exception {
        State[] last = new State[1];
        lab.await(fault.effect().faultClass() + " was seen", () -> {
            last[0] = faults().hold("test", HEARTBEAT, List.of(fault)).getFirst();
            return last[0].observed();
        });
        return last[0];
    }

    private long pid() throws IOException {
        return lab.pids().values().iterator().next();
    }

    /** Soft and hard. */
    private static List<String> limits(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/limits"))) {
            if (line.startsWith("Max open files")) {
                String[] words = line.split(" +");
                return List.of(words[3], words[4]);
            }
        }
        return List.of();
    }

    private int command(String... words) throws Exception {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("command.log").toFile())
                .start()
                .waitFor();
    }

    private void killWatchdog() throws Exception {
        String mine = directory.toRealPath().toString();
        List<ProcessHandle> watchdogs = ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = commandLine(process.pid());
                    return line.contains("watchdog.sh") && line.contains(mine);
                })
                .toList();
        assertThat(watchdogs).isNotEmpty();
        watchdogs.forEach(ProcessHandle::destroyForcibly);
        lab.await("it is dead", () -> watchdogs.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Test
    void softLimitsOfOpenFilesAreLoweredAndHardOnesNever() throws Exception {
        long pid = pid();
        List<String> before = limits(pid);
        State state = awaitObserved(fault(new Effect.FileDescriptors(3)));
        long open;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            open = files.mapToLong(each -> Long.parseLong(each.getFileName().toString()))
                    .max()
                    .orElseThrow();
        }
        assertThat(limits(pid)).containsExactly(Long.toString(open + 4), before.getLast());
        assertThat(state.seen()).isEqualTo("the soft limit of open files is " + (open + 4));
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(limits(pid)).isEqualTo(before);
    }

    @Test
    void theyAreGivenBackWhenNobodyRenewsItAndWhenTheWatchdogIsKilled() throws Exception {
        long pid = pid();
        List<String> before = limits(pid);
        awaitObserved(fault(new Effect.FileDescriptors(0)));
        assertThat(limits(pid)).isNotEqualTo(before);
        lab.await("nobody renews it", () -> limits(pid).equals(before));
        faults().hold("test", HEARTBEAT, List.of());

        awaitObserved(fault(new Effect.FileDescriptors(0)));
        killWatchdog();
        assertThat(limits(pid)).isNotEqualTo(before);
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("another one gives them back", () -> limits(pid).equals(before));
    }

    @Test
    void aPauseWhoseWatchdogIsKilledTogetherWithTheAgentIsUndoneByTheNextOne() throws Exception {
        long pid = pid();
        awaitObserved(fault(new Effect.Pause()));
        killWatchdog();
        assertThat(state(pid)).isEqualTo('T');
        lab.restart();
        lab.await("it goes on", () -> state(pid) != 'T');
    }

    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    @Test
    void filesAreWrittenAndNothingIsLeftOfThem() throws Exception {
        assertThat(awaitObserved(fault(new Effect.Io(2))).seen()).isEqualTo("files were written and synced");
        faults().hold("test", HEARTBEAT, List.of());
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(each -> each.getFileName().toString().startsWith("io.")))
                    .isEmpty();
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> commandLine(process.pid()).contains(directory + "/")))
                .noneMatch(process -> commandLine(process.pid()).contains("watchdog.sh"));
    }

    @Test
    void aVolumeThatNothingLimitsIsRefusedInWords() throws Exception {
        Fault fault = fault(new Effect.Disk("cache", 1));
        assertThatThrownBy(() -> faults().hold("test", HEARTBEAT, List.of(fault)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(
                        "is no file system of its own: filling it would fill the disk that everybody uses");
        Fault unknown = fault(new Effect.Disk("nobody", 1));
        assertThatThrownBy(() -> faults().hold("test", HEARTBEAT, List.of(unknown)))
                .hasMessageContaining("has no volume 'nobody'");
    }

    @Test
    void aVolumeOfLimitedSizeIsFilledAndEmptiedAgain() throws Exception {
        Path volume;
        try (Stream<Path> all = Files.walk(directory)) {
            volume = all.filter(each -> each.endsWith("volumes/cache"))
                    .findFirst()
                    .orElseThrow();
        }
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=8m", "none", volume.toString()) == 0,
                "nothing can be mounted here");
        mounted = volume;
        Files.writeString(volume.resolve("theirs"), "kept");
        State state = awaitObserved(fault(new Effect.Disk("cache", 1)));
        assertThat(state.seen()).endsWith("MiB are left of the volume cache");
        assertThat(Files.getFileStore(volume).getUsableSpace()).isLessThanOrEqualTo(2 * 1024 * 1024);
        faults().hold("test", HEARTBEAT, List.of());
        assertThat(Files.getFileStore(volume).getUsableSpace()).isGreaterThan(7 * 1024 * 1024);

        awaitObserved(fault(new Effect.Disk("cache", 1)));
        killWatchdog();
        faults().hold("test", HEARTBEAT, List.of());
        lab.await("it is emptied all the same", () -> Files.getFileStore(volume).getUsableSpace() > 7 * 1024 * 1024);
        try (Stream<Path> left = Files.list(volume)) {
            assertThat(left).containsExactly(volume.resolve("theirs"));
        }
    }
}
