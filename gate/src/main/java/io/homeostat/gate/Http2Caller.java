package io.homeostat.gate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a caller who speaks HTTP/2: each of its streams is an {@link Http2Exchange}.
 *
 * <p>What is read and not used is bounded by the windows of HTTP/2: 64 KiB of the connection, whatever its streams.
 */
final class Http2Caller implements Held {

    private static final int MOST_STREAMS = 256;
    private static final long LOOK_SECONDS = 5;

    /** Longer than it takes to hear of something. */
    private static final long HEARD_MILLIS = 1_000;

    private final LiveListener listener;
    private final Channel channel;
    private final EventLoop loop;
    private final Dialer dialer;
    private final Set<Http2Exchange> exchanges = new HashSet<>();
    private boolean leaving;
    private boolean heard;
    private long idleSince = System.nanoTime();
    private @Nullable Future<?> tick;

    Http2Caller(LiveListener listener, Channel channel, Dialer dialer) {
        this.listener = listener;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.dialer = dialer;
    }

    /** @param first what was read from the caller already */
    void start(@Nullable ByteBuf first) {
        listener.began(this);
        channel.closeFuture().addListener(closed -> {
            listener.ended(this);
            if (tick != null) {
                tick.cancel(false);
            }
        });
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        channel.pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forServer()
                                .initialSettings(Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(MOST_STREAMS)
                                        .maxHeaderListSize(listener.limits().maxHeadBytes()))
                                .gracefulShutdownTimeoutMillis(0)
                                .build(),
                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                begin(stream);
                            }
                        }),
                        new End());
        tick = loop.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        if (first != null) {
            ChannelHandlerContext tls = channel.pipeline().context(Sockets.TLS);
            if (tls == null) {
                channel.pipeline().fireChannelRead(first).fireChannelReadComplete();
            } else {
                // It is what was inside already.
                tls.fireChannelRead(first).fireChannelReadComplete();
            }
        }
        // The windows say how much may come; what says nothing of streams has to be read at once.
        channel.config().setAutoRead(true);
    }

    private void begin(Channel stream) {
        stream.config().setAutoRead(false);
        Http2Exchange exchange = new Http2Exchange(listener.of(channel), stream, dialer);
        exchanges.add(exchange);
        stream.closeFuture().addListener(closed -> {
            exchanges.remove(exchange);
            idleSince = System.nanoTime();
            if (heard && exchanges.isEmpty()) {
                Sockets.close(channel);
            }
        });
        stream.pipeline().addLast(exchange);
        stream.read();
        if (listener.isRemoved() || listener.isLeaving()) {
            leave();
        }
    }

    /**
     * What the caller has begun is finished; for what comes next it has to connect anew. It is told so first, and what it sends
     * before it has heard of it is served as well (RFC 9113, 6.8).
     */
    private void leave() {
        if (!leaving) {
            leaving = true;
            Sockets.send(
                    channel, new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
            Future<?> ignored = loop.schedule(this::endLeave, HEARD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void endLeave() {
        heard = true;
        Sockets.send(channel, new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        if (exchanges.isEmpty()) {
            Sockets.close(channel);
        }
    }

    private void look() {
        boolean idle = exchanges.isEmpty()
                && System.nanoTime() - idleSince
                        > listener.limits().idleTimeout().toNanos();
        if (idle || listener.isRemoved() || listener.isLeaving()) {
            leave();
        }
    }

    @Override
    public void end() {
        Sockets.close(channel);
    }

    /** What is left of the connection's events when the codec is done with them. */
    private static final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                Sockets.close(context.channel());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The codec has told the caller, and closes where it must.
        }
    }
}
