package io.homeostat.journal;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, forward. Reads by plain streams: a channel would be closed by the interrupt of a reading thread.
 *
 * <p>Of a line longer than {@link Records#MAX_BYTES}, which no record is, only the start is given: a damaged file must not cost
 * the memory of the reader.
 */
final class Lines implements Closeable {

    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private int at;
    private int end;
    private long offset;
    private boolean whole;

    private Lines(InputStream in, long offset) {
        this.in = in;
        this.offset = offset;
    }

    static Lines from(Path file, long offset) throws IOException {
        InputStream in = new FileInputStream(file.toFile());
        try {
            in.skipNBytes(offset);
            return new Lines(in, offset);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The next line without its line feed; null at the end of the file. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = null;
        while (true) {
            if (at == end) {
                end = Math.max(in.read(buffer), 0);
                at = 0;
                if (end == 0) {
                    whole = false;
                    return line == null ? null : line.toByteArray();
                }
            }
            int feed = at;
            while (feed < end && buffer[feed] != '\n') {
                feed++;
            }
            if (line == null) {
                line = new ByteArrayOutputStream(feed - at);
            }
            line.write(buffer, at, Math.min(feed - at, Records.MAX_BYTES - Math.min(line.size(), Records.MAX_BYTES)));
            boolean found = feed < end;
            int next = found ? feed + 1 : feed;
            offset += next - at;
            at = next;
            if (found) {
                whole = true;
                return line.toByteArray();
            }
        }
    }

    /** Where the line after the last one given starts. */
    long offset() {
        return offset;
    }

    /** Whether the last line given ended with a line feed. */
    boolean whole() {
        return whole;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
