package io.homeostat.signal.series;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one indicator counted. Spans of up to {@link #FINE} are exact to 10 seconds, longer ones to a minute. Safe for use by many
 * threads.
 */
public final class Series implements Closeable {

    static final Duration FINE = Duration.ofHours(6);
    private static final Duration KEPT = Duration.ofDays(94);
    private static final int PER_MINUTE = 6;

    /** One slice of time that has data. */
    public interface SliceVisitor {
        void visit(Instant start, Counts counts);
    }

    private final Ring fine;
    private final Ring minutes;

    private Series(Ring fine, Ring minutes) {
        this.fine = fine;
        this.minutes = minutes;
    }

    static Series open(Path directory) throws IOException {
        Ring fine = Ring.open(
                directory.resolve("ten-seconds"), (int) FINE.plusMinutes(10).dividedBy(Ledger.BUCKET));
        return new Series(fine, Ring.open(directory.resolve("minutes"), (int) KEPT.toMinutes()));
    }

    synchronized void write(List<Ledger.Entry> entries) throws IOException {
        for (Ledger.Entry entry : entries) {
            fine.put(entry.bucket(), entry.sum().good(), entry.sum().total());
            minutes.put(
                    Math.floorDiv(entry.bucket(), PER_MINUTE),
                    entry.sum().good(),
                    entry.sum().total());
        }
    }

    /** The newest sum up to a moment; null when there is none. */
    synchronized @Nullable Counts newest(Instant now) throws IOException {
        Counts coarse = minutes.before(Math.floorDiv(now.getEpochSecond(), 60L) + 1);
        Counts exact = fine.before(Ledger.bucket(now) + 1);
        return exact == null || (coarse != null && coarse.total() > exact.total()) ? coarse : exact;
    }

    /** When counting began, to a minute; {@link Instant#MAX} when it has not. */
    public synchronized Instant began() {
        return minutes.first() == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochSecond(minutes.first() * 60);
    }

    /** Makes what was written for after a moment void. */
    synchronized void rewind(Instant to) throws IOException {
        fine.voidAfter(Ledger.bucket(to));
        minutes.voidAfter(Math.floorDiv(to.getEpochSecond(), 60L));
    }

    /**
     * What was counted from {@code from} to {@code to}, the bucket of {@code to} included.
     *
     * @return whether there are data, and the counts
     */
    public synchronized Seen sum(Instant from, Instant to) throws IOException {
        boolean isFine = Duration.between(from, to).compareTo(FINE) <= 0;
        Ring ring = isFine ? fine : minutes;
        long length = isFine ? Ledger.BUCKET.toSeconds() : 60;
        // A span of n buckets that ends now has the n newest ones: the one of now, and those before it.
        long last = Math.floorDiv(to.getEpochSecond(), length);
        long start = last + 1 - Math.ceilDiv(Duration.between(from, to).toSeconds(), length);
        long begin = Math.min(start, last);
        double[] found = {0, 0, 0, 0, 0};
        ring.scan(begin, last + 1, (bucket, good, total) -> {
            if (found[0]++ == 0) {
                found[3] = good;
                found[4] = total;
            }
            found[1] = good;
            found[2] = total;
        });
        if (found[0] == 0) {
            return Seen.NOTHING;
        }
        Counts base = base(ring, begin, new Counts(found[3], found[4]));
        return new Seen((long) found[0], new Counts(found[1], found[2]).since(base));
    }

    /** The sum before a bucket. What was overwritten is not known: then the first one in sight is where counting begins. */
    private static Counts base(Ring ring, long begin, Counts firstInSight) throws IOException {
        Counts before = ring.before(begin);
        if (before != null) {
            return before;
        }
        return ring.first() >= begin ? Counts.NONE : firstInSight;
    }

    /**
     * Every whole slice between two moments that has data, in order.
     *
     * @param from where the first slice begins
     * @param slice a whole number of minutes
     */
    public synchronized void slices(Instant from, Instant to, Duration slice, SliceVisitor visitor) throws IOException {
        long first = Math.ceilDiv(from.getEpochSecond(), 60L);
        long length = Math.max(1, slice.toMinutes());
        long count = Math.floorDiv(Math.floorDiv(to.getEpochSecond(), 60L) - first, length);
        if (count <= 0) {
            return;
        }
        Counts base = minutes.before(first);
        boolean begins = minutes.first() >= first;
        var walk = new Walk(first, length, base != null || begins, base == null ? Counts.NONE : base, visitor);
        minutes.scan(first, first + count * length, walk);
        walk.end();
    }

    /** Adds the minutes of a slice together. */
    private static final class Walk implements Ring.Visitor {
        private final long first;
        private final long length;
        private final SliceVisitor visitor;
        private boolean known;
        private Counts before;
        private Counts last;
        private long slice = -1;

        Walk(long first, long length, boolean known, Counts base, SliceVisitor visitor) {
            this.first = first;
            this.length = length;
            this.known = known;
            this.before = base;
            this.last = base;
            this.visitor = visitor;
        }

        @Override
        public void visit(long minute, double good, double total) {
            long of = (minute - first) / length;
            if (of != slice) {
                end();
                slice = of;
                before = last;
            }
            last = new Counts(good, total);
            if (!known) {
                before = last;
                known = true;
            }
        }

        void end() {
            if (slice >= 0) {
                visitor.visit(Instant.ofEpochSecond((first + slice * length) * 60), last.since(before));
            }
        }
    }

    /** @param buckets how many buckets of the span have data; none: no data */
    public record Seen(long buckets, Counts counts) {
        public static final Seen NOTHING = new Seen(0, Counts.NONE);

        public boolean hasData() {
            return buckets > 0;
        }
    }

    synchronized void force() throws IOException {
        fine.force();
        minutes.force();
    }

    @Override
    public synchronized void close() throws IOException {
        fine.close();
        minutes.close();
    }
}
