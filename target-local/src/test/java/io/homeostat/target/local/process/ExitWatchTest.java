package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ways to see that a process has ended. */
class ExitWatchTest {
    private final Machine machine = new Machine();

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void thisMachineHasTheBetterWay() throws Exception {
        assumeTrue(Kernel.get() != null, "no system calls from Java here");
        assertThat(machine.open().slowness()).isNull();
    }

    @Test
    void withoutPidfdEverythingWorksAndTheReasonIsNamed() throws Exception {
        Processes processes = openWithoutPidfd();
        assertThat(processes.slowness()).contains("because of a test");
        processes.launch(machine.sh("web", "until [ -e go ]; do sleep 0.02; done; exit 7"));
        processes.launch(machine.sh("api", "trap 'exit 5' TERM; echo up; while :; do sleep 0.02; done"));
        processes.close();

        Processes next = openWithoutPidfd();
        Machine.awaitLog(next, "api", "up");
        assertThat(next.stop("api", Duration.ofMinutes(1))
                        .get(60, TimeUnit.SECONDS)
                        .exitCode())
                .isEqualTo(5);
        Files.createFile(machine.root.resolve("go"));
        assertThat(Machine.exit(next, "web").exitCode()).isEqualTo(7);
        next.launch(machine.launch("db", "sleep", "1000"));
        assertThat(next.kill("db").get(60, TimeUnit.SECONDS).signal()).isEqualTo(9);
    }

    @Test
    void anExitIsToldOnceAndBeforeAnyLaterOneIsCaused() throws Exception {
        Processes processes = machine.open();
        AtomicInteger exits = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(20);
        processes.listen(instance -> {
            if (!instance.isRunning()) {
                exits.incrementAndGet();
                all.countDown();
            }
        });
        for (int i = 0; i < 20; i++) {
            processes.launch(machine.launch("web-" + i, "sleep", "1000"));
        }
        for (int i = 0; i < 20; i++) {
            processes.kill("web-" + i).get(60, TimeUnit.SECONDS);
            assertThat(processes.instance("web-" + i)).isNotNull().matches(instance -> !instance.isRunning());
            int next = i + 1;
            assertThat(processes.instances()).filteredOn(Instance::isRunning).hasSize(20 - next);
        }
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(exits).hasValue(20);
    }

    @Test
    void descriptorsAreGivenBack() throws Exception {
        Processes processes = machine.open();
        processes.launch(machine.launch("first", "true"));
        Machine.exit(processes, "first");
        long before = descriptors();
        for (int i = 0; i < 30; i++) {
            processes.launch(machine.launch("job-" + i, "true"));
        }
        for (int i = 0; i < 30; i++) {
            Machine.exit(processes, "job-" + i);
        }
        Machine.await("no descriptor is kept", () -> descriptors() <= before);
    }

    private static long descriptors() {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException noProc) {
            throw new IllegalStateException(noProc);
        }
    }

    private Processes openWithoutPidfd() throws IOException {
        InstanceDirectory.prepare(machine.instances);
        Tools tools = Tools.find(machine.instances, Map.copyOf(System.getenv()));
        String bootId = ProcStat.bootId();
        ExitWatch watch = new HandleWatch(bootId, tools).because("because of a test");
        LocalProcesses processes = new LocalProcesses(
                machine.instances,
                LogPolicy.DEFAULT,
                InstantSource.system(),
                tools,
                bootId,
                CompletableFuture.completedFuture(watch),
                new Shim(tools, LocalProcesses.PATIENCE));
        machine.track(processes);
        processes.adoptAll();
        return processes;
    }
}
