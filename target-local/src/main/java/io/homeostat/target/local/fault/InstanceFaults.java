package io.homeostat.target.local.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.local.fault.Watchdog.Mode;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.process.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults of instances, by holder. What an agent before left behind is known by its directories. */
public final class InstanceFaults {

    private static final String SCRIPT = ".watchdog.sh";

    private final Path directory;
    private final Hands hands;
    private final Map<String, Map<String, Lease>> holders = new HashMap<>();

    /** Finds and signals the processes of an instance. */
    public interface Hands {

        /** The running processes of an instance; none when it does not run now. */
        List<Hold> processes(Fault fault) throws IOException;

        void kill(Hold process);

        void terminate(Hold process);

        /** @throws IOException when the instance has no volume of that name */
        Path volume(Fault fault, String name) throws IOException;
    }

    /**
     * One process of an instance.
     *
     * @param groups the control groups that hold it
     * @param memoryHeld its memory is limited by one of them
     */
    public record Hold(String id, Identity identity, List<Path> groups, boolean memoryHeld) {}

    private InstanceFaults(Path directory, Hands hands) {
        this.directory = directory;
        this.hands = hands;
    }

    /** Undoes what is left in the directory from before. */
    public static InstanceFaults open(Path directory, Hands hands) throws IOException {
        PrivateFiles.directories(directory);
        InstanceFaults faults = new InstanceFaults(directory.toRealPath(), hands);
        faults.installScript();
        faults.release(Set.of());
        return faults;
    }

    public synchronized List<State> hold(String holder, Duration heartbeat, List<Fault> wanted) throws IOException {
        Map<String, Lease> known = holders.computeIfAbsent(holder, first -> new LinkedHashMap<>());
        Set<String> named = Set.copyOf(wanted.stream().map(Fault::id).toList());
        for (Map.Entry<String, Lease> each : known.entrySet()) {
            if (!named.contains(each.getKey())) {
                each.getValue().undo();
            }
        }
        List<State> states = new ArrayList<>();
        long room = room(
                wanted.stream().filter(fault -> !known.containsKey(fault.id())).toList());
        for (Fault fault : wanted) {
            Lease lease = known.get(fault.id());
            if (lease == null) {
                lease = begin(holder, fault, heartbeat, room);
                known.put(fault.id(), lease);
            } else {
                lease.renew(heartbeat);
            }
            states.add(lease.state());
        }
        if (wanted.isEmpty()) {
            forget(holder, known);
        }
        return states;
    }

    /** Waits for those who undo, which takes them a tenth of a second, and clears up after those that somebody killed. */
    private void forget(String holder, Map<String, Lease> known) throws IOException {
        for (Lease lease : known.values()) {
            for (Watchdog watchdog : lease.watchdogs()) {
                if (!watchdog.isOver()) {
                    return;
                }
                if (watchdog.wasKilled()) {
                    watchdog.undoAgain();
                    Remains.undo(watchdog.process(), watchdog.session());
                }
                PrivateFiles.deleteTree(watchdog.directory());
            }
        }
        holders.remove(holder);
    }

    /** Whether everything of a holder is undone. */
    public synchronized boolean isUndone(String holder) {
        return holders.getOrDefault(holder, Map.of()).values().stream().allMatch(Lease::isOver);
    }

    /**
     * So many bytes of memory each container without a limit may take: together at most a quarter of what is left before any of them
     * has taken some.
     */
    private long room(List<Fault> beginning) throws IOException {
        long unlimited = 0;
        for (Fault fault : beginning) {
            if (fault.effect() instanceof Effect.Memory) {
                unlimited += hands.processes(fault).stream()
                        .filter(process -> !process.memoryHeld())
                        .count();
            }
        }
        return unlimited == 0 ? 0 : ProcessLook.availableBytes() / 4 / unlimited;
    }

    private Lease begin(String holder, Fault fault, Duration heartbeat, long room) throws IOException {
        List<Hold> processes = hands.processes(fault);
        if (processes.isEmpty()) {
            throw new IOException(fault.place() + " does not run now, so nothing can be done to it");
        }
        List<Identity> identities = processes.stream().map(Hold::identity).toList();
        List<Watchdog> watchdogs = new ArrayList<>();
        try {
            for (Hold process : processes) {
                begin(holder, fault, heartbeat, room, process, watchdogs);
            }
        } catch (IOException | RuntimeException failed) {
            // No lease knows of them: nobody else would undo them before their time.
            for (Watchdog watchdog : watchdogs) {
                try {
                    watchdog.undo();
                } catch (IOException untold) {
                    // It undoes it when nobody renews it.
                    failed.addSuppressed(untold);
                }
            }
            throw failed;
        }
        return new Lease(fault, identities, watchdogs);
    }

    /** @param watchdogs of the processes before this one; what is begun here is added */
    private void begin(
            String holder, Fault fault, Duration heartbeat, long room, Hold process, List<Watchdog> watchdogs)
            throws IOException {
        switch (fault.effect()) {
            case Effect.Kill _ -> hands.kill(process);
            case Effect.Terminate _ -> hands.terminate(process);
            case Effect.Pause _ -> watchdogs.add(watchdog(holder, fault, Mode.PAUSE, 0, null, process, heartbeat));
            case Effect.Cpu cpu ->
                watchdogs.add(watchdog(
                        holder, fault, Mode.CPU, cpu.workers() + "@" + cpu.percent(), null, process, heartbeat));
            case Effect.Io io ->
                watchdogs.add(watchdog(holder, fault, Mode.IO, io.workers(), null, process, heartbeat));
            case Effect.FileDescriptors files ->
                watchdogs.add(watchdog(holder, fault, Mode.FILEDESCRIPTORS, files.left(), null, process, heartbeat));
            case Effect.Disk disk -> {
                // One volume is of the whole instance, however many processes it has.
                if (watchdogs.isEmpty()) {
                    Path volume = limited(fault, disk);
                    watchdogs.add(watchdog(holder, fault, Mode.DISK, disk.mebibytes(), volume, process, heartbeat));
                }
            }
            case Effect.Memory memory -> {
                checkRoom(process, memory.mebibytes(), room);
                watchdogs.add(watchdog(holder, fault, Mode.MEMORY, memory.mebibytes(), null, process, heartbeat));
            }
            default -> throw new IllegalArgumentException(fault + " is none of instances");
        }
    }

    /** Without a limit the machine itself would be what is tried. */
    private static void checkRoom(Hold process, int mebibytes, long room) throws IOException {
        if (!process.memoryHeld() && mebibytes * 1024L * 1024L > room) {
            throw new IOException("no control group limits the memory of " + process.id() + ", and " + mebibytes
                    + " MiB are more than its part, " + room / (1024 * 1024)
                    + " MiB, of a quarter of what this machine has left; give it a memory limit, or take less");
        }
    }

    /** Why a volume is not filled, and what would help; null when it may be tried. */
    public @Nullable String objection(Place.OnInstance place, Effect.Disk disk) {
        try {
            var _ = limited(new Fault("", place, disk, Duration.ZERO), disk);
            return null;
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    /** What is no file system of its own is limited by nothing but the disk that everybody uses. */
    private Path limited(Fault fault, Effect.Disk disk) throws IOException {
        Path volume = hands.volume(fault, disk.volume()).toRealPath();
        Object device = Files.getAttribute(volume, "unix:dev");
        // What is not mounted just there is a directory among others of that file system.
        Path above = volume.resolve("..");
        if (device.equals(Files.getAttribute(directory, "unix:dev"))
                || device.equals(Files.getAttribute(Path.of("/"), "unix:dev"))
                || device.equals(Files.getAttribute(above, "unix:dev"))) {
            throw new IOException("the volume " + disk.volume() + " of " + fault.place()
                    + " is no file system of its own: filling it would fill the disk that everybody uses; mount one of"
                    + " limited size at " + volume);
        }
        return volume;
    }

    private Watchdog watchdog(
            String holder, Fault fault, Mode mode, int count, @Nullable Path place, Hold process, Duration heartbeat)
            throws IOException {
        return watchdog(holder, fault, mode, Integer.toString(count), place, process, heartbeat);
    }

    private Watchdog watchdog(
            String holder, Fault fault, Mode mode, String count, @Nullable Path place, Hold process, Duration heartbeat)
            throws IOException {
        return Watchdog.start(
                directory.resolve(SCRIPT),
                directory.resolve(
                        holder + "." + fault.id() + "." + process.identity().pid()),
                mode,
                count,
                place,
                process.identity(),
                process.groups(),
                heartbeat,
                fault.lasts());
    }

    /** Tells every watchdog of any other holder to undo; those of this agent and those of one before. */
    public synchronized void release(Set<String> keep) throws IOException {
        for (Map.Entry<String, Map<String, Lease>> each : Map.copyOf(holders).entrySet()) {
            if (!keep.contains(each.getKey())) {
                for (Lease lease : each.getValue().values()) {
                    lease.undo();
                }
                forget(each.getKey(), each.getValue());
            }
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "[!.]*")) {
            for (Path each : left) {
                String name = String.valueOf(each.getFileName());
                String holder = name.substring(0, name.indexOf('.'));
                if (holders.containsKey(holder) || keep.contains(holder)) {
                    continue;
                }
                if (Files.exists(each.resolve("over"))) {
                    PrivateFiles.deleteTree(each);
                } else {
                    Watchdog.release(each);
                }
            }
        }
    }

    /** Under one name: shells read while they run, so it is replaced and never changed. */
    private void installScript() throws IOException {
        try (InputStream script = InstanceFaults.class.getResourceAsStream("watchdog.sh")) {
            if (script == null) {
                throw new IllegalStateException("watchdog.sh is not in the jar");
            }
            Path unfinished = directory.resolve(SCRIPT + ".new");
            Files.write(unfinished, script.readAllBytes());
            Files.move(unfinished, directory.resolve(SCRIPT), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
