package io.homeostat.target.local.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands beside an instance: exec probes, preStop hooks.
 *
 * <p>The output goes to a file and not through a pipe: whatever a command leaves behind in the background may keep a pipe open
 * for ever.
 */
final class Executions {
    private static final int KEPT_OUTPUT = 16 << 10;

    private Executions() {}

    static Execution run(
            Tools tools, InstanceDirectory directory, Launch launch, List<String> command, Duration timeout)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(tools.setsid().toString());
        Path net = tools.timeout();
        if (net != null) {
            // Ends the command when the agent is killed while it waits; a little later than the agent would.
            words.addAll(List.of(net.toString(), "-s", "KILL", Long.toString(timeout.toSeconds() + 2)));
        }
        words.addAll(command);
        Path output = directory.scratch();
        try {
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.directory(launch.workingDirectory().toFile());
            builder.environment().clear();
            builder.environment().putAll(StartFile.environment(launch, tools.environment()));
            builder.redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Process process = builder.start();
            boolean inTime;
            try {
                inTime = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                end(process, tools);
                throw interrupted;
            }
            if (!inTime) {
                end(process, tools);
            }
            return new Execution(process.waitFor(), !inTime, beginning(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The group, and the process in case it has not come to make one. */
    private static void end(Process process, Tools tools) {
        tools.kill(ExitWatch.SIGKILL, "-" + process.pid());
        process.destroyForcibly();
    }

    private static String beginning(Path output) throws IOException {
        try (InputStream in = Files.newInputStream(output)) {
            return new String(in.readNBytes(KEPT_OUTPUT), StandardCharsets.UTF_8);
        }
    }
}
