package io.homeostat.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The files that hold the records, each named by the number of its first one. */
final class Segments {

    private static final String SUFFIX = ".jsonl";

    private Segments() {}

    record Segment(long first, Path file) {
        String name() {
            return file.getFileName().toString();
        }

        long size() throws IOException {
            return Files.size(file);
        }
    }

    static Segment named(Path directory, long first) {
        return new Segment(first, directory.resolve(String.format(Locale.ROOT, "%08d%s", first, SUFFIX)));
    }

    /** All of them, oldest first. */
    static List<Segment> list(Path directory) throws IOException {
        List<Segment> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String number = name.substring(0, name.length() - SUFFIX.length());
                if (number.length() >= 8
                        && number.length() <= 18
                        && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    found.add(new Segment(Long.parseLong(number), file));
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        }
        found.sort(Comparator.comparingLong(Segment::first));
        return found;
    }

    /** The index of the segment that holds a record, or would hold it. */
    static int holding(List<Segment> segments, long sequence) {
        int index = 0;
        while (index + 1 < segments.size() && segments.get(index + 1).first() <= sequence) {
            index++;
        }
        return index;
    }

    /**
     * A place in a segment from which a forward reader meets the record within a few kilobytes, found by bisection. With damaged
     * lines in the way it may be too early, never too late.
     */
    static long near(Segment segment, long sequence) throws IOException {
        long low = 0;
        long high = segment.size();
        while (high - low > 64 << 10) {
            long middle = (low + high) >>> 1;
            long start = recordAfter(segment, middle, high, sequence);
            if (start >= 0) {
                low = start;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Where the first whole record after a place starts, when its number is at most the given one; otherwise -1. */
    private static long recordAfter(Segment segment, long place, long limit, long sequence) throws IOException {
        try (Lines lines = Lines.from(segment.file(), place)) {
            lines.next();
            while (lines.offset() < limit) {
                long start = lines.offset();
                byte[] line = lines.next();
                if (line == null) {
                    break;
                }
                Records.Line record = Records.split(line);
                if (record != null) {
                    return record.sequence() <= sequence ? start : -1;
                }
            }
            return -1;
        }
    }
}
