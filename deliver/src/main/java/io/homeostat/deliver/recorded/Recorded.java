package io.homeostat.deliver.recorded;

import io.homeostat.deliver.judge.Outlook;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a file of recorded traffic turned out to be, judged. */
public sealed interface Recorded {

    /** Counts with fixed shares. */
    record Counts(
            FixedShares arms, Verdict verdict, @Nullable Outlook outlook) implements Recorded {}

    /** Traffic over time. */
    record Series(Replay.Result result) implements Recorded {}

    record Malformed(Problem problem) implements Recorded {}

    /**
     * Reads and judges a file. What begins with a brace is JSON, everything else CSV; CSV is never in memory as a whole.
     *
     * @throws IOException when the file cannot be read
     */
    static Recorded judge(Path file, Replay.Settings settings) throws IOException {
        String name = file.toString();
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            in.mark(1);
            int first = in.read();
            in.reset();
            if (first != '{') {
                return replayed(name, settings, rows -> CsvRows.read(name, in, rows));
            }
        }
        Node document;
        try {
            document = Json.read(Files.readAllBytes(file));
        } catch (Json.MalformedException malformed) {
            return new Malformed(
                    Problem.error(new Position(name, 0, 0), "syntax", "this is not JSON: " + malformed.getMessage()));
        }
        JsonArms reader = new JsonArms(name);
        if (document instanceof Node.Mapping mapping && mapping.get("series") != null) {
            return replayed(name, settings, rows -> reader.series(mapping, rows));
        }
        return document instanceof Node.Mapping mapping
                ? counted(reader.counts(mapping), settings.policy())
                : new Malformed(Problem.error(new Position(name, 0, 0), "wrong-type", "this is no JSON object"));
    }

    /** Reads rows. @return what is wrong with them */
    @FunctionalInterface
    interface Reading {
        @Nullable
        Problem into(Consumer<Row> rows) throws IOException;
    }

    private static Recorded replayed(String name, Replay.Settings settings, Reading reading) throws IOException {
        Replay replay = new Replay(settings);
        Problem problem = reading.into(replay::accept);
        if (problem != null) {
            return new Malformed(problem);
        }
        Replay.Result result = replay.finish();
        if (Double.isNaN(result.begun())) {
            return new Malformed(Problem.error(new Position(name, 0, 0), "empty", "nothing is recorded in it"));
        }
        return new Series(result);
    }

    private static Recorded counted(Object read, Policy policy) {
        return read instanceof FixedShares arms
                ? new Counts(arms, arms.judge(policy), arms.outlook(policy))
                : new Malformed((Problem) read);
    }
}
