package io.homeostat.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

/** Looks for the end of a head in bytes that come bit by bit; no byte is looked at twice. */
public final class HeadEnd {

    private int searched;

    /** The length of the head at the buffer's start, its empty line included; −1 while that is not there. */
    public int find(ByteBuf in) {
        int start = in.readerIndex();
        while (true) {
            int from = start + searched;
            int feed = in.forEachByte(from, in.writerIndex() - from, ByteProcessor.FIND_LF);
            if (feed < 0) {
                searched = in.readableBytes();
                return -1;
            }
            searched = feed + 1 - start;
            // A line feed alone ends it too: reading it then says what is wrong, at once.
            int before = feed - 1;
            if (before > start && in.getByte(before) == '\r') {
                before--;
            }
            if (before >= start && in.getByte(before) == '\n') {
                int length = searched;
                searched = 0;
                return length;
            }
        }
    }

    public int searched() {
        return searched;
    }
}
