package io.homeostat.signal.series;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One file of fixed size: a slot for each bucket of time, used again when the ring is round. A slot says which bucket it is for,
 * so that an old one is not taken for a new one, and has a check, so that a torn one is not taken at all.
 *
 * <pre>{@code header: magic, slots, first bucket ever     slot: bucket, check, good, total (24 bytes, big-endian)}</pre>
 *
 * Files are sparse: what was never written takes no room. Not safe for use by many threads.
 */
final class Ring implements Closeable {

    private static final int MAGIC = 0x686d7231;
    private static final int HEADER = 16;
    private static final int SLOT = 24;
    private static final int BLOCK = 2048;

    /** Called for each bucket that has a slot, in order. */
    interface Visitor {
        void visit(long bucket, double good, double total);
    }

    private final FileChannel file;
    private final int slots;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK * SLOT);
    private long first;

    private Ring(FileChannel file, int slots, long first) {
        this.file = file;
        this.slots = slots;
        this.first = first;
    }

    /** A file of another form is begun anew. */
    static Ring open(Path path, int slots) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        boolean whole = file.read(header, 0) == HEADER;
        header.flip();
        if (whole && header.getInt() == MAGIC && header.getInt() == slots) {
            return new Ring(file, slots, header.getLong());
        }
        file.truncate(0);
        return new Ring(file, slots, Long.MAX_VALUE);
    }

    /** The first bucket ever written; {@link Long#MAX_VALUE} when none was. */
    long first() {
        return first;
    }

    int slots() {
        return slots;
    }

    void put(long bucket, double good, double total) throws IOException {
        if (bucket < first) {
            first = bucket;
            ByteBuffer header = ByteBuffer.allocate(HEADER)
                    .putInt(MAGIC)
                    .putInt(slots)
                    .putLong(first)
                    .flip();
            file.write(header, 0);
        }
        ByteBuffer slot = ByteBuffer.allocate(SLOT)
                .putInt((int) bucket)
                .putInt(check(bucket, good, total))
                .putDouble(good)
                .putDouble(total)
                .flip();
        file.write(slot, HEADER + (long) Math.floorMod(bucket, slots) * SLOT);
    }

    /** Every slot from {@code from} to before {@code to}, at most as many as the ring has. */
    void scan(long from, long to, Visitor visitor) throws IOException {
        long start = Math.max(Math.max(from, first), to - slots);
        while (start < to) {
            int at = Math.floorMod(start, slots);
            int count = (int) Math.min(Math.min(BLOCK, slots - at), to - start);
            block.clear().limit(count * SLOT);
            while (block.hasRemaining() && file.read(block, HEADER + (long) at * SLOT + block.position()) > 0) {
                // A short read goes on where it ended; the end of the file ends it.
            }
            block.flip();
            for (int i = 0; block.remaining() >= SLOT; i++) {
                int bucket = block.getInt();
                int check = block.getInt();
                double good = block.getDouble();
                double total = block.getDouble();
                if (bucket == (int) (start + i) && check == check(start + i, good, total)) {
                    visitor.visit(start + i, good, total);
                }
            }
            start += count;
        }
    }

    /** The newest slot before a bucket; null when the ring has none. */
    @Nullable
    Counts before(long bucket) throws IOException {
        long to = bucket;
        long end = Math.max(first, bucket - slots);
        while (to > end) {
            long from = Math.max(end, to - BLOCK);
            Counts[] last = {null};
            scan(from, to, (at, good, total) -> last[0] = new Counts(good, total));
            if (last[0] != null) {
                return last[0];
            }
            to = from;
        }
        return null;
    }

    /** Makes every slot after a bucket void: the clock that wrote them was wrong. */
    void voidAfter(long bucket) throws IOException {
        ByteBuffer none = ByteBuffer.allocate(SLOT);
        for (int at = 0; at < slots; at += BLOCK) {
            block.clear();
            while (block.hasRemaining() && file.read(block, HEADER + (long) at * SLOT + block.position()) > 0) {
                // As above.
            }
            block.flip();
            for (int i = 0; block.remaining() >= SLOT; i++) {
                boolean isLater = block.getInt() > (int) bucket;
                block.position(block.position() + SLOT - Integer.BYTES);
                if (isLater && at + i < slots) {
                    file.write(none.clear(), HEADER + (long) (at + i) * SLOT);
                }
            }
        }
    }

    void force() throws IOException {
        file.force(false);
    }

    private static int check(long bucket, double good, double total) {
        long mixed = bucket * 0x9E3779B97F4A7C15L
                ^ Long.rotateLeft(Double.doubleToRawLongBits(good) * 0xC2B2AE3D27D4EB4FL, 21)
                ^ Long.rotateLeft(Double.doubleToRawLongBits(total) * 0x165667B19E3779F9L, 42);
        mixed ^= mixed >>> 29;
        return (int) (mixed ^ mixed >>> 32) | 1;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
