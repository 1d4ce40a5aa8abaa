package io.homeostat.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where each part of the map goes: callers left of those they call, each column in the order that crosses few lines; what calls
 * nobody and is called by nobody fills rows below. The same map always gives the same picture. Pure.
 */
final class MapLayout {

    static final int WIDTH = 176;
    static final int HEIGHT = 54;
    private static final int BETWEEN_COLUMNS = 136;
    private static final int BETWEEN_ROWS = 34;
    private static final int SWEEPS = 4;

    /** More columns than this go on below, or a long chain of calls would be a line that nobody can read. */
    static final int ACROSS = 5;

    /** The top left corner of a part, in units of the picture. */
    record Place(int x, int y) {}

    private final Map<String, List<String>> callees = new HashMap<>();
    private final Map<String, List<String>> callers = new HashMap<>();
    private final Map<String, Integer> columns = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private int width;
    private int height;

    private MapLayout() {}

    static MapLayout of(SystemMap map) {
        MapLayout layout = new MapLayout();
        Set<String> joined = new HashSet<>();
        for (SystemMap.Call call : map.calls()) {
            layout.callees
                    .computeIfAbsent(call.from(), first -> new ArrayList<>())
                    .add(call.to());
            layout.callers
                    .computeIfAbsent(call.to(), first -> new ArrayList<>())
                    .add(call.from());
            joined.add(call.from());
            joined.add(call.to());
        }
        List<String> connected = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        map.parts().forEach(part -> (joined.contains(part.id()) ? connected : alone).add(part.id()));
        layout.place(layout.ordered(connected));
        layout.placeAlone(alone);
        return layout;
    }

    Place place(String id) {
        return places.getOrDefault(id, new Place(0, 0));
    }

    int width() {
        return Math.max(width, WIDTH);
    }

    int height() {
        return Math.max(height, HEIGHT);
    }

    private List<List<String>> ordered(List<String> parts) {
        parts.forEach(part -> column(part, new HashSet<>()));
        int last = parts.stream()
                .mapToInt(part -> columns.getOrDefault(part, 0))
                .max()
                .orElse(-1);
        List<List<String>> ordered = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            ordered.add(new ArrayList<>());
        }
        parts.forEach(part -> ordered.get(columns.getOrDefault(part, 0)).add(part));
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            Map<String, Double> rows = rows(ordered);
            boolean forward = sweep % 2 == 0;
            for (List<String> column : ordered) {
                Map<String, Double> wanted = new HashMap<>();
                column.forEach(part -> wanted.put(part, mean(part, forward ? callers : callees, rows)));
                column.sort(Comparator.comparing(wanted::get));
            }
        }
        return ordered;
    }

    /** One behind the furthest of those who call it; a circle is cut where it was entered. */
    private int column(String part, Set<String> above) {
        Integer known = columns.get(part);
        if (known != null) {
            return known;
        }
        above.add(part);
        int column = 0;
        for (String caller : callers.getOrDefault(part, List.of())) {
            if (!above.contains(caller)) {
                column = Math.max(column, column(caller, above) + 1);
            }
        }
        above.remove(part);
        columns.put(part, column);
        return column;
    }

    /** Each part's row, counted from the middle of its column. */
    private static Map<String, Double> rows(List<List<String>> ordered) {
        Map<String, Double> rows = new HashMap<>();
        for (List<String> column : ordered) {
            for (int i = 0; i < column.size(); i++) {
                rows.put(column.get(i), i - (column.size() - 1) / 2.0);
            }
        }
        return rows;
    }

    private static double mean(String part, Map<String, List<String>> neighbours, Map<String, Double> rows) {
        List<String> near = neighbours.getOrDefault(part, List.of());
        return near.isEmpty()
                ? rows.getOrDefault(part, 0.0)
                : near.stream()
                        .mapToDouble(each -> rows.getOrDefault(each, 0.0))
                        .average()
                        .orElse(0);
    }

    private void place(List<List<String>> ordered) {
        for (int from = 0; from < ordered.size(); from += ACROSS) {
            place(
                    ordered.subList(from, Math.min(ordered.size(), from + ACROSS)),
                    height == 0 ? 0 : height + 2 * BETWEEN_ROWS);
        }
    }

    private void place(List<List<String>> band, int top) {
        int tallest = band.stream().mapToInt(List::size).max().orElse(0) * (HEIGHT + BETWEEN_ROWS) - BETWEEN_ROWS;
        for (int i = 0; i < band.size(); i++) {
            List<String> column = band.get(i);
            int taken = column.size() * (HEIGHT + BETWEEN_ROWS) - BETWEEN_ROWS;
            for (int row = 0; row < column.size(); row++) {
                int y = top + (tallest - taken) / 2 + row * (HEIGHT + BETWEEN_ROWS);
                places.put(column.get(row), new Place(i * (WIDTH + BETWEEN_COLUMNS), y));
            }
        }
        height = top + tallest;
        width = Math.max(width, band.size() * (WIDTH + BETWEEN_COLUMNS) - BETWEEN_COLUMNS);
    }

    private void placeAlone(List<String> alone) {
        int inRow = Math.max(width, 4 * (WIDTH + BETWEEN_ROWS)) / (WIDTH + BETWEEN_ROWS);
        int top = height == 0 ? 0 : height + BETWEEN_ROWS * 2;
        for (int i = 0; i < alone.size(); i++) {
            int x = i % inRow * (WIDTH + BETWEEN_ROWS);
            int y = top + i / inRow * (HEIGHT + BETWEEN_ROWS);
            places.put(alone.get(i), new Place(x, y));
            width = Math.max(width, x + WIDTH);
            height = Math.max(height, y + HEIGHT);
        }
    }
}
