package io.homeostat.cli.terminal;

import java.util.List;

/** Lines that are shown anew in the same place, for as long as a person watches; for others, one picture after the other. */
public final class Redrawn {

    private final Terminal terminal;
    private int shown;

    public Redrawn(Terminal terminal) {
        this.terminal = terminal;
    }

    public void show(List<String> lines) {
        if (terminal.watched()) {
            terminal.out().print(shown == 0 ? "" : "\u001b[" + shown + "A");
            lines.forEach(line -> terminal.out().print(line + "\u001b[K\n"));
            terminal.out().print("\u001b[J");
        } else {
            terminal.lines(lines);
            terminal.line("");
        }
        terminal.flush();
        shown = lines.size();
    }
}
