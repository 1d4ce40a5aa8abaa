package io.homeostat.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A password, token or key phrase. It is read anew at each use, so that a rotated one counts at once, and it prints as
 * {@code ‹secret›} wherever it ends up.
 */
public final class Secret {
    private static final long LONGEST = 64 * 1024;

    private sealed interface From {
        record Text(String value) implements From {}

        record File(Path path) implements From {}

        record Variable(String name) implements From {}
    }

    private final From from;

    private Secret(From from) {
        this.from = from;
    }

    /** For a value that is already in memory (a Secret document, a test); never for a command line. */
    public static Secret of(String value) {
        return new Secret(new From.Text(value));
    }

    /** The file's content without its last line break. */
    public static Secret fromFile(Path path) {
        return new Secret(new From.File(path.toAbsolutePath().normalize()));
    }

    public static Secret fromEnvironment(String name) {
        return new Secret(new From.Variable(name));
    }

    /** The value itself: hand it to whoever asks for it by contract, and to nobody else. */
    public String reveal() throws SourceException {
        return switch (from) {
            case From.Text(String value) -> value;
            case From.File(Path path) -> read(path);
            case From.Variable(String name) -> variable(name, System.getenv(name));
        };
    }

    private static String variable(String name, @Nullable String value) throws SourceException {
        if (value == null || value.isEmpty()) {
            throw new SourceException(
                    "the environment variable " + name + " is not set; set it where the agent is started");
        }
        return value;
    }

    private static String read(Path path) throws SourceException {
        try {
            if (Files.size(path) > LONGEST) {
                throw new SourceException("the secret file " + path + " is longer than 64 KiB; is it the right file?");
            }
            String text = Files.readString(path, StandardCharsets.UTF_8);
            String value = text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            if (value.isEmpty()) {
                throw new SourceException("the secret file " + path + " is empty; put the secret on its first line");
            }
            return value;
        } catch (IOException unreadable) {
            throw new SourceException(
                    "the secret file " + path + " cannot be read (" + unreadable
                            + "); check that it exists and that the agent's user may read it",
                    unreadable);
        }
    }

    @Override
    public String toString() {
        return "‹secret›";
    }
}
