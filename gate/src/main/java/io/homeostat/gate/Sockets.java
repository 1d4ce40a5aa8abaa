package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.internal.PlatformDependent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The event loops and how sockets are set up: the one place to look for options, buffers and pipelines. */
final class Sockets implements AutoCloseable {

    /** Under this name TLS is in a pipeline, where it is. */
    static final String TLS = "tls";

    private static final int BACKLOG = 1024;
    private static final long AGAIN_MILLIS = 250;

    private final EventLoopGroup loops;
    private final ServerBootstrap acceptor;
    private final Dialer dialer;
    private final RelayReads relayReads = new RelayReads(PlatformDependent.maxDirectMemory());
    private final Dialer relaying;
    private final int mostConnections;
    private final Inherited inherited;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param threads event loops
     * @param mostConnections of all listeners together: rather too many refused than all lost with the memory
     * @param inherited where there is one for an address, it is used instead of a new one
     */
    Sockets(int threads, int mostConnections, Inherited inherited) {
        this.inherited = inherited;
        this.mostConnections = mostConnections;
        loops = new MultiThreadIoEventLoopGroup(threads, NioIoHandler.newFactory());
        // An arena per loop with chunks of 256 KiB: with the usual 4 MiB an idle gate would hold much for nothing.
        PooledByteBufAllocator buffers = new PooledByteBufAllocator(true, 0, threads, 8 << 10, 5, 0, 32, true);
        dialer = new Dialer(new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.RECVBUF_ALLOCATOR, oneBuffer()));
        relaying = dialer.relaying(relayReads);
        acceptor = new ServerBootstrap()
                .group(loops)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, oneBuffer());
    }

    /** One buffer per read, so that a reader who stalls leaves one in memory and not a series of them. */
    private static AdaptiveRecvByteBufAllocator oneBuffer() {
        AdaptiveRecvByteBufAllocator size = new AdaptiveRecvByteBufAllocator(1 << 10, 4 << 10, 16 << 10);
        size.maxMessagesPerRead(1);
        return size;
    }

    /**
     * Opens the listener's address and tells it how that went. Where it fails, the address may be free again soon: it is tried
     * again until it works or the listener is removed.
     *
     * @param tried called after the first try
     */
    void listen(LiveListener listener, Runnable tried) {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.ofLiteral(listener.config().host()),
                listener.config().port());
        ServerBootstrap server = acceptor.clone().childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel client) {
                accept(listener, client);
            }
        });
        ServerSocketChannel open = inherited.take(address);
        ChannelFuture opening = open == null
                ? server.channel(NioServerSocketChannel.class).bind(address)
                : server.channelFactory(() -> new NioServerSocketChannel(open))
                        // Who accepts is known a moment after it is registered.
                        .option(ChannelOption.AUTO_READ, false)
                        .register();
        opening.addListener(done -> {
            if (!done.isSuccess()) {
                listener.notListening(String.valueOf(done.cause().getMessage()));
                Future<?> ignored = loops.schedule(() -> listenAgain(listener), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            } else if (!listener.isOurs()) {
                close(opening.channel());
            } else {
                listener.listening(opening.channel());
                if (!listener.isOurs()) {
                    close(opening.channel());
                }
                opening.channel()
                        .eventLoop()
                        .execute(() -> opening.channel().config().setAutoRead(true));
            }
            tried.run();
        });
    }

    private void listenAgain(LiveListener listener) {
        if (listener.isOurs()) {
            listen(listener, () -> {});
        }
    }

    private void accept(LiveListener listener, SocketChannel client) {
        boolean room = open.incrementAndGet() <= mostConnections;
        client.closeFuture().addListener(closed -> open.decrementAndGet());
        if (listener.admit(room)) {
            serve(listener, client);
        } else {
            reset(client);
        }
    }

    private void serve(LiveListener listener, SocketChannel client) {
        if (listener.config().tls().isNone()) {
            speak(listener, client, "", null);
            return;
        }
        SslContext certificate = listener.certificate();
        if (certificate == null) {
            listener.refuse(Failure.TLS);
            reset(client);
        } else {
            new TlsOpening(listener, client, (agreed, first) -> speak(listener, client, agreed, first))
                    .start(certificate);
        }
    }

    /** @param agreed what the two agreed to speak, where they did */
    private void speak(LiveListener listener, SocketChannel client, String agreed, @Nullable ByteBuf first) {
        if (agreed.equals(Tls.H2)) {
            new Http2Caller(listener, client, dialer).start(first);
            return;
        }
        if (agreed.equals(Tls.HTTP1)) {
            new Http1Caller(listener, client, dialer).start(first);
            return;
        }
        switch (listener.config().protocol()) {
            case TCP -> {
                client.config().setRecvByteBufAllocator(relayReads);
                new Session(listener, client, relaying, first).start();
            }
            case HTTP1 -> new Http1Caller(listener, client, dialer).start(first);
            case HTTP2, AUTO -> new FirstBytes(listener, client, dialer).start(first);
        }
    }

    /**
     * Says that nothing more comes; where TLS is spoken, in its own words before those of TCP, so that nobody takes it for cut off.
     *
     * @param channel of TCP
     */
    static ChannelFuture endOutput(Channel channel) {
        SocketChannel socket = (SocketChannel) channel;
        if (!(channel.pipeline().get(TLS) instanceof SslHandler tls)) {
            return socket.shutdownOutput();
        }
        ChannelPromise ended = channel.newPromise();
        tls.closeOutbound().addListener(said -> {
            ChannelFuture ignored = socket.shutdownOutput(ended);
        });
        return ended;
    }

    /** When this returns, the address accepts nobody and is free. Not to be called from an event loop. */
    static void closeListening(Channel channel) {
        EventLoop loop = channel.eventLoop();
        channel.close().syncUninterruptibly();
        // Java closes a socket that is registered with a selector only when the selector is used next. A timer that is
        // set on the
        // loop itself is looked at only after that; a task might run before.
        Semaphore free = new Semaphore(0);
        loop.execute(() -> {
            Future<?> ignored = loop.schedule((Runnable) free::release, 0, TimeUnit.MILLISECONDS);
        });
        free.acquireUninterruptibly();
    }

    /** Writes without looking back: where that fails, the channel is closed, and its handlers learn it so. */
    static void send(Channel channel, Object message) {
        ChannelFuture ignored = channel.writeAndFlush(message);
    }

    /** Closes without looking back: a channel that is closed already, or fails to close, is gone all the same. */
    static void close(Channel channel) {
        ChannelFuture ignored = channel.close();
    }

    /** Closes so that the other side can tell it from a normal end. */
    static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            close(channel);
        }
    }

    EventExecutorGroup timers() {
        return loops;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
