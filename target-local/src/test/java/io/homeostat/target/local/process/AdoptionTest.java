package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One agent goes and another comes. (Closing leaves everything as killing the agent does: neither tells a process anything.) */
class AdoptionTest {
    private final Machine machine = new Machine();

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void whatRunsIsTakenOverWithoutARestart() throws Exception {
        Processes first = machine.open();
        Launch launch = machine.launch(
                "web-1", Map.of("A", "it's"), new Limits(null, null, 1000), "sh", "-c", "echo up; sleep 1000");
        Instance before = first.launch(launch);
        Machine.awaitLog(first, "web-1", "up");
        first.close();

        Processes second = machine.open();

        assertThat(second.instances()).containsExactly(before);
        assertThat(second.findings()).isEmpty();
        assertThat(second.launch(launch)).isEqualTo(before);
        assertThat(Machine.log(second, "web-1")).containsExactly("up");
        Instance.Exited exited = second.kill("web-1").get(60, TimeUnit.SECONDS);
        assertThat(exited.signal()).isEqualTo(9);
        assertThat(machine.processes()).isEmpty();
    }

    @Test
    void exitCodesOfTheTimeWithoutAnAgentAreKept() throws Exception {
        Processes first = machine.open();
        first.launch(machine.sh("three", "while [ ! -e go ]; do sleep 0.02; done; exit 3"));
        first.launch(machine.sh("term", "while [ ! -e go ]; do sleep 0.02; done; kill -TERM $$"));
        first.close();
        Files.createFile(machine.root.resolve("go"));
        Machine.await(
                "both are over",
                () -> machine.processes().isEmpty() && machine.shims().isEmpty());

        Processes second = machine.open();

        Instance.Exited three = Machine.exit(second, "three");
        assertThat(three.exitCode()).isEqualTo(3);
        assertThat(three.known()).isTrue();
        assertThat(three.at()).isAfterOrEqualTo(three.startedAt());
        assertThat(Machine.exit(second, "term").signal()).isEqualTo(15);
    }

    @Test
    void anExitAfterAdoptionIsSeenWithItsCode() throws Exception {
        Processes first = machine.open();
        first.launch(machine.sh("web", "while [ ! -e go ]; do sleep 0.02; done; exit 7"));
        first.close();
        Processes second = machine.open();
        assertThat(second.instance("web")).matches(Instance::isRunning);

        Files.createFile(machine.root.resolve("go"));

        assertThat(Machine.exit(second, "web").exitCode()).isEqualTo(7);
    }

    @Test
    void withoutItsShimAProgramRunsOnAndItsCodeIsSaidToBeUnknown() throws Exception {
        Processes processes = machine.open();
        Instance before = processes.launch(
                machine.sh("web", "sleep 1000 & echo up; while [ ! -e go ]; do sleep 0.02; done; exit 7"));
        Machine.awaitLog(processes, "web", "up");

        Machine.signal(machine.claim("web").shim().pid(), "KILL");
        Machine.await("the shim is gone", () -> machine.shims().isEmpty());
        assertThat(processes.instances()).containsExactly(before);
        processes.close();
        Processes next = machine.open();
        assertThat(next.instances()).containsExactly(before);

        Files.createFile(machine.root.resolve("go"));
        Instance.Exited exited = Machine.exit(next, "web");
        assertThat(exited.known()).isFalse();
        assertThat(exited.reason()).isEqualTo("ContainerStatusUnknown");
        Machine.await("its children went with it", () -> machine.processes().isEmpty());
    }

    @Test
    void shimAndProgramKilledWithoutAnAgentIsAnUnknownExit() throws Exception {
        Processes first = machine.open();
        Instance web = first.launch(machine.sh("web", "sleep 1000 & echo up; sleep 1000"));
        Machine.awaitLog(first, "web", "up");
        first.close();
        Machine.signal(machine.claim("web").shim().pid(), "KILL");
        Machine.signal(Machine.pid(web), "KILL");
        Machine.await("both are gone", () -> !ProcStat.isAlive(Machine.identity(web), bootId()));

        Processes second = machine.open();

        assertThat(Machine.exit(second, "web").known()).isFalse();
        Machine.await("its children went with it", () -> machine.processes().isEmpty());
    }

    @Test
    void aPausedShimDoesNotHideAnExitAndItsCodeIsNotLost() throws Exception {
        Processes processes = machine.open();
        Instance web = processes.launch(machine.sh("web", "echo up; while [ ! -e go ]; do sleep 0.02; done; exit 7"));
        Machine.awaitLog(processes, "web", "up");

        Machine.signal(machine.claim("web").shim().pid(), "STOP");
        Files.createFile(machine.root.resolve("go"));

        assertThat(Machine.exit(processes, "web").exitCode()).isEqualTo(7);
        assertThat(machine.processes()).doesNotContain(Machine.pid(web));
    }

    @Test
    void anotherProcessOfTheSameNumberIsNeverTakenForOursNorSignalled() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            ProcStat stat = ProcStat.of(stranger.pid());
            long ticks = stat == null ? 0 : stat.startTicks();
            instanceOnDisk("other-start", stranger.pid() + " " + (ticks + 1) + " " + stranger.pid() + " 1 " + bootId());
            instanceOnDisk("other-boot", stranger.pid() + " " + ticks + " " + stranger.pid() + " 1 another-boot");

            Processes processes = machine.open();

            for (String id : new String[] {"other-start", "other-boot"}) {
                assertThat(Machine.exit(processes, id).known()).isFalse();
                processes.kill(id).get(60, TimeUnit.SECONDS);
                processes.remove(id);
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void anExitRecordThatWasCutOffIsUnknownAndNotGuessed() throws Exception {
        instanceOnDisk("cut", "99999999 1 99999998 1 " + bootId());
        Files.writeString(machine.instances.resolve("cut/exit"), "1");
        instanceOnDisk("whole", "99999999 1 99999998 1 " + bootId());
        Files.writeString(machine.instances.resolve("whole/exit"), "1\nswept\n");

        Processes processes = machine.open();

        assertThat(Machine.exit(processes, "cut").known()).isFalse();
        assertThat(Machine.exit(processes, "whole").exitCode()).isEqualTo(1);
    }

    @Test
    void aStartThatWasNeverClaimedIsRevokedAndGone() throws Exception {
        Processes first = machine.open();
        first.close();
        Intent intent = new Intent(machine.launch("web", "sleep", "1000"), List.of(), List.of());
        InstanceDirectory.create(machine.instances, intent, "exec sleep 1000\n");
        Files.createDirectory(machine.instances.resolve(".new-1-half"));
        Files.createFile(machine.instances.resolve(".new-1-half/start"));

        Processes second = machine.open();

        assertThat(second.instances()).isEmpty();
        assertThat(second.findings()).singleElement().asString().contains("web", "revoked");
        try (var left = Files.list(machine.instances)) {
            assertThat(left.map(path -> path.getFileName().toString())).allMatch(name -> name.startsWith(".shim-"));
        }
        second.launch(machine.launch("web", "sleep", "1000"));
        Machine.await("it runs once", () -> machine.processes("web").size() == 1);
    }

    @Test
    void aDeletionThatWasCutOffIsFinished() throws Exception {
        instanceOnDisk("half", "99999999 1 99999998 1 " + bootId());
        Files.delete(machine.instances.resolve("half/start"));
        Files.delete(machine.instances.resolve("half/launch.json"));

        Processes processes = machine.open();

        assertThat(processes.instances()).isEmpty();
        assertThat(machine.instances.resolve("half")).doesNotExist();
    }

    @Test
    void anUnreadableRecordOfALiveProgramEndsItSinceNobodyCouldKnowItAsTheirs() throws Exception {
        Processes first = machine.open();
        first.launch(machine.launch("web", "sleep", "1000"));
        first.launch(machine.launch("api", "sleep", "1000"));
        first.close();
        Path record = machine.instances.resolve("web/launch.json");
        Files.writeString(record, Files.readString(record).substring(5));

        Processes second = machine.open();

        assertThat(second.instances()).extracting(Instance::id).containsExactly("api");
        assertThat(second.findings()).singleElement().asString().contains("web");
        Machine.await("only the other one runs", () -> machine.processes("web").isEmpty());
        Machine.await("the other one runs", () -> machine.processes("api").size() == 1);
    }

    private void instanceOnDisk(String id, String claim) throws IOException {
        Files.createDirectories(
                machine.instances, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Intent intent = new Intent(machine.launch(id, "sleep", "1000"), List.of(), List.of());
        InstanceDirectory directory = InstanceDirectory.create(machine.instances, intent, "exec sleep 1000\n");
        Files.writeString(directory.path().resolve("child"), claim + "\n");
    }

    private static String bootId() {
        try {
            return ProcStat.bootId();
        } catch (IOException noProc) {
            throw new IllegalStateException(noProc);
        }
    }
}
