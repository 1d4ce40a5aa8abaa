package io.homeostat.converge;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds a directory with a {@code kustomization.yaml} by the {@code kustomize} or {@code kubectl} on {@code PATH}. The whole
 * snapshot is laid out for it, because an overlay reads its base beside it.
 */
final class Kustomize {

    private static final int MAX_OUTPUT = 32 << 20;
    private static final int TIMEOUT_SECONDS = 60;

    private final Checkout checkout;

    Kustomize(Checkout checkout) {
        this.checkout = checkout;
    }

    /** The built documents, as YAML. The message of an error says what the tool said. */
    byte[] build(String directory) throws IOException {
        List<String> command = command(System.getenv("PATH"));
        List<String> line = new ArrayList<>(command);
        line.add(checkout.files().resolve(directory).normalize().toString());
        Path errors = checkout.scratch().resolve("errors");
        Process process = new ProcessBuilder(line)
                .redirectError(errors.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        // What does not finish in time is stopped; its output then ends, and so does the reading below.
        Thread.startVirtualThread(() -> stopWhenLate(process));
        byte[] built;
        try (InputStream output = process.getInputStream()) {
            built = output.readNBytes(MAX_OUTPUT + 1);
        }
        if (built.length > MAX_OUTPUT) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " made more than " + (MAX_OUTPUT >> 20) + " MiB of documents");
        }
        int exit = exit(process, built.length);
        if (exit != 0) {
            String said = Files.readString(errors, StandardCharsets.UTF_8).strip();
            throw new IOException(String.join(" ", command) + " " + directory + " failed (exit " + exit + "): "
                    + said.replace(checkout.files() + "/", ""));
        }
        return built;
    }

    private static int exit(Process process, int read) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted after " + read + " bytes", interrupted);
        }
    }

    private static void stopWhenLate(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(@Nullable String path) throws IOException {
        for (List<String> candidate : List.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))) {
            for (String directory : (path == null ? "" : path).split(":")) {
                if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, candidate.getFirst()))) {
                    return candidate;
                }
            }
        }
        throw new IOException("neither kustomize nor kubectl is on PATH; install one of them, or commit the built"
                + " documents instead of the kustomization");
    }
}
