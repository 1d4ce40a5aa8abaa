package io.homeostat.journal;

import io.homeostat.journal.Segments.Segment;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The events in the segments, from either end. It needs no lock: what a reader may see is given as a number or a length that was
 * true before it started.
 */
final class RecordFiles {

    private final Path directory;

    RecordFiles(Path directory) {
        this.directory = directory;
    }

    /** Gives the events after one number up to another. A record that cannot be read is given as what it is, never skipped. */
    void read(long after, long until, Predicate<Event> reader) throws IOException {
        if (after >= until) {
            return;
        }
        Ahead ahead = new Ahead(reader);
        List<Segment> segments = Segments.list(directory);
        int holding = Segments.holding(segments, after + 1);
        for (int i = holding; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long number = segment.first() - 1;
            try (Lines lines = Lines.from(segment.file(), i == holding ? Segments.near(segment, after + 1) : 0)) {
                byte[] line;
                while (number < until && (line = lines.next()) != null && lines.whole()) {
                    Records.Line record = Records.split(line);
                    number = record == null || (record.sequence() > until && number + 1 < until)
                            ? number + 1
                            : record.sequence();
                    if (number > after && number <= until && !ahead.take(line, number, segment)) {
                        return;
                    }
                }
            }
            if (number >= until) {
                break;
            }
        }
        ahead.finish();
    }

    /**
     * Takes lines apart on all processors while the next ones are read, and gives the events to the reader in their order and by the
     * reader's own thread. It begins with few lines at a time, by that thread alone: many readers want no more.
     */
    private static final class Ahead {
        private static final int FEW = 16;
        private static final int MANY = 1024;
        private static final int BYTES = 1 << 20;
        private static final int BATCHES = Runtime.getRuntime().availableProcessors() + 1;

        private final Predicate<Event> reader;
        private final Deque<ForkJoinTask<List<Event>>> under = new ArrayDeque<>();
        private List<Supplier<Event>> batch = new ArrayList<>();
        private int lines = FEW;
        private int bytes;

        Ahead(Predicate<Event> reader) {
            this.reader = reader;
        }

        /** @return false when the reader wants no more */
        boolean take(byte[] line, long number, Segment segment) {
            batch.add(() -> readable(line, number, segment));
            bytes += line.length;
            if (batch.size() < lines && bytes < BYTES) {
                return true;
            }
            List<Supplier<Event>> full = batch;
            batch = new ArrayList<>();
            bytes = 0;
            if (lines < MANY) {
                lines *= 2;
                return given(events(full));
            }
            under.add(ForkJoinPool.commonPool().submit(() -> events(full)));
            return under.size() < BATCHES || given(under.remove().join());
        }

        void finish() {
            while (!under.isEmpty()) {
                if (!given(under.remove().join())) {
                    return;
                }
            }
            var _ = given(events(batch));
        }

        private static List<Event> events(List<Supplier<Event>> lines) {
            return lines.stream().map(Supplier::get).toList();
        }

        private boolean given(List<Event> events) {
            for (Event each : events) {
                if (!reader.test(each)) {
                    under.forEach(task -> task.cancel(false));
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * The newest events that match, oldest first.
     *
     * @param newest number of the newest event
     * @param growing segment that is being appended to, of which only {@code length} bytes count
     */
    List<Event> last(long newest, @Nullable Segment growing, long length, int count, Predicate<Event> matches)
            throws IOException {
        Deque<Event> found = new ArrayDeque<>();
        List<Segment> segments = Segments.list(directory);
        long number = newest;
        for (int i = segments.size() - 1; i >= 0 && found.size() < count; i--) {
            Segment segment = segments.get(i);
            if (segment.first() > newest) {
                continue;
            }
            long end = segment.equals(growing) ? length : segment.size();
            try (LinesBackward lines = LinesBackward.of(segment.file(), end)) {
                byte[] line;
                while (found.size() < count && (line = lines.next()) != null) {
                    Event event = readable(line, number--, segment);
                    if (matches.test(event)) {
                        found.addFirst(event);
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static Event readable(byte[] line, long number, Segment segment) {
        Event event = Records.event(line);
        return event != null
                ? event
                : new Event(
                        number,
                        Instant.EPOCH,
                        "journal.unreadable",
                        "",
                        "",
                        "Record " + number + " in " + segment.name()
                                + " is damaged; homeostat journal verify says more.",
                        Node.Mapping.EMPTY,
                        "");
    }
}
