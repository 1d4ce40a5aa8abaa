package io.homeostat.journal;

import io.homeostat.journal.Segments.Segment;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
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
        List<Segment> segments = Segments.list(directory);
        int holding = Segments.holding(segments, after + 1);
        for (int i = holding; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long number = segment.first() - 1;
            try (Lines lines = Lines.from(segment.file(), i == holding ? Segments.near(segment, after + 1) : 0)) {
                byte[] line;
                while ((line = lines.next()) != null && lines.whole()) {
                    Records.Line record = Records.split(line);
                    number = record == null || (record.sequence() > until && number + 1 < until)
                            ? number + 1
                            : record.sequence();
                    if (number > until) {
                        return;
                    }
                    if (number > after && !reader.test(readable(line, number, segment))) {
                        return;
                    }
                    if (number == until) {
                        return;
                    }
                }
            }
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
