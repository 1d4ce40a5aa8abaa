package io.homeostat.target.local.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.local.fault.InstanceFaults.Hold;
import io.homeostat.target.local.process.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before it does harm, and that what was begun by then is undone. */
class InstanceFaultsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Place.OnInstance WEB =
            new Place.OnInstance(new ObjectKey("apps", "Deployment", "default", "web"), "web-0");

    @TempDir
    Path directory;

    private final List<Process> sleeping = new ArrayList<>();

    @AfterEach
    void end() {
        sleeping.forEach(Process::destroyForcibly);
    }

    /** A process of its own, without a limit. */
    private Hold process() throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        sleeping.add(process);
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        Identity identity = new Identity(process.pid(), Long.parseLong(fields[19]), "");
        return new Hold("web-0." + process.pid(), identity, List.of(), false);
    }

    /** One that leads a process group, as those of instances do. */
    private Hold leader() throws IOException {
        Process process = new ProcessBuilder("setsid", "sleep", "600").start();
        sleeping.add(process);
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            if (Long.parseLong(fields[2]) == process.pid() || System.nanoTime() > end) {
                return new Hold(
                        "web-0." + process.pid(),
                        new Identity(process.pid(), Long.parseLong(fields[19]), ""),
                        List.of(),
                        false);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private record Fixed(List<Hold> all, Path place) implements InstanceFaults.Hands {
        @Override
        public List<Hold> processes(Fault fault) {
            return all;
        }

        @Override
        public void kill(Hold process) {
            throw new IllegalStateException("nobody asked for it");
        }

        @Override
        public void terminate(Hold process) {
            throw new IllegalStateException("nobody asked for it");
        }

        @Override
        public Path volume(Fault fault, String name) {
            return place;
        }
    }

    private static Fault fault(Effect effect) {
        return new Fault("it-1", WEB, effect, LONG);
    }

    @Test
    void containersWithoutALimitShareAQuarterOfWhatIsLeft() throws IOException {
        List<Hold> two = List.of(process(), process());
        InstanceFaults faults = InstanceFaults.open(directory, new Fixed(two, directory));
        // Less than a quarter, and more than half of it.
        int mebibytes = (int) (ProcessLook.availableBytes() / 4 * 3 / 4 / (1024 * 1024));
        Fault fault = fault(new Effect.Memory(mebibytes));
        assertThatThrownBy(() -> faults.hold("run", LONG, List.of(fault)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(mebibytes + " MiB are more than its part");
    }

    @Test
    void aDirectoryOfAFileSystemThatOthersUseTooIsNotFilled() throws IOException {
        Path shared = Path.of("/dev/shm");
        assumeTrue(
                Files.isWritable(shared)
                        && !Files.getAttribute(shared, "unix:dev").equals(Files.getAttribute(directory, "unix:dev")),
                "there is no other file system here");
        Path inside = Files.createTempDirectory(shared, "homeostat");
        try {
            InstanceFaults faults = InstanceFaults.open(directory, new Fixed(List.of(process()), inside));
            // More is to be left than there is, so nothing is filled here in any case.
            Fault fault = fault(new Effect.Disk("cache", Integer.MAX_VALUE));
            assertThatThrownBy(() -> faults.hold("run", LONG, List.of(fault)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no file system of its own");
        } finally {
            Files.delete(inside);
        }
    }

    @Test
    void whatWasBegunAtOneProcessIsUndoneWhenItCannotBeBegunAtTheNext() throws IOException {
        Hold first = process();
        Hold second = process();
        InstanceFaults faults = InstanceFaults.open(directory, new Fixed(List.of(first, second), directory));
        // Where its watchdog is to have its directory, there is something else.
        Files.createFile(directory.resolve("run.it-1." + second.identity().pid()));
        Fault fault = fault(new Effect.Pause());
        assertThatThrownBy(() -> faults.hold("run", LONG, List.of(fault))).isInstanceOf(IOException.class);
        Path over = directory.resolve("run.it-1." + first.identity().pid()).resolve("over");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!Files.exists(over) && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(over).as("its watchdog undid it long before its time").exists();
    }

    @Test
    void openFilesAreSeenAtEveryProcessOfAnInstance() throws Exception {
        Hold first = leader();
        Hold second = leader();
        InstanceFaults faults = InstanceFaults.open(directory, new Fixed(List.of(first, second), directory));
        Fault fault = fault(new Effect.FileDescriptors(3));
        State state = faults.hold("run", LONG, List.of(fault)).getFirst();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!state.observed() && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
            state = faults.hold("run", LONG, List.of(fault)).getFirst();
        }
        long one = ProcessLook.softLimitOfFiles(first.identity());
        long other = ProcessLook.softLimitOfFiles(second.identity());
        assertThat(state.seen()).isEqualTo("the soft limits of open files are " + one + ", " + other);
        assertThat(state.inForce()).isTrue();

        Process given = new ProcessBuilder(
                        "prlimit",
                        "--nofile=" + (other + 100) + ":",
                        "--pid=" + second.identity().pid())
                .inheritIO()
                .start();
        assertThat(given.waitFor()).isZero();
        assertThat(faults.hold("run", LONG, List.of(fault)).getFirst().inForce())
                .as("the first one has its limit still")
                .isFalse();
        faults.hold("run", LONG, List.of());
    }
}
