package io.homeostat.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file from its end, newest first. Same bounds as {@link Lines}. */
final class LinesBackward implements Closeable {

    private static final int BLOCK = 64 << 10;

    private final RandomAccessFile file;
    private final byte[] block = new byte[BLOCK];
    private long blockAt = -1;
    private long start;
    private boolean whole = true;

    private LinesBackward(RandomAccessFile file, long end) {
        this.file = file;
        this.start = end;
    }

    /** @param end where to begin, exclusive */
    static LinesBackward of(Path file, long end) throws IOException {
        return new LinesBackward(new RandomAccessFile(file.toFile(), "r"), end);
    }

    /** The line before the last one given, without its line feed; null at the start of the file. */
    byte @Nullable [] next() throws IOException {
        if (start == 0) {
            return null;
        }
        long end = start;
        whole = byteAt(end - 1) == '\n';
        if (whole) {
            end--;
        }
        start = end;
        while (start > 0 && byteAt(start - 1) != '\n') {
            start--;
        }
        byte[] line = new byte[(int) Math.min(end - start, Records.MAX_BYTES)];
        file.seek(start);
        file.readFully(line);
        return line;
    }

    /** Where the last line given starts; before the first call, where reading begins. */
    long start() {
        return start;
    }

    /** Whether the last line given ended with a line feed; all but the very last of a file do. */
    boolean whole() {
        return whole;
    }

    private byte byteAt(long place) throws IOException {
        long wanted = place / BLOCK * BLOCK;
        if (wanted != blockAt) {
            file.seek(wanted);
            int have = 0;
            int count;
            while (have < BLOCK && (count = file.read(block, have, BLOCK - have)) > 0) {
                have += count;
            }
            blockAt = wanted;
        }
        return block[(int) (place - blockAt)];
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
