package io.homeostat.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A repository that is written with the real {@code git}, free of this machine's configuration. */
public record Shell(Path directory) {
    static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_AUTHOR_NAME", "Ross",
            "GIT_AUTHOR_EMAIL", "ross@example.org",
            "GIT_COMMITTER_NAME", "Ross",
            "GIT_COMMITTER_EMAIL", "ross@example.org",
            "GIT_ALLOW_PROTOCOL", "file");

    public static Shell init(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Shell shell = new Shell(directory);
        shell.git("init", "-q", "-b", "main");
        return shell;
    }

    public static Shell initBare(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Shell shell = new Shell(directory);
        shell.git("init", "-q", "--bare", "-b", "main");
        return shell;
    }

    /** Runs git and returns what it printed; fails when git does. */
    public String git(String... arguments) {
        return run(directory, List.of("git"), arguments);
    }

    public static String run(Path directory, List<String> command, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder();
            builder.command().addAll(command);
            builder.command().addAll(List.of(arguments));
            builder.environment().putAll(ENVIRONMENT);
            builder.directory(directory.toFile()).redirectErrorStream(true);
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(builder.command() + " failed: " + output);
            }
            return output;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    public Shell write(String path, String text) {
        try {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Commits everything and returns the commit's id. */
    public String commit(String message) {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", message);
        return head();
    }

    public String head() {
        return git("rev-parse", "HEAD");
    }
}
