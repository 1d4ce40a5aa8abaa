package io.homeostat.target.local.fault;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.local.process.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One fault of one holder, done to the processes of one instance. */
final class Lease {

    /** So much CPU time shows that its workers work: hundredths of a second. */
    private static final long BUSY = 10;

    private final Fault fault;
    private final List<Identity> processes;
    private final List<Watchdog> watchdogs;
    private boolean observed;
    private String seen = "";

    /** @param watchdogs none for what is over at once */
    Lease(Fault fault, List<Identity> processes, List<Watchdog> watchdogs) {
        this.fault = fault;
        this.processes = List.copyOf(processes);
        this.watchdogs = List.copyOf(watchdogs);
    }

    void renew(Duration heartbeat) throws IOException {
        for (Watchdog watchdog : watchdogs) {
            watchdog.renew(heartbeat);
        }
    }

    void undo() throws IOException {
        for (Watchdog watchdog : watchdogs) {
            watchdog.undo();
        }
    }

    boolean isOver() {
        return watchdogs.stream().allMatch(Watchdog::isOver);
    }

    List<Watchdog> watchdogs() {
        return watchdogs;
    }

    /** What was seen once stays seen. */
    State state() throws IOException {
        if (!observed) {
            switch (fault.effect()) {
                case Effect.Kill _ -> seen(processes.stream().allMatch(ProcessLook::isGone), "the process is gone");
                case Effect.Terminate _ -> seen(processes.stream().allMatch(ProcessLook::isGone), "the process ended");
                case Effect.Pause _ ->
                    seen(processes.stream().allMatch(ProcessLook::isStopped), "the process is stopped");
                case Effect.Cpu cpu -> {
                    long ticks = 0;
                    for (Watchdog watchdog : watchdogs) {
                        ticks += ProcessLook.session(watchdog.session()).cpuTicks();
                    }
                    // Of workers that idle most of the time less is enough.
                    seen(ticks >= Math.max(3, BUSY * cpu.percent() / 100), "its workers took CPU time");
                }
                case Effect.Memory memory -> {
                    long bytes = 0;
                    for (Watchdog watchdog : watchdogs) {
                        bytes += ProcessLook.session(watchdog.session()).residentBytes();
                    }
                    long wanted = (memory.mebibytes() * 1024L * 1024L * watchdogs.size() * 9) / 10;
                    seen(bytes >= wanted, memory.mebibytes() + " MiB were taken");
                }
                case Effect.Io _ ->
                    seen(watchdogs.stream().anyMatch(Watchdog::hasWritten), "files were written and synced");
                case Effect.FileDescriptors _ -> {
                    List<Long> limits = limits();
                    seen(
                            areLowered(limits),
                            limits.size() == 1
                                    ? "the soft limit of open files is " + limits.getFirst()
                                    : "the soft limits of open files are "
                                            + limits.stream()
                                                    .map(String::valueOf)
                                                    .collect(Collectors.joining(", ")));
                }
                case Effect.Disk disk -> {
                    long left = watchdogs.isEmpty()
                            ? Long.MAX_VALUE
                            : watchdogs.getFirst().usableMebibytes();
                    seen(left <= disk.mebibytes() + 1L, left + " MiB are left of the volume " + disk.volume());
                }
                default -> throw new IllegalStateException(fault + " is none of instances");
            }
        }
        return new State(fault.id(), isInForce(), observed, seen);
    }

    /** Everywhere: what one of several processes is rid of is not what was wanted. */
    private boolean isInForce() {
        return !watchdogs.isEmpty() && watchdogs.stream().noneMatch(Watchdog::isOver) && (!observed || isThereStill());
    }

    /** Whatever undid it, it was not the watchdog. Of what the watchdog started, it sees to that itself. */
    private boolean isThereStill() {
        return switch (fault.effect()) {
            case Effect.Pause _ -> processes.stream().allMatch(ProcessLook::isStopped);
            case Effect.FileDescriptors _ -> areLowered(limits());
            default -> true;
        };
    }

    /** Of every process, in their order. */
    private List<Long> limits() {
        return processes.stream().map(ProcessLook::softLimitOfFiles).toList();
    }

    /** Each by the watchdog of just that process: a limit that one was given says nothing of another. */
    private boolean areLowered(List<Long> limits) {
        return !limits.isEmpty()
                && limits.size() == watchdogs.size()
                && IntStream.range(0, limits.size())
                        .allMatch(i -> watchdogs.get(i).lowered().contains(limits.get(i)));
    }

    private void seen(boolean now, String words) {
        if (now) {
            observed = true;
            seen = words;
        }
    }
}
