package io.homeostat.gate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A connection on which we have said our last: what still comes in is thrown away, for a little while. */
final class Lingering extends ChannelInboundHandlerAdapter {

    private static final long MOST_MILLIS = 1_000;

    static void close(Channel channel, ChannelHandler instead) {
        if (!channel.isActive()) {
            Sockets.close(channel);
            return;
        }
        channel.pipeline().replace(instead, "lingering", new Lingering());
        Sockets.endOutput(channel).addListener(told -> channel.read());
        Future<?> timer =
                channel.eventLoop().schedule(() -> Sockets.close(channel), MOST_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        context.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Sockets.close(context.channel());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(context.channel());
    }
}
