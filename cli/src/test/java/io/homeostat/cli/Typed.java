package io.homeostat.cli;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line, typed. Runs the whole of {@link Main} in this process.
 *
 * @param exit its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Typed(int exit, String out, String err) {

    public static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");

    /** Nobody watches: standard output is a pipe. */
    public static Typed piped(String... words) {
        return run(false, "", Map.of(), words);
    }

    /** A person at a terminal, who answers this. */
    public static Typed answering(String answer, String... words) {
        return run(true, answer + "\n", Map.of(), words);
    }

    public static Typed with(Map<String, String> variables, String... words) {
        return run(false, "", variables, words);
    }

    private static Typed run(boolean watched, String input, Map<String, String> variables, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                watched,
                watched,
                Paint.NONE,
                0);
        Map<String, String> all = new HashMap<>(Map.of("USER", "ada"));
        all.putAll(variables);
        int exit = new Main(terminal, all, () -> NOW).run(List.of(words));
        return new Typed(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
