package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation loses nothing that is to be kept, and readers see one stream. */
class LogFileTest {
    private static final LogPolicy SMALL = new LogPolicy(64 << 10, 2);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void create() throws IOException {
        file = Files.createFile(directory.resolve("log"));
    }

    @Test
    void theDefaultsAreTenMebibytesAndThreeRotatedFiles() {
        assertThat(LogPolicy.DEFAULT).isEqualTo(new LogPolicy(10 << 20, 3));
    }

    @Test
    void theLastLinesAreFoundWhereverTheyLie() throws Exception {
        append("");
        assertThat(tail(3)).isEmpty();
        append("a\nb\nc\n");
        assertThat(tail(0)).isEmpty();
        assertThat(tail(1)).containsExactly("c");
        assertThat(tail(2)).containsExactly("b", "c");
        assertThat(tail(9)).containsExactly("a", "b", "c");
        assertThat(tail(-1)).containsExactly("a", "b", "c");
        append("no end");
        assertThat(tail(1)).containsExactly("no end");
        assertThat(tail(2)).containsExactly("c", "no end");
        append("\n\n");
        assertThat(tail(2)).containsExactly("no end", "");
    }

    @Test
    void manyLinesAcrossBlocksAndRotatedFilesReadAsOneStream() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        LogFile log = new LogFile(file, SMALL);
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String line = i + " " + "ü".repeat(random.nextInt(40));
            written.add(line);
            append(line + "\n");
            if (random.nextInt(200) == 0) {
                log.rotate();
            }
        }
        log.rotate();

        List<String> all = lines(log, -1);
        assertThat(all).as("seed %d", seed).hasSizeGreaterThan(1000);
        int cut = written.size() - all.size();
        // The oldest kept one may have lost its beginning.
        assertThat(all.subList(1, all.size())).as("seed %d", seed).isEqualTo(written.subList(cut + 1, written.size()));
        for (int count : new int[] {1, 17, 1000}) {
            assertThat(lines(log, count)).as("seed %d", seed).isEqualTo(written.subList(5_000 - count, 5_000));
        }
        assertThat(Files.size(file)).isLessThan(SMALL.fileBytes());
        assertThat(directory.resolve("log.1")).exists();
        assertThat(directory.resolve("log.2")).exists();
        assertThat(directory.resolve("log.3")).doesNotExist();
    }

    @Test
    void anAgentThatWasAwayForLongCatchesUpWithinTheLimits() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            append("line " + i + "\n");
        }
        LogFile log = new LogFile(file, SMALL);
        log.rotate();

        assertThat(Files.size(file)).isLessThan(SMALL.fileBytes());
        List<String> kept = lines(log, -1);
        int first = 100_000 - kept.size();
        assertThat(kept.subList(1, kept.size()))
                .isEqualTo(IntStream.range(first + 1, 100_000)
                        .mapToObj(i -> "line " + i)
                        .toList());
        assertThat(kept.size()).isGreaterThan(10_000);
    }

    @Test
    void aWriterLosesNothingWhileItsFileIsRotated() throws Exception {
        assumeTrue(canTakeOutABeginning(), "this file system cannot take out the beginning of a file");
        Process writer = new ProcessBuilder(
                        "sh", "-c", "i=0; while [ $i -lt 30000 ]; do echo $i 0123456789; i=$((i+1)); done")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                .start();
        LogFile log = new LogFile(file, new LogPolicy(64 << 10, 50));
        while (writer.isAlive()) {
            log.rotate();
        }
        log.rotate();

        assertThat(directory.resolve("log.1")).exists();
        assertThat(lines(log, -1))
                .isEqualTo(IntStream.range(0, 30_000)
                        .mapToObj(i -> i + " 0123456789")
                        .toList());
    }

    @Test
    void whereTheFileSystemCannotTakeOutABeginningTheFileIsEmptied() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            append("line " + i + "\n");
        }
        LogFile log = new LogFile(file, SMALL, false);
        List<String> before = lines(log, 2_000);
        log.rotate();

        assertThat(file).isEmptyFile();
        assertThat(lines(log, 2_000)).isEqualTo(before);
        append("more\n");
        assertThat(lines(log, 2)).containsExactly("line 9999", "more");
    }

    @Test
    void aRotationThatWasCutOffIsFinishedOrUndone() throws Exception {
        append("a\nb\nc\n");
        Path copy = directory.resolve("log.next");
        Files.writeString(copy, "a\nb");
        LogFile undone = new LogFile(file, SMALL);
        undone.recover();
        assertThat(lines(undone, -1)).containsExactly("a", "b", "c");
        assertThat(copy).doesNotExist();

        Files.writeString(copy, "x\ny\n");
        LogFile finished = new LogFile(file, SMALL);
        finished.recover();
        assertThat(lines(finished, -1)).containsExactly("x", "y", "a", "b", "c");
        assertThat(copy).doesNotExist();
    }

    @Test
    void hugeLinesComeInPiecesThatMakeTheWhole() throws Exception {
        String huge = "€ü😀x".repeat(30_000);
        append("before\n" + huge + "\nafter\n");

        List<String> lines = lines(new LogFile(file, LogPolicy.DEFAULT), 2);

        assertThat(lines.getLast()).isEqualTo("after");
        assertThat(String.join("", lines.subList(0, lines.size() - 1))).isEqualTo(huge);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThanOrEqualTo(LogReader.LONGEST_LINE));
    }

    @Test
    void aSinkThatHasEnoughIsAskedNoMore() throws Exception {
        append("a\nb\nc\n");
        List<String> taken = new ArrayList<>();

        new LogFile(file, SMALL).tail(-1, line -> {
            taken.add(line);
            return taken.size() < 2;
        });

        assertThat(taken).containsExactly("a", "b");
    }

    private boolean canTakeOutABeginning() throws IOException {
        Path trial = Files.write(directory.resolve("trial"), new byte[1 << 20]);
        Kernel kernel = Kernel.get();
        return kernel != null
                && kernel.collapse(trial, Files.getFileStore(trial).getBlockSize()) == 0;
    }

    private List<String> tail(int lines) throws IOException {
        return lines(new LogFile(file, SMALL), lines);
    }

    private static List<String> lines(LogFile log, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        log.tail(count, lines::add);
        return lines;
    }

    private void append(String text) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
