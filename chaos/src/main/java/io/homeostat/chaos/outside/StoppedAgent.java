package io.homeostat.chaos.outside;

import io.homeostat.model.Durations;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * This very process, stopped by SIGSTOP for a while. Two scripts in sessions of their own, neither of which needs this process or
 * the other, let it go on again; so whichever of them is killed, it does.
 */
final class StoppedAgent {

    private static final String SCRIPT = "agent-down.sh";

    /** So much later than its end it is clear that nothing came of it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The second one comes so much later. */
    private static final Duration GUARD = Duration.ofSeconds(1);

    private StoppedAgent() {}

    /**
     * Returns when it is over. Meanwhile nothing in this process goes on.
     *
     * @return what was seen; empty when it was not stopped, or somebody let it go on before its time
     */
    static String stop(Duration lasts) throws IOException {
        Path directory = Files.createTempDirectory("homeostat-agent-down");
        try {
            Path script = directory.resolve(SCRIPT);
            try (InputStream text = StoppedAgent.class.getResourceAsStream(SCRIPT)) {
                if (text == null) {
                    throw new IOException(SCRIPT + " is not on the class path");
                }
                Files.copy(text, script);
            }
            start(script, "guard", lasts.plus(GUARD));
            // Before it begins: this process may be stopped while it is still busy starting what stops it.
            long last = System.nanoTime();
            start(script, "stop", lasts);
            long deadline = last + lasts.plus(PATIENCE).toNanos();
            long longest = 0;
            // Whoever sees that it was stopped is going on again, whoever it was that let it.
            while (!Files.exists(directory.resolve("stopped")) && !Files.exists(directory.resolve("over"))) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("the agent ends, so nobody waits for it to be stopped");
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("the agent was to be stopped, and nobody did it");
                }
                LockSupport.parkNanos(10_000_000);
                long now = System.nanoTime();
                longest = Math.max(longest, now - last);
                last = now;
            }
            longest = Math.max(longest, System.nanoTime() - last);
            return Files.exists(directory.resolve("stopped")) && isWhole(Duration.ofNanos(longest), lasts)
                    ? "it was stopped for " + Durations.format(lasts) + ", and went on"
                    : "";
        } finally {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                for (Path each : left) {
                    Files.deleteIfExists(each);
                }
            }
            Files.deleteIfExists(directory);
        }
    }

    /** The guard may come first, by as much as the other one took to begin; nobody else may. */
    static boolean isWhole(Duration stood, Duration lasts) {
        Duration less = GUARD.compareTo(lasts.dividedBy(2)) < 0 ? GUARD : lasts.dividedBy(2);
        return stood.compareTo(lasts.minus(less)) >= 0;
    }

    private static void start(Path script, String what, Duration lasts) throws IOException {
        long pid = ProcessHandle.current().pid();
        new ProcessBuilder(
                        "setsid",
                        "sh",
                        script.toString(),
                        what,
                        Long.toString(pid),
                        startTicks(pid),
                        BigDecimal.valueOf(lasts.toMillis(), 3).toPlainString(),
                        String.valueOf(script.getParent()))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Field 22 of {@code /proc/PID/stat}: another process with this number began at another time. */
    private static String startTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
    }
}
