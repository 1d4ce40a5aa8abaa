package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Ends what is left of an instance whose shim was killed before it could: the members of its session that still write its log.
 * Both are asked for, since the number of a session may have come back when all of its members were gone.
 */
final class Leftovers {
    private static final Path PROC = Path.of("/proc");

    private Leftovers() {}

    static void kill(Identity leader, Path log, Tools tools) {
        StringBuilder pids = new StringBuilder();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                ProcStat stat = ProcStat.of(pid);
                if (stat != null && stat.session() == leader.pid() && !stat.ended() && writes(process, log)) {
                    pids.append(' ').append(pid);
                }
            }
        } catch (IOException unreadable) {
            return;
        }
        if (!pids.isEmpty()) {
            tools.kill(ExitWatch.SIGKILL, pids.toString());
        }
    }

    private static boolean writes(Path process, Path log) {
        return leadsTo(process.resolve("fd/1"), log) || leadsTo(process.resolve("fd/2"), log);
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.isSameFile(link, file);
        } catch (IOException closed) {
            return false;
        }
    }
}
