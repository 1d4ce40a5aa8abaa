package io.homeostat.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Running text in lines of a given width. */
public final class Paragraph {

    private Paragraph() {}

    /** Breaks at spaces. */
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
