package io.homeostat.gate;

import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code access.log}: a line for each request of the Services that ask for it. A thread of its own writes; where it cannot keep
 * up, lines are left out and their number is written, for traffic never waits for its log.
 */
final class AccessLog implements AutoCloseable {

    private static final int MOST_WAITING = 4_096;

    private final Path file;
    private final long mostBytes;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong left = new AtomicLong();
    private @Nullable Thread writer;
    private long size = -1;

    /** What is known at a request's beginning. The query is not in it: it may hold what nobody should read. */
    record Line(Edge edge, String method, String path) {}

    private record Entry(Instant at, Line line, Outcome outcome, String version, String instance, long micros) {}

    /** @param mostBytes of one file; there are two at most */
    AccessLog(Path directory, long mostBytes) {
        this.file = directory.resolve("access.log");
        this.mostBytes = mostBytes;
    }

    /** Never waits. */
    void write(Line line, Outcome outcome, @Nullable LiveBackend by, long nanos) {
        Entry entry = new Entry(
                Instant.now(),
                line,
                outcome,
                by == null ? "" : by.version(),
                by == null ? "" : by.name(),
                nanos / 1_000);
        if (!waiting.offer(entry)) {
            left.incrementAndGet();
        }
        if (writer == null) {
            start();
        }
    }

    private synchronized void start() {
        if (writer == null) {
            writer = Thread.ofPlatform().daemon().name("access-log").start(this::work);
        }
    }

    private void work() {
        List<Entry> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(waiting.take());
                waiting.drainTo(taken);
                append(taken);
                taken.clear();
            }
        } catch (InterruptedException end) {
            // The gate ends.
        }
    }

    private void append(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text(text, entry));
        long missing = left.getAndSet(0);
        if (missing > 0) {
            text.append(Instant.now()).append(" ").append(missing).append(" lines left out\n");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            if (size < 0) {
                size = Files.exists(file) ? Files.size(file) : create();
            }
            if (size + bytes.length > mostBytes && size > 0) {
                Files.move(file, file.resolveSibling("access.log.1"), StandardCopyOption.REPLACE_EXISTING);
                size = create();
            }
            Files.write(file, bytes, StandardOpenOption.APPEND);
            size += bytes.length;
        } catch (IOException full) {
            left.addAndGet(entries.size() + missing);
            size = -1;
        }
    }

    private long create() throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return 0;
    }

    private static void text(StringBuilder to, Entry entry) {
        to.append(entry.at())
                .append(' ')
                .append(entry.line().edge().from())
                .append(' ')
                .append(entry.line().edge().callee())
                .append(':')
                .append(entry.line().edge().port())
                .append(' ')
                .append(plain(entry.line().method()))
                .append(' ')
                .append(plain(entry.line().path()))
                .append(' ')
                .append(entry.outcome().text())
                .append(' ')
                .append(entry.instance().isEmpty() ? "-" : entry.instance())
                .append(' ')
                .append(entry.version().isEmpty() ? "-" : entry.version())
                .append(' ')
                .append(entry.micros() / 1_000)
                .append('.')
                .append(String.valueOf(1_000 + entry.micros() % 1_000), 1, 4)
                .append("ms\n");
    }

    /** Nothing in it can look like another line or another word. */
    private static String plain(String text) {
        return text.replaceAll("[^!-~]", "?");
    }

    @Override
    public synchronized void close() {
        if (writer != null) {
            writer.interrupt();
        }
    }
}
