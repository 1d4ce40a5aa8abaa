package io.homeostat.deliver.recorded;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Serial;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * CSV with a heading: {@code time,arm,requests,errors,latency_ms} in any order. {@code time} in seconds or as an ISO instant;
 * without {@code requests} each line is one request; {@code latency_ms} is one request's, and may be empty.
 */
final class CsvRows {

    private static final List<String> COLUMNS = List.of("time", "arm", "requests", "errors", "latency_ms");

    private final String file;
    private final int[] places;
    private int line = 1;

    private CsvRows(String file, int[] places) {
        this.file = file;
        this.places = places;
    }

    /** Hands over row by row. @return what is wrong with the first line that is; null when nothing is */
    static @Nullable Problem read(String file, BufferedReader in, Consumer<Row> rows) throws IOException {
        List<String> heading = split(String.valueOf(in.readLine()));
        for (String column : heading) {
            if (!COLUMNS.contains(column)) {
                return Problem.error(new Position(file, 1, 1), "unknown-column", "'" + column + "' is no column")
                        .expecting("some of " + String.join(", ", COLUMNS))
                        .suggesting(Suggestions.didYouMean(column, COLUMNS));
            }
        }
        for (String needed : List.of("time", "arm")) {
            if (!heading.contains(needed)) {
                return Problem.error(new Position(file, 1, 1), "missing-column", "there is no column '" + needed + "'");
            }
        }
        CsvRows reader =
                new CsvRows(file, COLUMNS.stream().mapToInt(heading::indexOf).toArray());
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            reader.line++;
            if (!text.isBlank()) {
                try {
                    rows.accept(reader.row(split(text)));
                } catch (Wrong wrong) {
                    return wrong.problem;
                }
            }
        }
        return null;
    }

    private Row row(List<String> cells) throws Wrong {
        double requests = has(cells, 2) ? number(cells, 2) : 1;
        double errors = has(cells, 3) ? number(cells, 3) : 0;
        if (errors > requests) {
            throw wrong("there are more errors than requests", "at most " + requests);
        }
        List<Double> latencies = has(cells, 4) ? List.of(number(cells, 4) / 1000) : List.of();
        return new Row(time(cell(cells, 0)), cell(cells, 1), requests, errors, latencies);
    }

    private boolean has(List<String> cells, int column) {
        return places[column] >= 0
                && places[column] < cells.size()
                && !cells.get(places[column]).isEmpty();
    }

    private String cell(List<String> cells, int column) throws Wrong {
        if (!has(cells, column)) {
            throw wrong("'" + COLUMNS.get(column) + "' is empty", "a value");
        }
        return cells.get(places[column]);
    }

    private double number(List<String> cells, int column) throws Wrong {
        String text = cells.get(places[column]);
        try {
            double number = Double.parseDouble(text);
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        throw wrong("'" + COLUMNS.get(column) + "' is '" + text + "'", "a number from 0 on");
    }

    private double time(String text) throws Wrong {
        try {
            return text.indexOf('T') > 0 ? Instant.parse(text).toEpochMilli() / 1000.0 : Double.parseDouble(text);
        } catch (DateTimeException | NumberFormatException notOne) {
            throw wrong("'time' is '" + text + "'", "seconds, or an instant like 2026-11-02T10:00:00Z");
        }
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private Wrong wrong(String message, String expected) {
        return new Wrong(Problem.error(new Position(file, line, 1), "wrong-value", message)
                .expecting(expected));
    }

    /** Carries a problem out of the reading of one line. */
    private static final class Wrong extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Wrong(Problem problem) {
            super(problem.toString());
            this.problem = problem;
        }
    }
}
