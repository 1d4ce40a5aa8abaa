package io.homeostat.cli.terminal;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes to, and whether a person is there. The launcher says which of the three streams are terminals,
 * because a shell knows that without a fork.
 *
 * @param watched standard output is a terminal: a person reads along
 * @param answered standard input is a terminal too: a person can be asked
 * @param columns width of the terminal; 0 when unknown
 */
public record Terminal(
        PrintStream out, PrintStream err, InputStream in, boolean watched, boolean answered, Paint paint, int columns) {

    /** Set by the launcher to those of {@code in}, {@code out}, {@code err} that are terminals. */
    public static final String PROPERTY = "homeostat.terminals";

    /** The reader of our output went away: there is nobody left to tell anything. */
    public static final class ClosedException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;
    }

    public static Terminal system() {
        String terminals = System.getProperty(PROPERTY, "");
        boolean out = terminals.contains("out");
        return new Terminal(
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.in,
                out,
                out && terminals.contains("in"),
                out && coloured(System.getenv()) ? Paint.ANSI : Paint.NONE,
                Integer.getInteger("homeostat.columns", 0));
    }

    /** No colours when NO_COLOR says so (https://no-color.org) or the terminal cannot show any. */
    static boolean coloured(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** @throws ClosedException when nobody reads any more */
    public void line(String line) {
        out.print(line);
        out.print('\n');
        if (watched) {
            flush();
        }
    }

    /** @throws ClosedException when nobody reads any more */
    public void lines(List<String> lines) {
        lines.forEach(this::line);
        flush();
    }

    /** @throws ClosedException when nobody reads any more */
    public void flush() {
        if (out.checkError()) {
            throw new ClosedException();
        }
    }

    /** What a person answers, without the spaces around it; null when there is no answer. */
    public @Nullable String ask(String question) throws IOException {
        err.print(question);
        err.flush();
        String answer = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        return answer == null ? null : answer.strip();
    }
}
