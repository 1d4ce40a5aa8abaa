package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One process as {@code /proc/PID/stat} shows it.
 *
 * @param state {@code Z} and {@code X} have ended
 * @param session pid of the process that began its session
 */
record ProcStat(char state, long session, long startTicks) {
    private static final Path PROC = Path.of("/proc");

    /** Null when there is no such process. */
    static @Nullable ProcStat of(long pid) {
        try {
            return parse(Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat")));
        } catch (IOException gone) {
            return null;
        }
    }

    /** The name in the second field may hold blanks and brackets; only after the last bracket is it safe to count. */
    static ProcStat parse(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        return new ProcStat(fields[0].charAt(0), Long.parseLong(fields[3]), Long.parseLong(fields[19].strip()));
    }

    boolean ended() {
        return state == 'Z' || state == 'X';
    }

    static String bootId() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    /** It exists, and it is the one meant; what has ended and waits for its parent counts as gone. */
    static boolean isAlive(Identity identity, String bootId) {
        if (!identity.bootId().equals(bootId)) {
            return false;
        }
        ProcStat stat = of(identity.pid());
        return stat != null && stat.startTicks == identity.startTicks() && !stat.ended();
    }
}
