package io.homeostat.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What of faults can be seen from outside, by whoever asks neither the agent nor the gate: in {@code /proc}, and by calling. */
final class FaultsLeft {

    private FaultsLeft() {}

    /**
     * Also whether the gate keeps callers waiting.
     *
     * @param within callers have to be answered so fast
     */
    static List<String> in(Shop shop, Duration within) {
        List<String> left = below(shop.stage.directory);
        if (left.isEmpty() && !isAnswered(shop, within)) {
            left.add("a caller that waits");
        }
        return left;
    }

    /** Stopped processes of the stage in this directory, and those that do something to others. */
    static List<String> below(Path directory) {
        List<String> left = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            Path proc = Path.of("/proc/" + process.pid());
            try {
                if (!isOf(directory, proc)) {
                    return;
                }
                String cwd = proc.resolve("cwd").toRealPath().toString();
                String command = AgentProcess.commandLine(process.pid());
                String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) == 'T') {
                    left.add("stopped: " + command);
                }
                // Those that it started say so, too: they became no other program, or work in its directory.
                if (command.contains("watchdog.sh") || cwd.contains("/target/faults/")) {
                    left.add(command);
                }
            } catch (IOException gone) {
                // Then it is not left.
            }
        });
        return left;
    }

    /** Soft limits of open files of all servers of a {@link Shop} in this directory, each once. */
    static Set<Long> limitsOfFiles(Path directory) {
        Set<Long> limits = new TreeSet<>();
        ProcessHandle.allProcesses().forEach(process -> {
            Path proc = Path.of("/proc/" + process.pid());
            try {
                if (isOf(directory, proc)
                        && AgentProcess.commandLine(process.pid()).contains("perl")) {
                    for (String line : Files.readAllLines(proc.resolve("limits"))) {
                        if (line.startsWith("Max open files")) {
                            limits.add(Long.valueOf(line.substring(14).strip().split(" +", -1)[0]));
                        }
                    }
                }
            } catch (IOException gone) {
                // Then it has none.
            }
        });
        return limits;
    }

    /** It works in there, or was told of it. */
    private static boolean isOf(Path directory, Path proc) throws IOException {
        return proc.resolve("cwd").toRealPath().startsWith(directory.toRealPath())
                || Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1)
                        .contains(directory.toString());
    }

    private static boolean isAnswered(Shop shop, Duration within) {
        try {
            return shop.answersWithin(within);
        } catch (IOException notYet) {
            return false;
        }
    }
}
