package io.homeostat.gate.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which process is meant, exactly: a number alone may belong to another process by now.
 *
 * @param startTicks when it started, in clock ticks since boot ({@code /proc/PID/stat}, field 22)
 * @param bootId of the run of the machine
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {

    /** Of a process that lives; empty when none has this number, or it is a zombie. */
    public static Optional<ProcessIdentity> of(long pid) throws IOException {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return Optional.empty();
        }
        // The name, in parentheses, may contain anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        if (fields[0].equals("Z") || fields[0].equals("X")) {
            return Optional.empty();
        }
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[19]), boot));
    }

    /** As {@link #toString} wrote it to a file; empty when the file is missing or says something else. */
    public static Optional<ProcessIdentity> read(Path file) {
        try {
            String[] parts = Files.readString(file).strip().split(" ");
            return parts.length == 3
                    ? Optional.of(new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]))
                    : Optional.empty();
        } catch (IOException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    public boolean isAlive() throws IOException {
        return of(pid).filter(this::equals).isPresent();
    }

    /** {@code PID START-TICKS BOOT-ID}. */
    @Override
    public String toString() {
        return pid + " " + startTicks + " " + bootId;
    }
}
