package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes in, lines out; holds at most one line of {@link LogReader#LONGEST_LINE}. */
final class LineCutter {
    private final byte[] line = new byte[LogReader.LONGEST_LINE];
    private final LogReader.Sink sink;
    private int length;

    LineCutter(LogReader.Sink sink) {
        this.sink = sink;
    }

    /** False when the sink wants no more. */
    boolean feed(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                if (!emit(length)) {
                    return false;
                }
                continue;
            }
            if (length == line.length && !emit(wholeCharacters())) {
                return false;
            }
            line[length++] = next;
        }
        return true;
    }

    /** Gives what stands after the last line's end, if anything does. */
    boolean flush() throws IOException {
        return length == 0 || emit(length);
    }

    private boolean emit(int count) throws IOException {
        String text = new String(line, 0, count, StandardCharsets.UTF_8);
        System.arraycopy(line, count, line, 0, length - count);
        length -= count;
        return sink.line(text);
    }

    /** Up to where no character of UTF-8 is cut in two. */
    private int wholeCharacters() {
        int last = length - 1;
        while (last > length - 4 && (line[last] & 0xC0) == 0x80) {
            last--;
        }
        int lead = line[last] & 0xFF;
        int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return last + size > length ? last : length;
    }
}
