package io.homeostat.gate;

import io.homeostat.gate.http.Opening;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection of which nobody said what is spoken there. Its first bytes tell; who says nothing for a while may wait to be
 * spoken to, as callers of databases and mail servers do, and is connected as for plain TCP, until one of the two has spoken.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter implements Held {

    private static final long SILENCE_MILLIS = 300;

    private final LiveListener listener;
    private final Channel channel;
    private final Dialer dialer;
    private @Nullable ByteBuf read;
    private @Nullable Future<?> silence;
    private boolean known;

    FirstBytes(LiveListener listener, Channel channel, Dialer dialer) {
        this.listener = listener;
        this.channel = channel;
        this.dialer = dialer;
    }

    /** @param first what was read from the caller already */
    void start(@Nullable ByteBuf first) {
        listener.began(this);
        channel.closeFuture().addListener(closed -> {
            if (!known) {
                listener.ended(this);
                become(null);
            }
        });
        channel.pipeline().addLast(this);
        silence = channel.eventLoop().schedule(() -> become(Opening.UNCLEAR), SILENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (first == null) {
            channel.read();
        } else {
            look(first);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        look((ByteBuf) message);
    }

    private void look(ByteBuf next) {
        ByteBuf before = read;
        if (before == null) {
            read = next;
        } else {
            read = channel.alloc().buffer(before.readableBytes() + next.readableBytes());
            read.writeBytes(before).writeBytes(next);
            before.release();
            next.release();
        }
        Opening opening = Opening.of(read);
        if (opening == Opening.UNCLEAR) {
            channel.read();
        } else {
            become(opening);
        }
    }

    /** @param opening null when it is gone, unclear when it is silent */
    private void become(@Nullable Opening opening) {
        if (known) {
            return;
        }
        known = true;
        if (silence != null) {
            silence.cancel(false);
        }
        ByteBuf first = read;
        read = null;
        if (opening == null) {
            if (first != null) {
                first.release();
            }
            return;
        }
        listener.forget(this);
        channel.pipeline().remove(this);
        speaks(opening, first);
    }

    private void speaks(Opening opening, @Nullable ByteBuf first) {
        switch (opening) {
            case HTTP1 -> new Http1Caller(listener, channel, dialer).start(first);
            case HTTP2 -> new Http2Caller(listener, channel, dialer).start(first);
            case OTHER -> new Session(listener, channel, dialer, first).start();
            case UNCLEAR -> new Session(listener, channel, dialer, first, this::speaks).start();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            // It says nothing more, so what it said is all there is to go by.
            become(Opening.OTHER);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.reset(channel);
    }

    @Override
    public void end() {
        Sockets.close(channel);
    }
}
