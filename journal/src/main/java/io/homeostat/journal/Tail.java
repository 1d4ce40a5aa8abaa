package io.homeostat.journal;

import io.homeostat.journal.Segments.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where appending goes on: found from the end of the newest segment without reading the rest, so that opening takes the same
 * time for a large journal as for a small one.
 *
 * @param sequence of the newest record; 0 when there is none
 * @param hash as it stands in that record. A record whose content was edited keeps its place and the chain goes on from the hash
 *     it states, so that {@link Journal#verify} finds the edit afterwards too.
 * @param torn what follows it and is no record
 */
record Tail(long sequence, String hash, List<Torn> torn) {

    /** The end of a segment, from {@code from} on, that holds no record. */
    record Torn(Segment segment, long from, long size) {}

    static Tail find(List<Segment> segments) throws IOException {
        List<Torn> torn = new ArrayList<>();
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            long size = segment.size();
            long good = size;
            try (LinesBackward lines = LinesBackward.of(segment.file(), size)) {
                byte[] line;
                while ((line = lines.next()) != null) {
                    Records.Line newest = lines.whole() ? Records.split(line) : null;
                    if (newest != null) {
                        if (good < size) {
                            torn.add(new Torn(segment, good, size));
                        }
                        return new Tail(number(segment, good, line, newest, lines), newest.hash(), List.copyOf(torn));
                    }
                    good = lines.start();
                }
            }
            if (size > 0) {
                torn.add(new Torn(segment, 0, size));
            }
        }
        return new Tail(0, Records.NO_HASH, List.copyOf(torn));
    }

    /** The number of the newest record: as it says, unless it does not fit the record before it; then its place counts. */
    private static long number(Segment segment, long end, byte[] line, Records.Line newest, LinesBackward lines)
            throws IOException {
        byte[] before = lines.next();
        if (before == null) {
            return newest.sequence() == segment.first() ? newest.sequence() : segment.first();
        }
        Records.Line previous = Records.split(before);
        if (previous != null
                && previous.sequence() + 1 == newest.sequence()
                && Records.hash(previous.hash(), line).equals(newest.hash())) {
            return newest.sequence();
        }
        long count = 0;
        try (Lines all = Lines.from(segment.file(), 0)) {
            while (all.offset() < end && all.next() != null) {
                count++;
            }
        }
        return Math.max(segment.first(), 1) + count - 1;
    }
}
