package io.homeostat.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a heading, columns aligned on the left, two spaces between them, nothing at the end of a line. */
public final class Table {

    private static final String GAP = "  ";
    private final List<List<String>> rows = new ArrayList<>();
    private final int headings;

    private Table(int headings) {
        this.headings = headings;
    }

    public static Table of(Paint paint, String... headings) {
        Table table = new Table(1);
        table.rows.add(Arrays.stream(headings).map(paint::dim).toList());
        return table;
    }

    public static Table withoutHeading() {
        return new Table(0);
    }

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.size() == headings;
    }

    /** The lines; a column in which every cell is empty is left out. */
    public List<String> lines() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (int i = headings; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], Paint.width(row.get(column)));
            }
        }
        for (int column = 0; headings > 0 && column < columns; column++) {
            if (widths[column] > 0) {
                widths[column] =
                        Math.max(widths[column], Paint.width(rows.getFirst().get(column)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        int due = 0;
        for (int column = 0; column < row.size(); column++) {
            if (widths[column] == 0) {
                continue;
            }
            String cell = row.get(column);
            if (!cell.isEmpty()) {
                line.repeat(' ', due).append(cell);
                due = 0;
            }
            due += widths[column] - Paint.width(cell) + GAP.length();
        }
        return line.toString();
    }
}
