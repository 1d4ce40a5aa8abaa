package io.homeostat.gate;

import io.homeostat.gate.control.Tls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;

/** Connects to backends. */
final class Dialer {

    private final Bootstrap bootstrap;

    /** @param bootstrap with everything but event loop, handler and address */
    Dialer(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** The same for connections that are only relayed. */
    Dialer relaying(RelayReads reads) {
        return new Dialer(bootstrap.clone().option(ChannelOption.RECVBUF_ALLOCATOR, reads));
    }

    /**
     * Where the backend speaks TLS, it is reached when it has shown who it is.
     *
     * @param spoken one of {@link Tls}' protocols, or empty
     */
    ChannelFuture dial(EventLoop loop, LiveBackend backend, Duration timeout, String spoken, ChannelHandler handler) {
        int millis = Math.toIntExact(timeout.toMillis());
        Bootstrap dialing = bootstrap.clone(loop).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
        if (backend.tls().isEmpty()) {
            return dialing.handler(handler).connect(backend.address);
        }
        SslHandler tls = Origins.handler(backend.tls(), backend.address.getPort(), spoken);
        tls.setHandshakeTimeoutMillis(millis);
        ChannelFuture connecting = dialing.handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(Sockets.TLS, tls).addLast(handler);
                    }
                })
                .connect(backend.address);
        ChannelPromise reached = connecting.channel().newPromise();
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                reached.setFailure(connected.cause());
                return;
            }
            tls.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    reached.setSuccess();
                } else {
                    reached.setFailure(shaken.cause());
                }
            });
            connecting.channel().read();
        });
        return reached;
    }

    /**
     * Whether there is somebody. Where nobody listens, TCP connects a socket to itself when the port it was given to come from
     * happens to be the one it goes to.
     */
    static boolean reached(ChannelFuture dialed) {
        Channel channel = dialed.channel();
        return dialed.isSuccess() && !channel.localAddress().equals(channel.remoteAddress());
    }
}
