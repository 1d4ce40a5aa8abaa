package io.homeostat.chaos.extension;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs that whoever held a fault had started, and that outlived it. */
final class Leftovers {

    /** The variable that says for which fault a process was started: its directory. */
    static final String MARK = "HOMEOSTAT_FAULT";

    private Leftovers() {}

    static void end(Path directory) {
        String mark = MARK + "=" + directory + "\0";
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> environment(process.pid()).contains(mark))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static String environment(long pid) {
        try {
            return new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ")), StandardCharsets.UTF_8);
        } catch (IOException goneOrForeign) {
            return "";
        }
    }
}
