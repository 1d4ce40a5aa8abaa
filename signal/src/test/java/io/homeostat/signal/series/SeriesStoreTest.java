package io.homeostat.signal.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesStoreTest {

    private static final Instant T = Instant.parse("2026-11-21T08:00:00Z");

    @TempDir
    Path directory;

    /**
     * Counters of several instances that start again at random, read by agents that die at random, while the clock makes small
     * steps. What every span of time counted is worked out a second time from the events themselves.
     */
    @Test
    void everySpanIsWhatHappenedInIt() throws IOException {
        long seed = Long.getLong("homeostat.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Instant, Counts> happened = new TreeMap<>();
        Map<String, Counts> counters = new HashMap<>();
        SeriesStore store = SeriesStore.open(directory);
        Instant now = T;
        for (int i = 0; i < 3_000; i++) {
            Counts now10 = Counts.NONE;
            for (String instance : List.of("a", "b", "c")) {
                // One that starts again must not reach its old height before it is read: nobody could tell.
                if (random.nextInt(200) == 0
                        && counters.getOrDefault(instance, Counts.NONE).total() > 50) {
                    counters.put(instance, Counts.NONE);
                }
                int total = random.nextInt(50);
                Counts more = new Counts(total == 0 ? 0 : random.nextInt(total + 1), total);
                counters.merge(instance, more, Counts::plus);
                now10 = now10.plus(more);
            }
            Reading reading = new Reading.Counters(counters, false);
            store.take(Map.of("s", reading), now);
            happened.put(now, i == 0 ? Counts.NONE : now10);
            if (random.nextInt(50) == 0) {
                store.close();
                store = SeriesStore.open(directory);
            }
            now = now.plusSeconds(10);
        }
        for (int i = 0; i < 300; i++) {
            long from = random.nextInt(2_990);
            long to = from + 1 + random.nextInt((int) Math.min(2_160, 2_999 - from));
            Instant start = T.plusSeconds(from * 10);
            Instant end = T.plusSeconds(to * 10);
            Counts expected =
                    happened.subMap(start, false, end, true).values().stream().reduce(Counts.NONE, Counts::plus);
            boolean isOverwritten = start.isBefore(now.minus(Series.FINE));
            if (!isOverwritten) {
                assertThat(sum(store, start, end))
                        .as("seed %d, %s to %s", seed, start, end)
                        .isEqualTo(expected);
            }
        }
        store.close();
    }

    @Test
    void aCounterThatFellBeganAgainAtZero() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 90, 100)), T);
            store.take(Map.of("s", counter("a", 95, 110)), T.plusSeconds(10));
            store.take(Map.of("s", counter("a", 3, 4)), T.plusSeconds(20));
            assertThat(sum(store, T, T.plusSeconds(20))).isEqualTo(new Counts(8, 14));
        }
    }

    @Test
    void aSumThatFellIsCountedNowhere() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", new Reading.Counters(Map.of("", new Counts(1000, 1000)), true)), T);
            store.take(Map.of("s", new Reading.Counters(Map.of("", new Counts(600, 600)), true)), T.plusSeconds(10));
            store.take(Map.of("s", new Reading.Counters(Map.of("", new Counts(610, 612)), true)), T.plusSeconds(20));
            assertThat(sum(store, T, T.plusSeconds(20))).isEqualTo(new Counts(10, 12));
        }
    }

    @Test
    void aShortGapIsSpreadAndALongOneHasNoData() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 0, 0)), T);
            store.take(Map.of("s", counter("a", 60, 60)), T.plusSeconds(60));
            assertThat(sum(store, T.plusSeconds(20), T.plusSeconds(40))).isEqualTo(new Counts(20, 20));
            Instant later = T.plus(Duration.ofHours(2));
            store.take(Map.of("s", counter("a", 5_000, 9_000)), later);
            assertThat(store.series("s")
                            .sum(T.plusSeconds(600), later.minusSeconds(60))
                            .hasData())
                    .isFalse();
            store.take(Map.of("s", counter("a", 5_001, 9_003)), later.plusSeconds(10));
            assertThat(sum(store, T, later.plusSeconds(10))).isEqualTo(new Counts(61, 63));
        }
    }

    @Test
    void aClockThatGoesBackLosesNothing() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 0, 0)), T);
            store.take(Map.of("s", counter("a", 10, 10)), T.plusSeconds(60));
            store.take(Map.of("s", counter("a", 20, 20)), T.plusSeconds(30));
            assertThat(sum(store, T, T.plusSeconds(60))).isEqualTo(new Counts(20, 20));
        }
    }

    @Test
    void whatAClockWroteIntoTheFutureIsVoidWhenItIsPutRight() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 0, 0)), T);
            store.take(Map.of("s", counter("a", 10, 10)), T.plusSeconds(10));
            Instant wrong = T.plus(Duration.ofDays(3));
            store.take(Map.of("s", counter("a", 20, 20)), wrong);
            store.take(Map.of("s", counter("a", 30, 30)), T.plusSeconds(20));
            assertThat(sum(store, T, T.plusSeconds(20))).isEqualTo(new Counts(20, 20));
            assertThat(store.series("s").sum(wrong.minusSeconds(60), wrong).hasData())
                    .isFalse();
        }
    }

    @Test
    void slicesAreWholeAndOnlyThoseWithData() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            for (int i = 0; i <= 30; i++) {
                if (i < 12 || i >= 24) {
                    store.take(Map.of("s", new Reading.Events(new Counts(i < 6 ? 1 : 0, 1))), T.plusSeconds(i * 10L));
                }
            }
            List<String> slices = new ArrayList<>();
            store.series("s")
                    .slices(
                            T,
                            T.plusSeconds(305),
                            Duration.ofMinutes(1),
                            (start, counts) -> slices.add(Duration.between(T, start)
                                            .toMinutes() + ": " + counts.good() + "/" + counts.total()));
            assertThat(slices).containsExactly("0: 6.0/6.0", "1: 0.0/6.0", "4: 0.0/6.0");
        }
    }

    @Test
    void ninetyDaysFitIntoAFixedSize() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            Instant now = T;
            Series series = store.series("s");
            for (int minute = 0; minute < 100 * 24 * 60; minute++) {
                now = T.plusSeconds(minute * 60L);
                series.write(List.of(new Ledger.Entry(Ledger.bucket(now), new Counts(minute, 2.0 * minute))));
            }
            assertThat(series.sum(now.minus(Duration.ofDays(90)), now).counts())
                    .isEqualTo(new Counts(90 * 1440, 2.0 * 90 * 1440));
            assertThat(Files.size(directory.resolve("s/minutes"))).isLessThan(3_300_000);
            assertThat(Files.size(directory.resolve("s/ten-seconds"))).isLessThan(60_000);
            assertThat(series.sum(now.minus(Duration.ofDays(93)), now).counts().total())
                    .isCloseTo(2.0 * 93 * 1440, within(1e-6));
        }
    }

    @Test
    void aTornSlotIsNoSlot() throws IOException {
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 0, 0)), T);
            store.take(Map.of("s", counter("a", 10, 10)), T.plusSeconds(60));
        }
        Path file = directory.resolve("s/minutes");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 3] ^= 1;
        Files.write(file, bytes);
        Files.writeString(directory.resolve("counted"), "");
        try (SeriesStore store = SeriesStore.open(directory)) {
            store.take(Map.of("s", counter("a", 700, 700)), T.plusSeconds(120));
            store.take(Map.of("s", counter("a", 710, 720)), T.plusSeconds(130));
            assertThat(sum(store, T.plusSeconds(110), T.plusSeconds(130))).isEqualTo(new Counts(10, 20));
        }
    }

    /** A process that counts one more each time is killed at random moments; what it said it took in is there. */
    @Test
    void whatWasTakenInSurvivesKill() throws Exception {
        long seed = Long.getLong("homeostat.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        long taken = 0;
        for (int trial = 0; trial < 5; trial++) {
            Process process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Counting.class.getName(),
                            directory.toString(),
                            Long.toString(taken))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            int lines = 5 + random.nextInt(200);
            try (InputStream out = process.getInputStream()) {
                StringBuilder line = new StringBuilder();
                while (lines > 0) {
                    int c = out.read();
                    assertThat(c).as("the process ended by itself").isNotNegative();
                    if (c == '\n') {
                        taken = Long.parseLong(line.toString());
                        line.setLength(0);
                        lines--;
                    } else {
                        line.append((char) c);
                    }
                }
                // Not through the Process, which would close what is still to be read.
                ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
                process.waitFor();
                // What it said after we looked, and before it died.
                String rest = line + new String(out.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
                for (String said : rest.split("\n")) {
                    taken = said.isEmpty() || !rest.contains("\n") ? taken : Math.max(taken, number(said, taken));
                }
            }
            try (SeriesStore store = SeriesStore.open(directory)) {
                double total = sum(store, T.minusSeconds(10), T.plusSeconds(taken * 10 + 10))
                        .total();
                assertThat(total).as("seed %d, trial %d", seed, trial).isBetween((double) taken, taken + 1.0);
            }
        }
    }

    private static long number(String said, long otherwise) {
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException cutShort) {
            return otherwise;
        }
    }

    /** Counts up, one each ten seconds of its own time, and says so after each. */
    public static final class Counting {
        private Counting() {}

        public static void main(String[] arguments) throws IOException {
            try (SeriesStore store = SeriesStore.open(Path.of(arguments[0]))) {
                long next = Long.parseLong(arguments[1]);
                if (next == 0) {
                    store.take(Map.of("s", counter("a", 0, 0)), T);
                }
                while (true) {
                    next++;
                    store.take(Map.of("s", counter("a", (double) next, (double) next)), T.plusSeconds(next * 10));
                    System.out.println(next);
                }
            }
        }
    }

    private static Reading counter(String name, double good, double total) {
        return new Reading.Counters(Map.of(name, new Counts(good, total)), false);
    }

    private static Counts sum(SeriesStore store, Instant from, Instant to) throws IOException {
        return store.series("s").sum(from, to).counts();
    }
}
