package io.homeostat.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private static Terminal terminal(OutputStream out, boolean watched) {
        PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
        return new Terminal(stream, stream, InputStream.nullInputStream(), watched, false, Paint.NONE, 40);
    }

    @Test
    void noColoursWhereTheyAreNotWantedOrCannotBeShown() {
        assertThat(Terminal.coloured(Map.of("TERM", "xterm"))).isTrue();
        assertThat(Terminal.coloured(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
        assertThat(Terminal.coloured(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
        assertThat(Terminal.coloured(Map.of("TERM", "dumb"))).isFalse();
        assertThat(Terminal.coloured(Map.of())).isFalse();
    }

    @Test
    void aReaderThatWentAwayEndsTheCommand() {
        Terminal terminal = terminal(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                false);
        terminal.line("x");

        assertThatThrownBy(terminal::flush).isInstanceOf(Terminal.ClosedException.class);
    }

    @Test
    void progressIsWipedAgain() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Progress progress =
                Progress.show(terminal(out, true), "waiting for something that has a very long name")) {
            while (out.size() == 0) {
                Thread.onSpinWait();
            }
            progress.say("still");
        }

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("waiting for something that …")
                .endsWith("\r\u001b[K");
    }

    @Test
    void nothingOfProgressIsSeenInAPipe() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Progress.show(terminal(out, false), "waiting").close();

        assertThat(out.size()).isZero();
    }
}
