package io.homeostat.gate.http;

import io.netty.buffer.ByteBuf;

/**
 * A body of chunks (RFC 9112, 7.1).
 *
 * <pre>
 *  size ─► extension ─► LF ─► data ─► CR ─► LF ─► size …
 *                        └ last ─► trailer lines ─► an empty one: done
 * </pre>
 */
final class ChunkedBody extends Body {

    /** Of all trailer lines together, and of one chunk's extension: bytes that nobody needs and somebody has to read. */
    private static final int MOST_TRAILER = 8 << 10;

    private static final int MOST_EXTENSION = 256;
    private static final int MOST_DIGITS = 15;

    private enum At {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        LINE_START,
        LINE,
        LINE_LF,
        END_LF,
        DONE
    }

    private At at = At.SIZE;
    private long left;
    private int digits;
    private int extra;

    @Override
    public boolean isDone() {
        return at == At.DONE;
    }

    @Override
    public int take(ByteBuf in) throws MalformedException {
        int from = in.readerIndex();
        int end = in.writerIndex();
        int i = from;
        while (i < end && at != At.DONE) {
            if (at == At.DATA) {
                int some = (int) Math.min(left, end - i);
                left -= some;
                i += some;
                if (left == 0) {
                    at = At.DATA_CR;
                }
            } else {
                next(in.getByte(i++));
            }
        }
        return i - from;
    }

    private void next(byte b) throws MalformedException {
        switch (at) {
            case SIZE -> size(b);
            case EXTENSION -> {
                if (b == '\r') {
                    at = At.SIZE_LF;
                } else if (!Characters.isValue(b) || ++extra > MOST_EXTENSION) {
                    throw Head.bad("a chunk's extension is too long, or has a control character in it");
                }
            }
            case SIZE_LF -> {
                expect(b, '\n');
                extra = 0;
                digits = 0;
                at = left == 0 ? At.LINE_START : At.DATA;
            }
            case DATA_CR -> {
                expect(b, '\r');
                at = At.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                at = At.SIZE;
            }
            case LINE_START -> {
                if (b == '\r') {
                    at = At.END_LF;
                } else if (Characters.isToken(b)) {
                    at = At.LINE;
                } else {
                    throw Head.bad("a trailer line has no name");
                }
            }
            case LINE -> {
                if (b == '\r') {
                    at = At.LINE_LF;
                } else if (!Characters.isValue(b) || ++extra > MOST_TRAILER) {
                    throw Head.bad("its trailers are too long, or have a control character in them");
                }
            }
            case LINE_LF -> {
                expect(b, '\n');
                at = At.LINE_START;
            }
            case END_LF -> {
                expect(b, '\n');
                at = At.DONE;
            }
            case DATA, DONE -> throw new IllegalStateException("not read byte by byte");
        }
    }

    private void size(byte b) throws MalformedException {
        int digit = Character.digit(b, 16);
        if (digit >= 0 && digits < MOST_DIGITS) {
            left = digits == 0 ? digit : left * 16 + digit;
            digits++;
        } else if (digits > 0 && b == '\r') {
            at = At.SIZE_LF;
        } else if (digits > 0 && b == ';') {
            at = At.EXTENSION;
        } else {
            throw Head.bad("a chunk's size is no size");
        }
    }

    private static void expect(byte b, char expected) throws MalformedException {
        if (b != expected) {
            throw Head.bad("a chunk does not end with CR LF");
        }
    }
}
