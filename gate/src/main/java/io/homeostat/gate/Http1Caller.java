package io.homeostat.gate;

import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.http.HeadEnd;
import io.homeostat.gate.http.MalformedException;
import io.homeostat.gate.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a caller who speaks HTTP/1: its requests one after the other, however many it sends ahead.
 *
 * <p>It holds one buffer of what was read and not used: it reads again only when that is used. While a request is under way and
 * nothing of it is missing, it reads once ahead, to notice a caller who goes away.
 */
final class Http1Caller extends ChannelInboundHandlerAdapter implements Held {

    private static final FastThreadLocal<RequestHead> HEADS = new FastThreadLocal<>() {
        @Override
        protected RequestHead initialValue() {
            return new RequestHead();
        }
    };

    private static final long MOST_TICK_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Whoever has not asked for so long when the gate is about to end is not about to ask. */
    private static final long MOST_IDLE_AT_THE_END_NANOS = TimeUnit.SECONDS.toNanos(8);

    private static final long LEAST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private LiveListener listener;
    private final Channel channel;
    private final EventLoop loop;
    private final Dialer dialer;
    private final HeadEnd headEnd = new HeadEnd();
    private @Nullable ByteBuf pending;
    private @Nullable Exchange exchange;
    private boolean inputEnded;
    private boolean closing;
    private long waitingSince = System.nanoTime();
    private @Nullable Future<?> tick;

    Http1Caller(LiveListener listener, Channel channel, Dialer dialer) {
        this.listener = listener;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.dialer = dialer;
    }

    /** @param first what was read from the caller already */
    void start(@Nullable ByteBuf first) {
        listener.began(this);
        channel.closeFuture().addListener(closed -> gone());
        channel.pipeline().addLast(this);
        pending = first;
        schedule();
        nextRequest();
    }

    LiveListener listener() {
        return listener;
    }

    Channel channel() {
        return channel;
    }

    Dialer dialer() {
        return dialer;
    }

    // ---- requests

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        ByteBuf before = pending;
        if (before == null) {
            pending = read;
        } else {
            // Both are small: the rest of a head that came in pieces, or one request sent ahead.
            ByteBuf both = channel.alloc().buffer(before.readableBytes() + read.readableBytes());
            both.writeBytes(before).writeBytes(read);
            before.release();
            read.release();
            pending = both;
        }
        if (closing) {
            forgetPending();
        } else if (exchange == null) {
            nextRequest();
        } else {
            exchange.bodyArrived();
        }
    }

    private void nextRequest() {
        ByteBuf in = pending;
        if (in == null) {
            readOrClose();
            return;
        }
        skipEmptyLines(in);
        if (!in.isReadable()) {
            forgetPending();
            readOrClose();
            return;
        }
        int most = listener.limits().maxHeadBytes();
        int length = headEnd.find(in);
        if (length > most || (length < 0 && headEnd.searched() > most)) {
            refuse(431, "its head is longer than " + most + " bytes");
        } else if (length < 0) {
            readOrClose();
        } else {
            begin(in, length);
        }
    }

    private void begin(ByteBuf in, int length) {
        RequestHead head = HEADS.get();
        in.getBytes(in.readerIndex(), head.room(length), 0, length);
        try {
            head.read();
        } catch (MalformedException malformed) {
            refuse(malformed.status(), String.valueOf(malformed.getMessage()));
            return;
        }
        // With each request anew: who calls may have become known since.
        listener = listener.of(channel);
        ByteBuf bytes = Heads.request(head, listener.config().handling().host(), in, channel.alloc());
        Exchange next = new Exchange(this, head, bytes, length);
        exchange = next;
        next.start();
    }

    /** Allowed in front of a request (RFC 9112, 2.2). */
    private static void skipEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
        }
    }

    private void readOrClose() {
        if (inputEnded || listener.isRemoved()) {
            close();
        } else {
            channel.read();
        }
    }

    /** What came in and was not used; the exchange takes the request's body from it. */
    @Nullable
    ByteBuf pending() {
        return pending;
    }

    /** Reads more if there is nothing left over. */
    void readMore() {
        ByteBuf in = pending;
        if (in != null && !in.isReadable()) {
            forgetPending();
        }
        if (pending == null && !inputEnded) {
            channel.read();
        }
    }

    boolean inputEnded() {
        return inputEnded;
    }

    /**
     * The exchange is over.
     *
     * @param close whether the connection is to be closed, now that everything is written
     */
    void done(boolean close) {
        exchange = null;
        waitingSince = System.nanoTime();
        if (close) {
            linger();
        } else {
            nextRequest();
        }
    }

    /** The bytes that were read and belong to whoever has the connection next. */
    @Nullable
    ByteBuf takePending() {
        ByteBuf rest = pending;
        pending = null;
        return rest != null && rest.isReadable() ? rest : null;
    }

    /** The connection becomes something else; nothing here touches it any more, but for counting its end. */
    void handOver() {
        closing = true;
        stopTick();
        channel.pipeline().remove(this);
    }

    private void refuse(int status, String why) {
        VersionTally tally = listener.tally().of("");
        tally.ended(Outcome.REFUSED, System.nanoTime() - waitingSince);
        ByteBuf in = pending;
        if (in != null) {
            tally.received(in.readableBytes());
        }
        closing = true;
        channel.writeAndFlush(Heads.answer(channel.alloc(), status, "The request is refused: " + why, true, false))
                .addListener(written -> linger());
    }

    // ---- ends

    /**
     * Closes so that what was written arrives: with unread bytes left, TCP would reset the connection, and take the answer with
     * it.
     */
    private void linger() {
        closing = true;
        stopTick();
        if (pending == null && (inputEnded || !channel.isActive())) {
            close();
            return;
        }
        forgetPending();
        Lingering.close(channel, this);
    }

    void close() {
        closing = true;
        Sockets.close(channel);
    }

    @Override
    public void end() {
        if (loop.inEventLoop()) {
            close();
        } else {
            loop.execute(this::close);
        }
    }

    private void gone() {
        closing = true;
        stopTick();
        listener.ended(this);
        forgetPending();
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.cancelled();
        }
    }

    private void forgetPending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (exchange == null) {
                close();
            } else {
                exchange.inputEnded();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.reset(channel);
    }

    // ---- time

    /** One timer for a connection, however many requests it has; so a time-out comes up to a quarter late. */
    private void schedule() {
        long least = Math.min(
                listener.limits().headTimeout().toNanos(),
                Math.min(
                        listener.limits().idleTimeout().toNanos(),
                        listener.limits().responseTimeout().toNanos()));
        tick = loop.schedule(
                this::look, Math.clamp(least / 4, LEAST_TICK_NANOS, MOST_TICK_NANOS), TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (closing) {
            return;
        }
        long now = System.nanoTime();
        if (exchange != null) {
            exchange.look(now);
        } else if (pending != null) {
            if (now - waitingSince > listener.limits().headTimeout().toNanos()) {
                refuse(
                        408,
                        "its head took longer than "
                                + listener.limits().headTimeout().toMillis() + " ms");
            }
        } else if (listener.isRemoved()
                || (listener.isEnding() && now - waitingSince > MOST_IDLE_AT_THE_END_NANOS)
                || now - waitingSince > listener.limits().idleTimeout().toNanos()) {
            close();
        }
        if (!closing) {
            schedule();
        }
    }

    private void stopTick() {
        if (tick != null) {
            tick.cancel(false);
            tick = null;
        }
    }
}
