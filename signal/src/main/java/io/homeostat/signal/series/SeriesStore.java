package io.homeostat.signal.series;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every series of an environment, in one directory: {@code NAME/ten-seconds}, {@code NAME/minutes}, and {@code counted}, which
 * holds the newest sums and the counters they stand for.
 *
 * <p>{@code counted} is replaced as a whole before the rings are written, and opening writes its sums into the rings once more:
 * a process may die between any two instructions, and nothing is counted twice or lost. Safe for use by many threads.
 */
public final class SeriesStore implements AutoCloseable {

    private static final String COUNTED = "counted";
    private static final Duration UNUSED_KEPT = Duration.ofDays(7);
    /** A series takes at most 3.2 MiB, so all of them at most some 800. */
    private static final int MOST_SERIES = 256;

    private final Path directory;
    private final Map<String, Series> open = new HashMap<>();
    private final Map<String, Ledger.Memory> memories;
    private Instant forced = Instant.MIN;

    private SeriesStore(Path directory, Map<String, Ledger.Memory> memories) {
        this.directory = directory;
        this.memories = memories;
    }

    public static SeriesStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        SeriesStore store = new SeriesStore(directory, read(directory.resolve(COUNTED)));
        for (Map.Entry<String, Ledger.Memory> entry : Map.copyOf(store.memories).entrySet()) {
            Ledger.Memory memory = entry.getValue();
            store.series(entry.getKey()).write(List.of(new Ledger.Entry(Ledger.bucket(memory.at()), memory.sum())));
        }
        return store;
    }

    /**
     * Takes in what the sources answered at one moment. When this returns, it survives the death of this process.
     *
     * @param readings by the name of the series; what did not answer is absent
     */
    public synchronized void take(Map<String, Reading> readings, Instant now) throws IOException {
        Map<String, Ledger.Step> steps = new HashMap<>();
        for (Map.Entry<String, Reading> reading : readings.entrySet()) {
            if (memories.containsKey(reading.getKey()) || memories.size() + steps.size() < MOST_SERIES) {
                steps.put(reading.getKey(), Ledger.after(memory(reading.getKey(), now), reading.getValue(), now));
            }
        }
        steps.forEach((name, step) -> memories.put(name, step.memory()));
        boolean force = Duration.between(forced, now).abs().toMinutes() >= 1;
        write(force);
        for (Map.Entry<String, Ledger.Step> step : steps.entrySet()) {
            Series series = series(step.getKey());
            if (step.getValue().rewound()) {
                series.rewind(step.getValue().memory().at());
            }
            series.write(step.getValue().entries());
            if (force) {
                series.force();
            }
        }
        forced = force ? now : forced;
    }

    /** What is known of a series. Where only its rings are left, what it counted goes on as after a long gap. */
    private Ledger.@Nullable Memory memory(String name, Instant now) throws IOException {
        Ledger.Memory known = memories.get(name);
        Counts kept = known == null ? series(name).newest(now) : null;
        return kept == null ? known : new Ledger.Memory(kept, now.minus(Ledger.LONGEST_GAP.multipliedBy(2)), Map.of());
    }

    /** A series by its name; empty when nothing was ever counted. */
    public synchronized Series series(String name) throws IOException {
        Series known = open.get(name);
        if (known == null) {
            known = Series.open(directory.resolve(name));
            open.put(name, known);
        }
        return known;
    }

    /** Deletes what nobody asked for in a week: objectives that were removed, or measured differently before. */
    public synchronized void keepOnly(List<String> used, Instant now) throws IOException {
        for (Map.Entry<String, Ledger.Memory> entry : Map.copyOf(memories).entrySet()) {
            boolean old = Duration.between(entry.getValue().at(), now).compareTo(UNUSED_KEPT) > 0;
            if (old && !used.contains(entry.getKey())) {
                memories.remove(entry.getKey());
                Series series = open.remove(entry.getKey());
                if (series != null) {
                    series.close();
                }
                delete(directory.resolve(entry.getKey()));
            }
        }
    }

    private static void delete(Path series) throws IOException {
        if (Files.isDirectory(series)) {
            try (Stream<Path> files = Files.list(series)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(series);
        }
    }

    private void write(boolean force) throws IOException {
        Node.Mapping all = Node.Mapping.EMPTY;
        for (Map.Entry<String, Ledger.Memory> entry : memories.entrySet()) {
            Ledger.Memory memory = entry.getValue();
            Node.Mapping counters = Node.Mapping.EMPTY;
            for (Map.Entry<String, Counts> counter : memory.counters().entrySet()) {
                counters = counters.with(counter.getKey(), node(counter.getValue()));
            }
            all = all.with(
                    entry.getKey(),
                    Node.Mapping.EMPTY
                            .with("at", memory.at().toString())
                            .with("sum", node(memory.sum()))
                            .with("counters", counters));
        }
        Path fresh = directory.resolve(COUNTED + ".new");
        Files.write(fresh, Json.bytes(all));
        if (force) {
            try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                file.force(true);
            }
        }
        Files.move(
                fresh, directory.resolve(COUNTED), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** After a loss of power the file may be empty: then the sums begin where the rings end. */
    private static Map<String, Ledger.Memory> read(Path file) throws IOException {
        Map<String, Ledger.Memory> memories = new HashMap<>();
        if (!Files.isRegularFile(file)) {
            return memories;
        }
        try {
            if (Json.read(Files.readAllBytes(file)) instanceof Node.Mapping all) {
                all.fields().forEach((name, field) -> {
                    Ledger.Memory memory = field.value() instanceof Node.Mapping one ? memory(one) : null;
                    if (memory != null) {
                        memories.put(name, memory);
                    }
                });
            }
        } catch (Json.MalformedException torn) {
            memories.clear();
        }
        return memories;
    }

    private static Ledger.@Nullable Memory memory(Node.Mapping of) {
        Map<String, Counts> counters = new HashMap<>();
        of.mapping("counters").fields().forEach((name, field) -> counters.put(name, counts(field.value())));
        Node sum = of.get("sum");
        return sum == null
                ? null
                : new Ledger.Memory(counts(sum), Instant.parse(of.text("at", "")), Map.copyOf(counters));
    }

    private static Node node(Counts counts) {
        return new Node.Sequence(
                List.of(
                        new Node.Numeric(BigDecimal.valueOf(counts.good()), Position.NONE),
                        new Node.Numeric(BigDecimal.valueOf(counts.total()), Position.NONE)),
                Position.NONE);
    }

    private static Counts counts(Node node) {
        List<Double> numbers = new ArrayList<>();
        if (node instanceof Node.Sequence pair) {
            pair.elements().forEach(each -> numbers.add(Double.parseDouble(each.toString())));
        }
        return numbers.size() == 2 ? new Counts(numbers.get(0), numbers.get(1)) : Counts.NONE;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Series series : open.values()) {
            series.close();
        }
        open.clear();
    }
}
