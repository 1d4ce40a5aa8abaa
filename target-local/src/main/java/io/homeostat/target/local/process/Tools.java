package io.homeostat.target.local.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The programs of this machine that starting an instance needs.
 *
 * @param path where they were looked for, and where the shim will look
 * @param timeout null where there is none
 * @param environment the agent's own, for the few basics that programs get
 */
record Tools(
        String path,
        Path sh,
        Path setsid,
        Path env,
        @Nullable Path timeout,
        Path shim,
        Map<String, String> environment) {

    private static final String PLAIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * Finds them and puts the shim into the directory.
     *
     * @throws IOException when one is missing; the message says what to install
     */
    static Tools find(Path instances, Map<String, String> environment) throws IOException {
        String path = environment.getOrDefault("PATH", PLAIN_PATH);
        required(path, "ln", "coreutils");
        return new Tools(
                path,
                required(path, "sh", "dash"),
                required(path, "setsid", "util-linux"),
                required(path, "env", "coreutils"),
                lookUp(path, "timeout"),
                installShim(instances),
                Map.copyOf(environment));
    }

    private static Path required(String path, String program, String wherefrom) throws IOException {
        Path found = lookUp(path, program);
        if (found == null) {
            throw new IOException("programs cannot be started here: '" + program + "' is not on the PATH (" + path
                    + "). Install the package " + wherefrom);
        }
        return found;
    }

    private static @Nullable Path lookUp(String path, String program) {
        for (String directory : path.split(File.pathSeparator)) {
            Path candidate = Path.of(directory, program);
            if (candidate.isAbsolute() && Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** Under a name of its content: shells read while they run, so one that is in use is never changed. */
    private static Path installShim(Path instances) throws IOException {
        byte[] script;
        try (InputStream resource = Tools.class.getResourceAsStream("shim.sh")) {
            if (resource == null) {
                throw new IllegalStateException("shim.sh is not in the jar");
            }
            script = resource.readAllBytes();
        }
        CRC32 checksum = new CRC32();
        checksum.update(script);
        Path shim = instances.resolve(".shim-" + HexFormat.of().toHexDigits((int) checksum.getValue()) + ".sh");
        if (!Files.exists(shim) || !Arrays.equals(Files.readAllBytes(shim), script)) {
            Path unfinished = instances.resolve(".shim.new");
            Files.write(unfinished, script);
            Files.move(unfinished, shim, StandardCopyOption.ATOMIC_MOVE);
        }
        return shim;
    }

    /**
     * Signals by way of a shell, which has {@code kill} built in.
     *
     * @param whom pids, or a process group as {@code -PID}
     */
    void kill(int signal, String whom) {
        try {
            new ProcessBuilder(sh.toString(), "-c", "kill -" + signal + " " + whom)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noShell) {
            throw new IllegalStateException("no process can be signalled: " + noShell.getMessage(), noShell);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
