package io.homeostat.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyFindsTamperingTest {

    private static final int EVENTS = 30;

    @TempDir
    Path directory;

    @BeforeEach
    void write() throws IOException {
        Random random = new Random(5);
        try (FileJournal journal = Sample.open(directory)) {
            for (int i = 0; i < EVENTS; i++) {
                journal.append(Sample.random(random));
            }
        }
        assertThat(FileJournal.verify(directory).faults()).isEmpty();
    }

    /** Both ways a user can ask: the closed directory, and the journal opened (and so continued) after the deed. */
    private List<String> faults(boolean opened) throws IOException {
        if (!opened) {
            return FileJournal.verify(directory).faults();
        }
        try (FileJournal journal = Sample.open(directory)) {
            journal.append(Sample.entry("life goes on"));
            List<String> faults = journal.verify().faults();
            assertThat(Sample.all(journal)).isNotEmpty();
            return faults;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySingleByteEdit(boolean opened) throws Exception {
        long seed = 42;
        Random random = new Random(seed);
        for (Segments.Segment segment : Segments.list(directory)) {
            byte[] original = Files.readAllBytes(segment.file());
            Snapshot snapshot = new Snapshot(directory);
            // Closed, each byte; opened, which costs more, one in seven.
            for (int at = 0; at < original.length; at += opened ? 1 + random.nextInt(13) : 1) {
                byte[] edited = original.clone();
                edited[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(segment.file(), edited);
                assertThat(faults(opened))
                        .as("seed %d, %s byte %d", seed, segment.name(), at)
                        .isNotEmpty();
                snapshot.restore();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRemovedSwappedOrInsertedLine(boolean opened) throws Exception {
        List<List<String>> files = new ArrayList<>();
        for (Segments.Segment segment : Segments.list(directory)) {
            files.add(Files.readAllLines(segment.file(), StandardCharsets.UTF_8));
        }
        List<Segments.Segment> segments = Segments.list(directory);
        Snapshot snapshot = new Snapshot(directory);
        for (int f = 0; f < files.size(); f++) {
            List<String> lines = files.get(f);
            for (int i = 0; i < lines.size(); i++) {
                List<List<String>> deeds = new ArrayList<>();
                List<String> removed = new ArrayList<>(lines);
                removed.remove(i);
                deeds.add(removed);
                List<String> inserted = new ArrayList<>(lines);
                inserted.add(i, lines.get((i + 1) % lines.size()));
                deeds.add(inserted);
                if (i > 0) {
                    List<String> swapped = new ArrayList<>(lines);
                    Collections.swap(swapped, i - 1, i);
                    deeds.add(swapped);
                }
                for (List<String> deed : deeds) {
                    String text = deed.isEmpty() ? "" : String.join("\n", deed) + "\n";
                    Files.writeString(segments.get(f).file(), text);
                    assertThat(faults(opened))
                            .as("%s:%d", segments.get(f).name(), i + 1)
                            .isNotEmpty();
                    snapshot.restore();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCutAtTheEnd(boolean opened) throws Exception {
        Segments.Segment newest = Segments.list(directory).getLast();
        byte[] original = Files.readAllBytes(newest.file());
        Snapshot snapshot = new Snapshot(directory);
        for (int length = 0; length < original.length; length++) {
            Files.write(newest.file(), Arrays.copyOf(original, length));
            assertThat(faults(opened)).as("cut to %d bytes", length).isNotEmpty();
            snapshot.restore();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRemovedSegment(boolean opened) throws Exception {
        Snapshot snapshot = new Snapshot(directory);
        for (Segments.Segment segment : Segments.list(directory)) {
            Files.delete(segment.file());
            assertThat(faults(opened)).as(segment.name()).isNotEmpty();
            snapshot.restore();
        }
    }

    @Test
    void aFaultNamesTheRecordAndItsLine() throws Exception {
        Segments.Segment second = Segments.list(directory).get(1);
        List<String> lines = Files.readAllLines(second.file());
        Files.writeString(
                second.file(),
                String.join("\n", lines).replace("\"sequence\":" + (second.first() + 2), "\"sequence\":77") + "\n");
        assertThat(FileJournal.verify(directory).faults())
                .singleElement()
                .asString()
                .startsWith(
                        "record 77, " + second.name() + ":3: stands where record " + (second.first() + 2) + " belongs");
    }

    @Test
    void oneRemovedRecordIsOneFault() throws Exception {
        Segments.Segment second = Segments.list(directory).get(1);
        List<String> lines = Files.readAllLines(second.file());
        lines.remove(1);
        Files.writeString(second.file(), String.join("\n", lines) + "\n");
        assertThat(FileJournal.verify(directory).faults())
                .containsExactly("record " + (second.first() + 2) + ", " + second.name() + ":2: stands where record "
                        + (second.first() + 1) + " belongs (records were removed)");
    }

    @Test
    void aMissingHeadFile() throws Exception {
        Files.delete(directory.resolve("head"));
        assertThat(faults(false)).singleElement().asString().startsWith("head: is missing");
        assertThat(faults(true)).singleElement().asString().contains("The head file was missing");
        // The evidence is in the chain now and stays.
        assertThat(faults(false)).hasSize(1);
    }

    @Test
    void tamperingWhileTheJournalIsOpen() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            Segments.Segment newest = Segments.list(directory).getLast();
            List<String> lines = Files.readAllLines(newest.file());
            Files.writeString(newest.file(), String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
            assertThat(journal.verify().faults()).containsExactly("records 30 to 30: the newest records are missing");
        }
    }

    /** The documented bound: without an anchor elsewhere, a complete forgery of the newest records passes. */
    @Test
    void aForgedEndWithAForgedHeadIsNotFoundWithoutAnAnchor() throws Exception {
        String anchor = FileJournal.verify(directory).headHash();
        Segments.Segment newest = Segments.list(directory).getLast();
        List<String> lines = new ArrayList<>(Files.readAllLines(newest.file()));
        Records.Line before =
                Objects.requireNonNull(Records.split(lines.get(lines.size() - 2).getBytes(StandardCharsets.UTF_8)));
        byte[] forged = Records.line(EVENTS, Sample.NOW, Sample.entry("forged"), before.hash());
        lines.set(lines.size() - 1, new String(forged, StandardCharsets.UTF_8).strip());
        Files.writeString(newest.file(), String.join("\n", lines) + "\n");
        assertThat(FileJournal.verify(directory).faults()).isNotEmpty();
        try (HeadFile head = HeadFile.open(directory, Sample.BOOT)) {
            head.write(EVENTS, Records.hashOf(forged), EVENTS);
        }
        assertThat(FileJournal.verify(directory).faults()).isEmpty();
        assertThat(FileJournal.verify(directory).headHash()).isNotEqualTo(anchor);
    }

    /** The files of a directory, to be put back. */
    private static final class Snapshot {
        private final Path directory;
        private final Map<Path, byte[]> files = new HashMap<>();

        Snapshot(Path directory) throws IOException {
            this.directory = directory;
            try (var list = Files.list(directory)) {
                for (Path file : (Iterable<Path>) list::iterator) {
                    files.put(file, Files.readAllBytes(file));
                }
            }
        }

        void restore() throws IOException {
            try (var list = Files.list(directory)) {
                for (Path file : (Iterable<Path>) list::iterator) {
                    if (!files.containsKey(file)) {
                        Files.delete(file);
                    }
                }
            }
            for (var file : files.entrySet()) {
                Files.write(file.getKey(), file.getValue());
            }
        }
    }
}
