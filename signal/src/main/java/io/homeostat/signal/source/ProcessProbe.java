package io.homeostat.signal.source;

import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.slo.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a program and looks at how it ends, or at the number that it prints. */
final class ProcessProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_OUTPUT = 64 << 10;

    private ProcessProbe() {}

    private record Ended(int status, String output) {}

    /**
     * Whether it ends with 0, in time.
     *
     * @throws IOException when it cannot be started
     */
    static boolean isGood(Metric metric) throws IOException {
        return run(metric).status() == 0;
    }

    /**
     * The number that it prints.
     *
     * @throws IOException when it cannot be started, does not end with 0 or prints something else
     */
    static double number(Metric metric) throws IOException {
        Ended ended = run(metric);
        try {
            if (ended.status() == 0) {
                return Double.parseDouble(ended.output().strip());
            }
        } catch (NumberFormatException other) {
            throw new IOException(command(metric) + " printed no number", other);
        }
        throw new IOException(command(metric) + " ended with " + ended.status());
    }

    private static Ended run(Metric metric) throws IOException {
        Duration timeout = Durations.parse(metric.spec().text("timeout", ""));
        Process process = new ProcessBuilder(metric.spec().sequence("command").stream()
                        .map(Node::toString)
                        .toList())
                .redirectErrorStream(true)
                .start();
        Thread reaper = Thread.startVirtualThread(() -> {
            try {
                if (!process.waitFor((timeout == null ? TIMEOUT : timeout).toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            process.getOutputStream().close();
            String output;
            try (InputStream in = process.getInputStream()) {
                output = new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            }
            return new Ended(process.waitFor(), output);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted", closing);
        } finally {
            reaper.interrupt();
        }
    }

    private static String command(Metric metric) {
        return metric.spec().sequence("command").stream()
                .map(Node::toString)
                .findFirst()
                .orElse("the command");
    }
}
