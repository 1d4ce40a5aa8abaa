package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A connection on which TLS begins; what was agreed there says what is spoken inside. */
final class TlsOpening extends ChannelInboundHandlerAdapter implements Held {

    private final LiveListener listener;
    private final SocketChannel channel;
    private final BiConsumer<String, @Nullable ByteBuf> next;
    private @Nullable SslHandler tls;
    private @Nullable ByteBuf early;
    private boolean over;

    /** @param next told once what was agreed ({@link Tls#H2}, {@link Tls#HTTP1} or nothing), and what was read already */
    TlsOpening(LiveListener listener, SocketChannel channel, BiConsumer<String, @Nullable ByteBuf> next) {
        this.listener = listener;
        this.channel = channel;
        this.next = next;
    }

    void start(SslContext context) {
        listener.began(this);
        channel.closeFuture().addListener(closed -> {
            if (!over) {
                over = true;
                listener.ended(this);
                forgetEarly();
            }
        });
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(listener.limits().headTimeout().toMillis());
        tls = handler;
        channel.pipeline().addLast(Sockets.TLS, handler).addLast(this);
        channel.read();
    }

    /** A caller may ask in the same breath in which it ends the handshake. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        early = early == null ? read : channel.alloc().compositeBuffer().addComponents(true, early, read);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && !over) {
            if (done.isSuccess()) {
                // Behind whatever else was read with its end.
                channel.eventLoop().execute(this::become);
            } else {
                listener.failed(Failure.TLS);
                Sockets.close(channel);
            }
        } else if (event instanceof ChannelInputShutdownEvent
                && tls != null
                && !tls.handshakeFuture().isDone()) {
            Sockets.close(channel);
        }
    }

    private void become() {
        SslHandler handler = tls;
        if (over || handler == null) {
            return;
        }
        over = true;
        listener.forget(this);
        channel.pipeline().remove(this);
        String agreed = handler.applicationProtocol();
        ByteBuf first = early;
        early = null;
        next.accept(agreed == null ? "" : agreed, first);
    }

    private void forgetEarly() {
        if (early != null) {
            early.release();
            early = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(channel);
    }

    @Override
    public void end() {
        Sockets.close(channel);
    }
}
