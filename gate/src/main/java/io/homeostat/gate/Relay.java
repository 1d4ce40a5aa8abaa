package io.homeostat.gate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.jspecify.annotations.Nullable;

/**
 * Bytes one way. It reads once and reads again when that is written to the other side's socket: so at most one buffer per
 * direction is in memory however slow a reader is, and a slow reader slows the sender down by TCP itself.
 */
final class Relay extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final Session session;
    private @Nullable Channel from;
    private @Nullable Channel to;
    private boolean ended;

    Relay(Session session) {
        this.session = session;
    }

    /** Begins to relay; both channels run on one event loop, and this is called on it. */
    void start(Channel source, Channel sink) {
        from = source;
        to = sink;
        source.read();
    }

    /** Whether the source has said that it sends no more, and the sink has been told. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel sink = to;
        if (sink == null) {
            throw new IllegalStateException("nothing is read before there is somebody to write it to");
        }
        sink.writeAndFlush(message).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        Channel source = from;
        if (written.isSuccess() && source != null) {
            source.read();
        } else {
            session.abort();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // Only after everything before it was written: nothing is read while a write is under way.
        if (event instanceof ChannelInputShutdownEvent && !ended) {
            ended = true;
            session.endOfStream(to);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        session.abort();
    }
}
