package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits are held where this user may write control groups; where not, a warning says why and the instance runs. */
class LimitsTest {
    private static final Limits ALL = new Limits(32L << 20, 500, 20);

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
    void aProgramThatTakesTooMuchMemoryIsKilledAndSaysSo() throws Exception {
        assumeHeld(ALL);
        processes.launch(machine.launch("hog", Map.of(), ALL, "perl", "-e", "my $x = 'x' x (200 << 20); sleep 1000"));

        Instance.Exited exited = Machine.exit(processes, "hog");

        assertThat(exited.outOfMemory()).isTrue();
        assertThat(exited.reason()).isEqualTo("OOMKilled");
        assertThat(exited.signal()).isEqualTo(9);
    }

    @Test
    void aProgramThatEndsWellWasNotOutOfMemory() throws Exception {
        assumeHeld(ALL);
        processes.launch(
                machine.launch("web", Map.of(), ALL, "sh", "-c", "perl -e '$x = \"x\" x (200 << 20)'; echo; exit 0"));

        assertThat(Machine.exit(processes, "web").reason()).isEqualTo("Completed");
    }

    @Test
    void theProgramIsInItsGroupsAndTheyGoWithIt() throws Exception {
        assumeHeld(ALL);
        processes.launch(machine.launch(
                "web", Map.of(), ALL, "sh", "-c", "cat /proc/self/cgroup; setsid sleep 1000 & echo up; sleep 1000"));
        Machine.awaitLog(processes, "web", "up");
        List<Path> groups = groups("web");

        assertThat(groups).isNotEmpty().allSatisfy(group -> assertThat(group).isDirectory());
        assertThat(Machine.log(processes, "web")).anyMatch(line -> line.endsWith("/web"));
        assertThat(Files.readAllLines(
                        Path.of("/proc/" + machine.claim("web").shim().pid() + "/cgroup")))
                .as("the shim is outside")
                .noneMatch(line -> line.endsWith("/web"));

        processes.kill("web").get(60, TimeUnit.SECONDS);

        Machine.await(
                "what left the process group is gone too",
                () -> machine.processes().isEmpty());
        assertThat(groups).allSatisfy(group -> {
            assertThat(group).doesNotExist();
            assertThat(group.getParent()).doesNotExist();
        });
    }

    @Test
    void theNumberOfProcessesIsHeld() throws Exception {
        Limits few = new Limits(null, null, 3);
        assumeHeld(few);
        processes.launch(machine.launch(
                "web", Map.of(), few, "sh", "-c", "for i in 1 2 3 4 5 6; do sleep 1000 & done; echo all; sleep 1000"));

        assertThat(Machine.exit(processes, "web").exitCode()).isNotZero();
        assertThat(Machine.log(processes, "web")).doesNotContain("all");
    }

    @Test
    void whatCannotBeHeldIsAWarningWithItsReason() {
        Path nowhere = Path.of("/proc/no-such-place");
        ControlGroups groups = new ControlGroups(
                new Hierarchies(Map.of("memory", nowhere, "pids", nowhere), null, null), "homeostat-test");

        ControlGroups.Held held = groups.hold("web", ALL);

        assertThat(held.groups()).isEmpty();
        assertThat(held.warnings())
                .hasSize(3)
                .anySatisfy(warning -> assertThat(warning).contains("33554432 bytes", "/proc/no-such-place"))
                .anySatisfy(warning -> assertThat(warning).contains("500 thousandths", "no control group for cpu"));
    }

    @Test
    void versionTwoIsWrittenInItsOwnWords() throws Exception {
        Path root = machine.root.resolve("cgroup");
        Path user = root.resolve("user");
        Path shared = user.resolve("homeostat-test");
        Path group = Files.createDirectories(shared.resolve("web"));
        Files.createDirectories(user.resolve("agent"));
        for (Path each : List.of(root, user, shared)) {
            Files.writeString(each.resolve("cgroup.controllers"), "cpu memory pids\n");
            Files.writeString(each.resolve("cgroup.subtree_control"), "\n");
        }
        Files.createFile(group.resolve("memory.swap.max"));
        Hierarchies hierarchies = Hierarchies.parse(
                List.of("30 23 0:26 / " + root + " rw,nosuid shared:9 - cgroup2 cgroup2 rw"),
                List.of("0::/user/agent"));

        ControlGroups.Held held = new ControlGroups(hierarchies, "homeostat-test").hold("web", ALL);

        assertThat(held.warnings()).isEmpty();
        assertThat(held.groups()).containsExactly(group);
        assertThat(group.resolve("memory.max")).hasContent("33554432");
        assertThat(group.resolve("memory.swap.max")).hasContent("0");
        assertThat(group.resolve("cpu.max")).hasContent("50000 100000");
        assertThat(group.resolve("pids.max")).hasContent("20");
    }

    @Test
    void mountsAndMembershipsAreReadAsTheKernelWritesThem() {
        List<String> mounts = List.of(
                "25 30 0:23 / /sys rw - sysfs sysfs rw",
                "31 25 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
                "32 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
                "33 25 0:29 /docker/abc /sys/fs/cgroup/memory ro master:4 - cgroup cgroup rw,memory");
        List<String> memberships = List.of("4:memory:/docker/abc/x", "3:cpu,cpuacct:/a", "0::/b");

        Hierarchies hierarchies = Hierarchies.parse(mounts, memberships);

        assertThat(hierarchies.of("cpu"))
                .containsExactly(new Hierarchies.Place(Path.of("/sys/fs/cgroup/cpu,cpuacct/a"), false));
        assertThat(hierarchies.of("memory"))
                .containsExactly(new Hierarchies.Place(Path.of("/sys/fs/cgroup/memory/x"), false));
        assertThat(hierarchies.unified()).isEqualTo(Path.of("/sys/fs/cgroup/unified/b"));
    }

    @Test
    void limitsBelowOneAreAMistake() {
        assertThatThrownBy(() -> new Limits(0L, null, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Limits(null, -1, null)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Limits.NONE.isNone()).isTrue();
        assertThat(ALL.isNone()).isFalse();
    }

    private void assumeHeld(Limits limits) {
        List<String> reasons = processes.unsupported(limits);
        assumeTrue(reasons.isEmpty(), reasons::toString);
    }

    private List<Path> groups(String id) throws IOException {
        Intent intent = new InstanceDirectory(machine.instances.resolve(id)).intent();
        return intent == null ? List.of() : intent.groups();
    }
}
