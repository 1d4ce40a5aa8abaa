package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field that differs. One-line values stand on the field's own line; texts of several lines and lists are shown as a
 * diff by line, with what is the same around it shortened.
 */
final class ChangeText {

    /** Equal lines shown before and after a difference. */
    private static final int CONTEXT = 2;

    /** Longer ones are not compared line by line: the table for it grows with the product of the two. */
    private static final int MAX_LINES = 2_000;

    private ChangeText() {}

    static List<String> lines(Node.Mapping change, Paint paint) {
        String path = change.text("path", "");
        Node before = present(change.get("before"));
        Node after = present(change.get("after"));
        List<String> old = before == null ? List.of() : text(before);
        List<String> young = after == null ? List.of() : text(after);
        if (old.size() <= 1 && young.size() <= 1) {
            return List.of(oneLine(path, old, young, paint));
        }
        List<String> lines = new ArrayList<>();
        lines.add(path + ":");
        diff(old, young, paint).forEach(line -> lines.add("  " + line));
        return lines;
    }

    private static @Nullable Node present(@Nullable Node node) {
        return node instanceof Node.Null ? null : node;
    }

    private static String oneLine(String path, List<String> old, List<String> young, Paint paint) {
        if (old.isEmpty()) {
            return path + ": " + paint.good(young.isEmpty() ? "" : young.getFirst());
        } else if (young.isEmpty()) {
            return path + ": " + paint.bad(old.getFirst()) + paint.dim(" (removed)");
        }
        return path + ": " + paint.bad(old.getFirst()) + paint.dim(" → ") + paint.good(young.getFirst());
    }

    /** A value as the lines one would write in YAML. */
    private static List<String> text(Node node) {
        return switch (node) {
            case Node.Text text ->
                text.value().isEmpty() ? List.of("\"\"") : text.value().lines().toList();
            case Node.Mapping mapping
            when !mapping.isEmpty() -> {
                List<String> lines = new ArrayList<>();
                mapping.fields().forEach((key, field) -> nest(lines, key + ":", field.value(), "  "));
                yield lines;
            }
            case Node.Sequence sequence
            when !sequence.elements().isEmpty() -> {
                List<String> lines = new ArrayList<>();
                sequence.elements().forEach(element -> nest(lines, "-", element, "  "));
                yield lines;
            }
            default -> List.of(node.toString());
        };
    }

    private static void nest(List<String> lines, String head, Node value, String indent) {
        List<String> own = text(value);
        boolean inline = own.size() <= 1 && !(value instanceof Node.Mapping || value instanceof Node.Sequence);
        if (inline) {
            lines.add(head + " " + (own.isEmpty() ? "" : own.getFirst()));
        } else if (head.equals("-")) {
            lines.add("- " + own.getFirst());
            own.subList(1, own.size()).forEach(line -> lines.add(indent + line));
        } else {
            lines.add(head);
            own.forEach(line -> lines.add(indent + line));
        }
    }

    private static List<String> diff(List<String> old, List<String> young, Paint paint) {
        List<String> lines = new ArrayList<>();
        if (old.size() > MAX_LINES || young.size() > MAX_LINES) {
            return List.of(paint.bad("- " + old.size() + " lines"), paint.good("+ " + young.size() + " lines"));
        }
        List<String> equal = new ArrayList<>();
        int[][] common = common(old, young);
        int i = 0;
        int j = 0;
        while (i < old.size() || j < young.size()) {
            if (i < old.size() && j < young.size() && old.get(i).equals(young.get(j))) {
                equal.add(old.get(i));
                i++;
                j++;
                continue;
            }
            shorten(equal, lines, paint, false);
            if (j == young.size() || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(paint.bad("- " + old.get(i++)));
            } else {
                lines.add(paint.good("+ " + young.get(j++)));
            }
        }
        shorten(equal, lines, paint, true);
        return lines;
    }

    /** Moves equal lines over, all but those next to a difference as a number. */
    private static void shorten(List<String> equal, List<String> lines, Paint paint, boolean atEnd) {
        int before = lines.isEmpty() ? 0 : CONTEXT;
        int after = atEnd ? 0 : CONTEXT;
        int hidden = equal.size() - before - after;
        for (int i = 0; i < equal.size(); i++) {
            if (hidden <= 1 || i < before || i >= before + hidden) {
                lines.add("  " + equal.get(i));
            } else if (i == before) {
                lines.add(paint.dim("  … " + hidden + " lines unchanged"));
            }
        }
        equal.clear();
    }

    /** Length of the longest common subsequence of each pair of tails. */
    private static int[][] common(List<String> old, List<String> young) {
        int[][] length = new int[old.size() + 1][young.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = young.size() - 1; j >= 0; j--) {
                length[i][j] = old.get(i).equals(young.get(j))
                        ? length[i + 1][j + 1] + 1
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }
}
