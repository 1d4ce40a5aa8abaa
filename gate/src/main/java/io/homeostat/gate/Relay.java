package io.homeostat.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/**
 * Bytes one way. It reads once and reads again when that is written to the other side's socket: so at most one buffer per
 * direction is in memory however slow a reader is, and a slow reader slows the sender down by TCP itself.
 */
final class Relay extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final Tunnel tunnel;
    private final Channel from;
    private final Channel to;
    private int waiting;
    private boolean ended;

    Relay(Tunnel tunnel, Channel from, Channel to) {
        this.tunnel = tunnel;
        this.from = from;
        this.to = to;
    }

    void start() {
        from.read();
    }

    /** Whether the source has said that it sends no more, and the sink has been told. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        int bytes = ((ByteBuf) message).readableBytes();
        tunnel.moved(this, bytes);
        ChannelFuture written = to.writeAndFlush(message);
        if (from.unsafe().recvBufAllocHandle() instanceof RelayReads.Reading reading) {
            reading.taken(written.isSuccess());
        }
        if (written.isSuccess()) {
            // The usual case; asking at once spares the selector a change of mind.
            from.read();
        } else {
            waits(bytes);
            written.addListener(this);
        }
    }

    private void waits(int bytes) {
        waiting += bytes;
        if (from.config().getRecvByteBufAllocator() instanceof RelayReads reads) {
            reads.waits(bytes);
        }
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        waits(-waiting);
        if (written.isSuccess()) {
            from.read();
        } else {
            tunnel.abort();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // Only after everything before it was written: nothing is read while a write is under way.
        if ((event instanceof ChannelInputShutdownEvent || isEndOfTls(event)) && !ended) {
            ended = true;
            tunnel.endOfStream(to);
        }
    }

    /** Inside TLS, the end of what is sent is said in its own words, and that of TCP may never come. */
    static boolean isEndOfTls(Object event) {
        return event instanceof SslCloseCompletionEvent end && end.isSuccess();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        tunnel.end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        tunnel.abort();
    }
}
