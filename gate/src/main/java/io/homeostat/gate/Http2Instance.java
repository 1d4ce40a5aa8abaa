package io.homeostat.gate;

import io.homeostat.gate.control.Tls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend that speaks HTTP/2, which many streams share. Runs on one event loop, but for {@link #end}.
 *
 * <pre>
 *  being made ─► open ─► retired (goes away, no longer ready, or full for good): no new stream ─► closed with its last stream
 * </pre>
 */
final class Http2Instance implements Held {

    /** Until the backend has said how many it takes. */
    private static final int MOST_STREAMS_AT_FIRST = 100;

    private final LiveBackend backend;
    private final Channel channel;
    private List<Consumer<@Nullable Channel>> waiting = new ArrayList<>();
    private List<ChannelHandler> handlers = new ArrayList<>();
    private int mostStreams = MOST_STREAMS_AT_FIRST;
    private int streams;
    private boolean open;
    private boolean retired;

    private Http2Instance(LiveListener listener, EventLoop loop, Dialer dialer, LiveBackend backend) {
        this.backend = backend;
        ChannelFuture dialed = dialer.dial(
                loop, backend, listener.limits().connectTimeout(), Tls.H2, new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        build(made, listener);
                    }
                });
        this.channel = dialed.channel();
        channel.closeFuture().addListener(closed -> {
            retired = true;
            backend.forgetHttp2(loop, this);
            backend.disconnected(this);
        });
        // The codec says its preface when the connection becomes active, which is told after this.
        dialed.addListener(done -> loop.execute(() -> dialed(dialed)));
    }

    private void build(Channel made, LiveListener listener) {
        made.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        made.pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .maxHeaderListSize(listener.limits().maxHeadBytes()))
                                .gracefulShutdownTimeoutMillis(0)
                                .build(),
                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel pushed) {
                                Sockets.close(pushed);
                            }
                        }),
                        new Watch());
    }

    /**
     * Opens a stream on a connection that has room, or on a new one.
     *
     * @param handler of the stream
     * @param then told, on the event loop, of the stream; null when the backend did not take it
     */
    static void open(
            LiveListener listener,
            EventLoop loop,
            Dialer dialer,
            LiveBackend backend,
            ChannelHandler handler,
            Consumer<@Nullable Channel> then) {
        List<Http2Instance> known = backend.http2(loop);
        Http2Instance roomy = null;
        for (Http2Instance instance : known) {
            if (!instance.retired && instance.streams < instance.mostStreams) {
                roomy = instance;
                break;
            }
        }
        if (roomy == null) {
            roomy = new Http2Instance(listener, loop, dialer, backend);
            known.add(roomy);
        }
        roomy.add(handler, then);
    }

    private void add(ChannelHandler handler, Consumer<@Nullable Channel> then) {
        streams++;
        if (open) {
            openStream(handler, then);
        } else {
            handlers.add(handler);
            waiting.add(then);
        }
    }

    private void dialed(ChannelFuture dialed) {
        boolean reached = Dialer.reached(dialed);
        List<Consumer<@Nullable Channel>> told = waiting;
        List<ChannelHandler> ready = handlers;
        waiting = new ArrayList<>();
        handlers = new ArrayList<>();
        if (reached) {
            open = true;
            backend.connected(this);
            channel.config().setAutoRead(true);
        } else {
            retired = true;
            Sockets.close(channel);
        }
        for (int i = 0; i < told.size(); i++) {
            if (reached) {
                openStream(ready.get(i), told.get(i));
            } else {
                told.get(i).accept(null);
            }
        }
    }

    private void openStream(ChannelHandler handler, Consumer<@Nullable Channel> then) {
        Future<Http2StreamChannel> opening = new Http2StreamChannelBootstrap(channel)
                .option(ChannelOption.AUTO_READ, false)
                .handler(handler)
                .open();
        opening.addListener(done -> {
            if (done.isSuccess()) {
                Channel stream = opening.getNow();
                stream.closeFuture().addListener(closed -> streamEnded());
                then.accept(stream);
            } else {
                retired = true;
                streamEnded();
                then.accept(null);
            }
        });
    }

    private void streamEnded() {
        streams--;
        if (retired && streams == 0) {
            Sockets.close(channel);
        }
    }

    /** No new streams; it is closed with the last of those it has. */
    void retire() {
        retired = true;
        if (streams == 0) {
            Sockets.close(channel);
        }
    }

    @Override
    public void end() {
        Sockets.close(channel);
    }

    /** What the backend says of the connection itself. */
    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SettingsFrame settings) {
                Long most = settings.settings().maxConcurrentStreams();
                if (most != null) {
                    mostStreams = Math.clamp(most, 0, MOST_STREAMS_AT_FIRST * 10);
                }
            } else if (message instanceof Http2GoAwayFrame) {
                retire();
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // The codec closes the connection where it must, and its streams learn it so.
        }
    }
}
