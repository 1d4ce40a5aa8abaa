package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program behind the gate that speaks HTTP/2 without TLS, and answers by path: {@code /name}, {@code /line}, {@code /status/N}, {@code /echo},
 * {@code /grpc/N} (a call that ends with that status), {@code /refuse} (reads nothing of it), {@code /silent}.
 */
final class Http2ServerProgram implements AutoCloseable {

    private final String name;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listening;
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger streams = new AtomicInteger();
    /** What was asked for: path, then the body's length, then {@code " copy"} where it says that it is one. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    volatile boolean refusing;

    Http2ServerProgram(String name) {
        this.name = name;
        this.listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        connections.incrementAndGet();
                        made.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                streams.incrementAndGet();
                                                stream.pipeline().addLast(new Answering());
                                            }
                                        }));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    Backend backend(String version) {
        int port = ((InetSocketAddress) listening.localAddress()).getPort();
        return new Backend(name, "127.0.0.1", port, true, version);
    }

    private final class Answering extends ChannelInboundHandlerAdapter {
        private String path = "";
        private String mark = "";
        private int length;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2HeadersFrame headers
                    && headers.headers().path() != null) {
                path = headers.headers().path().toString();
                mark = headers.headers().contains("x-homeostat-mirror") ? " copy" : "";
                if (refusing) {
                    Sockets.send(context.channel(), new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
                    return;
                }
                if (path.equals("/echo")) {
                    Sockets.send(
                            context.channel(), new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                }
                if (headers.isEndStream()) {
                    answer(context);
                }
            } else if (message instanceof Http2DataFrame data) {
                length += data.content().readableBytes();
                if (path.equals("/echo")) {
                    if (data.isEndStream()) {
                        asked.add(path + " " + length + mark);
                    }
                    Sockets.send(context.channel(), new DefaultHttp2DataFrame(data.content(), data.isEndStream()));
                } else {
                    ReferenceCountUtil.release(data);
                    if (data.isEndStream()) {
                        answer(context);
                    }
                }
            }
        }

        private void answer(ChannelHandlerContext context) {
            asked.add(path + " " + length + mark);
            if (path.startsWith("/grpc/")) {
                Http2Headers head = new DefaultHttp2Headers().status("200").set("content-type", "application/grpc");
                Sockets.send(context.channel(), new DefaultHttp2HeadersFrame(head));
                Sockets.send(context.channel(), new DefaultHttp2DataFrame(text("\0\0\0\0\0"), false));
                Http2Headers trailers = new DefaultHttp2Headers().set("grpc-status", path.substring("/grpc/".length()));
                Sockets.send(context.channel(), new DefaultHttp2HeadersFrame(trailers, true));
            } else if (!path.equals("/silent")) {
                String status = path.startsWith("/status/") ? path.substring("/status/".length()) : "200";
                Sockets.send(context.channel(), new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status)));
                Sockets.send(
                        context.channel(),
                        new DefaultHttp2DataFrame(text(path.equals("/line") ? name + "\n" : name), true));
            }
        }
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
