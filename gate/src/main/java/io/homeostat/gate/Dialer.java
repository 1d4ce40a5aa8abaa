package io.homeostat.gate;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.time.Duration;

/** Connects to backends. */
final class Dialer {

    private final Bootstrap bootstrap;

    /** @param bootstrap with everything but event loop, handler and address */
    Dialer(Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
    }

    ChannelFuture dial(EventLoop loop, LiveBackend backend, Duration timeout, ChannelHandler handler) {
        return bootstrap
                .clone(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()))
                .handler(handler)
                .connect(backend.address);
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
