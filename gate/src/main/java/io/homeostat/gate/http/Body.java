package io.homeostat.gate.http;

import io.netty.buffer.ByteBuf;

/** How much of what comes in belongs to one body. It only counts; the bytes go on as they are. */
public abstract sealed class Body permits Body.OfLength, Body.UntilClose, ChunkedBody {

    public static Body none() {
        return OfLength.NONE;
    }

    public static Body ofLength(long length) {
        return new OfLength(length);
    }

    public static Body chunked() {
        return new ChunkedBody();
    }

    static Body untilClose() {
        return new UntilClose();
    }

    /**
     * How many of the readable bytes belong to the body. They count as taken; the buffer is not touched.
     *
     * @throws MalformedException when they cannot be a body
     */
    public abstract int take(ByteBuf in) throws MalformedException;

    public abstract boolean isDone();

    /** Whether the end of the connection is the end of the body, as far as it came. */
    public boolean endsWithConnection() {
        return false;
    }

    /** Whether its bytes are nothing but content, and their number is known. */
    public boolean hasLength() {
        return this instanceof OfLength;
    }

    static final class OfLength extends Body {
        private static final Body NONE = new OfLength(0);
        private long left;

        OfLength(long length) {
            left = length;
        }

        @Override
        public int take(ByteBuf in) {
            int taken = (int) Math.min(left, in.readableBytes());
            left -= taken;
            return taken;
        }

        @Override
        public boolean isDone() {
            return left == 0;
        }
    }

    static final class UntilClose extends Body {
        @Override
        public int take(ByteBuf in) {
            return in.readableBytes();
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public boolean endsWithConnection() {
            return true;
        }
    }
}
