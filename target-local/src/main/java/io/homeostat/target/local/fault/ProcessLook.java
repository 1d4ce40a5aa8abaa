package io.homeostat.target.local.fault;

import io.homeostat.target.local.process.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code /proc} shows of the processes that faults are done to. */
final class ProcessLook {

    private static final Path PROC = Path.of("/proc");
    private static final int PAGE = 4096;

    private ProcessLook() {}

    /**
     * @param state {@code T} is stopped, {@code Z} has ended
     * @param cpuTicks hundredths of a second of CPU time
     * @param residentBytes memory that it holds
     */
    record Seen(char state, long session, long startTicks, long cpuTicks, long residentBytes) {}

    static @Nullable Seen of(String pid) {
        try {
            String text =
                    new String(Files.readAllBytes(PROC.resolve(pid).resolve("stat")), StandardCharsets.ISO_8859_1);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return new Seen(
                    fields[0].charAt(0),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[19]),
                    Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                    Long.parseLong(fields[21]) * PAGE);
        } catch (IOException gone) {
            return null;
        }
    }

    static boolean isGone(Identity process) {
        Seen seen = of(Long.toString(process.pid()));
        return seen == null || seen.startTicks() != process.startTicks() || seen.state() == 'Z';
    }

    static boolean isStopped(Identity process) {
        Seen seen = of(Long.toString(process.pid()));
        return seen != null && seen.startTicks() == process.startTicks() && seen.state() == 'T';
    }

    /** CPU time and memory of all processes of a session, its leader included. */
    static Seen session(long leader) throws IOException {
        long ticks = 0;
        long bytes = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : all) {
                Seen seen = of(String.valueOf(each.getFileName()));
                if (seen != null && seen.session() == leader) {
                    ticks += seen.cpuTicks();
                    bytes += seen.residentBytes();
                }
            }
        }
        return new Seen('R', leader, 0, ticks, bytes);
    }

    /** −1 when it is not known. */
    static long softLimitOfFiles(Identity process) {
        try {
            for (String line : Files.readAllLines(
                    PROC.resolve(Long.toString(process.pid())).resolve("limits"))) {
                if (line.startsWith("Max open files")) {
                    return Long.parseLong(
                            line.substring("Max open files".length()).strip().split(" +")[0]);
                }
            }
        } catch (IOException | NumberFormatException gone) {
            return -1;
        }
        return -1;
    }

    static long availableBytes() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }
}
