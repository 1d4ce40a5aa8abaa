package io.homeostat.gate;

import io.homeostat.gate.control.GateLauncher;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gates as processes of their own, as the agent starts them. */
final class Processes {

    private Processes() {}

    static final Path JAVA = Path.of(ProcessHandle.current().info().command().orElseThrow());

    static GateLauncher launcher(Path directory) {
        return new GateLauncher(directory, JAVA, GateLauncher.thinClassPath(), GateLauncher.DEFAULT_FLAGS);
    }

    /** Live processes whose arguments name the directory. */
    static List<ProcessHandle> of(Path directory, @Nullable String containing) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    String line = process.info().commandLine().orElse("");
                    return line.contains(directory.toString()) && (containing == null || line.contains(containing));
                })
                .toList();
    }

    static List<ProcessHandle> gates(Path directory) {
        return of(directory, Gate.class.getName() + " ");
    }

    static List<ProcessHandle> supervisors(Path directory) {
        return of(directory, "supervise.sh");
    }
}
