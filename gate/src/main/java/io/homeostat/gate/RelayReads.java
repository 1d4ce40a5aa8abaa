package io.homeostat.gate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is read at once of a connection that is only relayed. Every read costs three calls of the system whatever its size, so a
 * fast stream is read in large pieces; a reader who stalls holds its last piece in memory, so while many bytes wait for slow
 * readers, pieces are small for everybody.
 */
final class RelayReads extends AdaptiveRecvByteBufAllocator {

    /** Bytes. */
    static final int LARGE = 32 << 10;

    /** Bytes. */
    static final int SMALL = 16 << 10;

    private static final int SHARE_OF_MEMORY = 8;

    private static final int MOST_IN_A_ROW = 8;

    private final long much;

    private final AtomicLong waiting = new AtomicLong();

    /** @param memory for all buffers, bytes */
    RelayReads(long memory) {
        super(1 << 10, 4 << 10, LARGE);
        much = memory / SHARE_OF_MEMORY;
        maxMessagesPerRead(1);
    }

    /** @param bytes that were read and could not be written at once; negative when they are gone */
    void waits(long bytes) {
        waiting.addAndGet(bytes);
    }

    /** What a connection that would fill a buffer of this size gets. */
    int atMost(int wished) {
        return waiting.get() > much ? Math.min(wished, SMALL) : wished;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's own signature.
    public Handle newHandle() {
        return new Reading(super.newHandle());
    }

    /** How one connection is read: again at once while it fills the buffers and the other side takes everything. */
    @SuppressWarnings("deprecation") // Netty's own signature.
    final class Reading extends DelegatingHandle {

        private boolean taken;
        private int more;

        private Reading(Handle sizes) {
            super(sizes);
        }

        /** Whether the other side took all of what was read last. */
        void taken(boolean all) {
            taken = all;
        }

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            taken = false;
            more = MOST_IN_A_ROW;
        }

        @Override
        public int guess() {
            return atMost(delegate().guess());
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator buffers) {
            return buffers.ioBuffer(guess());
        }

        @Override
        public boolean continueReading() {
            return taken && lastBytesRead() == attemptedBytesRead() && --more > 0;
        }
    }
}
