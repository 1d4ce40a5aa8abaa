package io.homeostat.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a response that go on no faster than a fault lets them, to the last one. It looks often whether the fault is still in
 * force; when it is not, what is left goes on at once.
 */
final class Trickle {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Where they go. */
    interface Sink {
        /** @param last whether no more comes */
        void piece(ByteBuf bytes, boolean last);
    }

    private final EventLoop loop;
    private final ByteBuf bytes;
    private final LongSupplier bytesPerSecond;
    private final Sink sink;
    private final long began = System.nanoTime();
    private long passed;
    private @Nullable Future<?> timer;
    private boolean over;

    /**
     * @param bytes at least one; released here
     * @param bytesPerSecond asked again and again; 0 for as fast as it goes
     */
    Trickle(EventLoop loop, ByteBuf bytes, LongSupplier bytesPerSecond, Sink sink) {
        this.loop = loop;
        this.bytes = bytes;
        this.bytesPerSecond = bytesPerSecond;
        this.sink = sink;
    }

    void begin() {
        look();
    }

    private void look() {
        long rate = bytesPerSecond.getAsLong();
        int left = bytes.readableBytes();
        double allowed = (System.nanoTime() - began) * 1e-9 * rate - passed;
        if (rate == 0 || allowed >= left) {
            over = true;
            sink.piece(bytes, true);
            return;
        }
        if (allowed >= 1) {
            int some = (int) allowed;
            passed += some;
            sink.piece(bytes.readRetainedSlice(some), false);
            if (over) {
                return;
            }
        }
        long untilAll = (long) (bytes.readableBytes() * 1e9 / rate);
        timer = loop.schedule(this::look, Math.clamp(untilAll, 1, LOOK_NANOS), TimeUnit.NANOSECONDS);
    }

    /** Nobody waits for them any more. */
    void forget() {
        if (!over) {
            over = true;
            bytes.release();
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
