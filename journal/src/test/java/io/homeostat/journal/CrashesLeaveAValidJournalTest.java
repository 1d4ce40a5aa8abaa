package io.homeostat.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashesLeaveAValidJournalTest {

    @TempDir
    Path directory;

    /** Power is lost again and again: whatever was not synced may be cut at any byte, the head may be older or newer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aLossOfPowerAtAnyByteLosesOnlyWhatWasNotDurableAndSaysSo(long seed) throws Exception {
        Random random = new Random(seed);
        List<Event> expected = new ArrayList<>();
        for (int crash = 0; crash < 40; crash++) {
            String boot = String.format("%08x-0000", crash);
            int durable = expected.size();
            byte[] headAtSync;
            List<Event> written;
            try (FileJournal journal = Sample.open(directory, boot)) {
                written = new ArrayList<>(Sample.all(journal));
                assertThat(written.subList(0, expected.size()))
                        .as("seed %d, crash %d", seed, crash)
                        .isEqualTo(expected);
                durable = written.size();
                headAtSync = Files.readAllBytes(directory.resolve("head"));
                for (int i = random.nextInt(8); i > 0; i--) {
                    if (random.nextInt(3) == 0) {
                        written.add(journal.appendDurably(Sample.random(random)));
                        durable = written.size();
                        headAtSync = Files.readAllBytes(directory.resolve("head"));
                    } else {
                        written.add(journal.append(Sample.random(random)));
                    }
                }
                assertThat(journal.verify().faults())
                        .as("seed %d, crash %d", seed, crash)
                        .isEmpty();
            }
            int kept = cutSomewhereBehind(durable, random);
            if (random.nextBoolean()) {
                Files.write(directory.resolve("head"), headAtSync);
            }
            expected = written.subList(0, Math.max(kept, 0));
        }
        assertThat(FileJournal.verify(directory).faults()).as("seed %d", seed).noneMatch(f -> f.contains("edited"));
    }

    /** Cuts the newest segment at a random byte behind a record; gives how many records are left whole. */
    private int cutSomewhereBehind(int record, Random random) throws IOException {
        List<Segments.Segment> segments = Segments.list(directory);
        if (segments.isEmpty()) {
            return 0;
        }
        Segments.Segment newest = segments.getLast();
        byte[] bytes = Files.readAllBytes(newest.file());
        int start = 0;
        for (long number = newest.first(); number <= record; number++) {
            start = indexOfFeed(bytes, start) + 1;
        }
        int cut = start + random.nextInt(bytes.length - start + 1);
        try (RandomAccessFile file = new RandomAccessFile(newest.file().toFile(), "rw")) {
            file.setLength(cut);
        }
        int whole = (int) newest.first() - 1;
        for (int i = 0; i < cut; i++) {
            whole += bytes[i] == '\n' ? 1 : 0;
        }
        return whole;
    }

    private static int indexOfFeed(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    @Test
    void whatIsTornIsKeptBesideAndBecomesAnEvent() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            journal.append(Sample.entry("one"));
        }
        Path segment = Segments.list(directory).getFirst().file();
        Files.writeString(segment, Files.readString(segment) + "{\"sequence\":2,\"ti");
        try (FileJournal journal = Sample.open(directory)) {
            Event torn = journal.last(1, event -> true).getFirst();
            assertThat(torn.type()).isEqualTo("journal.torn");
            assertThat(torn.data().integer("bytes", 0)).isEqualTo(17);
            assertThat(directory.resolve(torn.data().text("file", ""))).hasContent("{\"sequence\":2,\"ti");
            assertThat(journal.verify().faults()).isEmpty();
            assertThat(journal.head()).isEqualTo(2);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().contains("pending")))
                    .isEmpty();
        }
    }

    @Test
    void aCrashBetweenSettingAsideAndTheEventLosesNeither() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            journal.append(Sample.entry("one"));
        }
        Files.writeString(directory.resolve("00000001.jsonl.99.torn.pending"), "half a rec");
        try (FileJournal journal = Sample.open(directory)) {
            assertThat(journal.last(1, event -> true)).extracting(Event::type).containsExactly("journal.torn");
        }
        assertThat(directory.resolve("00000001.jsonl.99.torn")).hasContent("half a rec");
    }

    @Test
    void aKilledWriterLosesNothingThatItWasToldIsWritten() throws Exception {
        Process writer = Children.java(Writer.class, directory.toString()).start();
        long acknowledged = 0;
        try (var said = writer.inputReader()) {
            for (int i = 0; i < 300; i++) {
                acknowledged = Long.parseLong(said.readLine());
            }
            // By its handle, which leaves what it printed to be read.
            writer.toHandle().destroyForcibly();
            String line;
            while ((line = said.readLine()) != null && !line.isEmpty()) {
                acknowledged = Long.parseLong(line);
            }
        }
        try (FileJournal journal = FileJournal.open(directory, () -> Sample.NOW)) {
            assertThat(journal.head()).isGreaterThanOrEqualTo(acknowledged);
            assertThat(journal.verify().faults()).isEmpty();
            assertThat(journal.append(Sample.entry("goes on")).sequence()).isEqualTo(journal.head());
        }
    }

    /** Appends until it is killed; prints the number of each event that was appended. */
    static final class Writer {
        public static void main(String[] args) throws IOException {
            try (FileJournal journal = FileJournal.open(Path.of(args[0]), () -> Sample.NOW)) {
                while (true) {
                    System.out.write((journal.append(Sample.entry("event")).sequence() + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    System.out.flush();
                }
            }
        }
    }

    @Test
    void aSecondProcessIsRefusedAndToldWhoTheFirstIs() throws Exception {
        Process holder = Children.java(Holder.class, directory.toString()).start();
        try (var said = holder.inputReader()) {
            assertThat(said.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> Sample.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by process " + holder.pid());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        Sample.open(directory).close();
    }

    @Test
    void aSecondOpeningInTheSameProcessIsRefusedAndDoesNotGiveTheLockUp() throws Exception {
        try (FileJournal first = Sample.open(directory)) {
            assertThatThrownBy(() -> Sample.open(directory))
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
            Process other = Children.java(Holder.class, directory.toString()).start();
            assertThat(other.waitFor()).isNotZero();
            first.append(Sample.entry("still ours"));
        }
    }

    /** Holds the journal until its standard input ends. */
    static final class Holder {
        public static void main(String[] args) throws IOException {
            try (FileJournal journal = FileJournal.open(Path.of(args[0]), () -> Sample.NOW)) {
                System.out.println("open");
                System.in.transferTo(System.out);
                journal.head();
            }
        }
    }

    /** The file size limit of a process behaves as a full disk does: part of a record is written, then an error. */
    @Test
    void aFullDiskCostsTheEventAndNothingElse() throws Exception {
        Process child = Children.java("ulimit -f 100", FullDisk.class, directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        assertThat(said)
                .startsWith("Event 2 could not be written to the journal")
                .contains("All events up to 1 are kept")
                .endsWith("2\n[]\n");
        try (FileJournal journal = FileJournal.open(directory, () -> Sample.NOW)) {
            assertThat(Sample.all(journal)).extracting(Event::message).containsExactly("one", "two");
        }
    }

    static final class FullDisk {
        public static void main(String[] args) throws IOException {
            try (FileJournal journal = FileJournal.open(Path.of(args[0]), () -> Sample.NOW)) {
                journal.append(Sample.entry("one"));
                try {
                    journal.append(Sample.entry("x".repeat(200_000)));
                } catch (IOException e) {
                    System.out.println(e.getMessage());
                }
                System.out.println(journal.appendDurably(Sample.entry("two")).sequence());
                System.out.println(journal.verify().faults());
            }
        }
    }
}
