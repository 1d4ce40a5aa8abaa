package io.homeostat.cli.demo;

import io.homeostat.cli.show.Brief;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Paragraph;
import io.homeostat.cli.terminal.Progress;
import io.homeostat.cli.terminal.Terminal;
import java.time.Duration;
import java.util.Locale;

/** Says what happens and how long it took. A line that is awaited is shown while a person watches. */
final class Narrator {

    private static final int TEXT_WIDTH = 88;
    private static final int TIME_COLUMN = 84;

    private final Terminal terminal;

    Narrator(Terminal terminal) {
        this.terminal = terminal;
    }

    Paint paint() {
        return terminal.paint();
    }

    void line(String line) {
        terminal.line(line);
        terminal.flush();
    }

    void scene(int number, int count, Scene scene) {
        line("");
        line(paint().strong(number + "/" + count + "  " + scene.title()));
        Paragraph.wrap(scene.shows(), TEXT_WIDTH).forEach(text -> line("     " + paint().dim(text)));
    }

    Progress awaiting(String what) {
        return Progress.show(terminal, what);
    }

    /** It was done just now. */
    void done(String what) {
        line("   " + paint().good("✓") + " " + what);
    }

    /**
     * It happened, after some time.
     *
     * @param seen what was seen; a long text goes below
     */
    void happened(String what, String seen, Duration took) {
        boolean below = what.length() + seen.length() > TEXT_WIDTH - 20;
        String text = "   " + paint().good("✓") + " " + what + (seen.isEmpty() || below ? "" : ": " + seen);
        int gap = Math.max(2, TIME_COLUMN - Paint.width(text));
        line(text + " ".repeat(gap) + paint().dim(time(took)));
        if (below) {
            Paragraph.wrap(seen, TEXT_WIDTH).forEach(this::note);
        }
    }

    /** Something to know, without a time. */
    void note(String text) {
        line("     " + text);
    }

    void failed(String what) {
        line("   " + paint().bad("✗") + " " + what);
    }

    static String time(Duration duration) {
        return duration.compareTo(Duration.ofSeconds(1)) < 0
                ? Brief.duration(duration)
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
