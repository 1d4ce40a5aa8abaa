package io.homeostat.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhatIsAppendedIsReadTest {

    @TempDir
    Path directory;

    @Test
    void eventsComeBackInOrderAcrossSegmentsAndOpenings() throws Exception {
        Random random = new Random(7);
        List<Event> written = new ArrayList<>();
        for (int opening = 0; opening < 4; opening++) {
            try (FileJournal journal = Sample.open(directory)) {
                assertThat(journal.head()).isEqualTo(written.size());
                for (int i = 0; i < 40; i++) {
                    written.add(
                            i % 10 == 0
                                    ? journal.appendDurably(Sample.random(random))
                                    : journal.append(Sample.random(random)));
                }
                assertThat(Sample.all(journal)).isEqualTo(written);
                assertThat(journal.verify().faults()).isEmpty();
                assertThat(journal.verify().events()).isEqualTo(written.size());
                assertThat(journal.verify().headHash())
                        .isEqualTo(written.getLast().hash());
            }
        }
        assertThat(Segments.list(directory)).hasSizeGreaterThan(5);
        assertThat(written)
                .extracting(Event::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 160).boxed().toList());
    }

    @Test
    void readingStartsBehindTheNumberGivenAndStopsWhenToldTo() throws Exception {
        // Segments larger than what bisection leaves to be read line by line.
        try (FileJournal journal = FileJournal.open(directory, () -> Sample.NOW, 1 << 20, Sample.BOOT)) {
            List<Event> written = new ArrayList<>();
            for (int i = 0; i < 9000; i++) {
                written.add(journal.append(Sample.entry("event " + i)));
            }
            Random random = new Random(11);
            for (int i = 0; i < 200; i++) {
                int after = random.nextInt(written.size() + 1);
                int count = 1 + random.nextInt(i % 4 == 0 ? written.size() : 20);
                List<Event> read = new ArrayList<>();
                journal.read(after, event -> {
                    read.add(event);
                    return read.size() < count;
                });
                assertThat(read).isEqualTo(written.subList(after, Math.min(written.size(), after + count)));
            }
        }
    }

    @Test
    void lastGivesTheNewestThatMatchOldestFirst() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            for (int i = 1; i <= 50; i++) {
                journal.append(Sample.entry("event " + i));
            }
            assertThat(journal.last(3, event -> event.sequence() % 7 == 0))
                    .extracting(Event::message)
                    .containsExactly("event 35", "event 42", "event 49");
            assertThat(journal.last(100, event -> true)).hasSize(50);
            assertThat(journal.last(0, event -> true)).isEmpty();
        }
    }

    @Test
    void secretsAreNotWritten() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            journal.append(new Entry(
                    "x", "", "", "", Node.Mapping.EMPTY.with("password", new Node.Hidden("hunter2", Position.NONE))));
            assertThat(Sample.all(journal).getFirst().data().text("password")).isEqualTo(Node.Hidden.SHOWN);
        }
        for (Segments.Segment segment : Segments.list(directory)) {
            assertThat(Files.readString(segment.file())).doesNotContain("hunter2");
        }
    }

    @Test
    void concurrentCallersGetNumbersWithoutGapsAndAValidChain() throws Exception {
        try (FileJournal journal = Sample.open(directory);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Event>> appended = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Entry entry = Sample.entry("event " + i);
                appended.add(callers.submit(() -> journal.appendDurably(entry)));
            }
            List<Long> numbers = new ArrayList<>();
            for (Future<Event> event : appended) {
                numbers.add(event.get().sequence());
            }
            assertThat(numbers)
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, 200).boxed().toList());
            assertThat(journal.verify().faults()).isEmpty();
        }
    }

    @Test
    void anInterruptedCallerHarmsNobody() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            Thread.currentThread().interrupt();
            journal.appendDurably(Sample.entry("interrupted"));
            assertThat(Sample.all(journal)).hasSize(1);
            assertThat(Thread.interrupted()).isTrue();
            journal.append(Sample.entry("next"));
            assertThat(journal.verify().events()).isEqualTo(2);
        }
    }

    @Test
    void anEventThatIsTooLargeIsRefusedAndTheNextIsTaken() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            assertThatThrownBy(() -> journal.append(Sample.entry("x".repeat(Records.MAX_BYTES))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("at most 8388608");
            assertThat(journal.append(Sample.entry("next")).sequence()).isEqualTo(1);
            assertThat(journal.verify().faults()).isEmpty();
        }
    }

    @Test
    void followersGetEverythingFromNowOnInOrderWhateverOthersDo() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            journal.append(Sample.entry("before"));
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(2);
            List<Long> slow = new ArrayList<>();
            List<Long> broken = new ArrayList<>();
            int count = 2000;
            try (Journal.Subscription first = journal.follow(event -> {
                        awaitQuietly(blocked);
                        slow.add(event.sequence());
                        countDownAt(done, event, count);
                    });
                    Journal.Subscription second = journal.follow(event -> {
                        Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
                        broken.add(event.sequence());
                        countDownAt(done, event, count);
                        throw new IllegalStateException("a listener with a bug");
                    })) {
                assertThat(first).isNotSameAs(second);
                // The slow one takes nothing until all of these have returned.
                for (int i = 1; i < count; i++) {
                    journal.append(Sample.entry("event " + i));
                }
                blocked.countDown();
                assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            }
            List<Long> expected = LongStream.rangeClosed(2, count).boxed().toList();
            assertThat(slow).isEqualTo(expected);
            assertThat(broken).isEqualTo(expected);
        }
    }

    private static void countDownAt(CountDownLatch done, Event event, long number) {
        if (event.sequence() == number) {
            done.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theDocumentedShellLinesCheckTheChain() throws Exception {
        try (FileJournal journal = Sample.open(directory)) {
            Random random = new Random(3);
            for (int i = 0; i < 12; i++) {
                journal.append(Sample.random(random));
            }
        }
        assertThat(checkWithShell()).isEmpty();
        Path first = Segments.list(directory).getFirst().file();
        Files.writeString(first, Files.readString(first).replaceFirst("test\\.", "tess."));
        assertThat(checkWithShell()).contains("broken: {\"sequence\":");
    }

    private String checkWithShell() throws IOException, InterruptedException {
        String script = """
                previous=$(printf '%064d' 0)
                cat 0*.jsonl | while IFS= read -r line; do
                    body=${line%,\\"hash\\":*}; hash=${line##*,\\"hash\\":\\"}; hash=${hash%\\"\\}}
                    [ "$(printf %s "$previous$body" | sha256sum | cut -c1-64)" = "$hash" ] || echo "broken: $body"
                    previous=$hash
                done
                """;
        Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return said;
    }
}
