package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.http.Opening;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of one connection of plain TCP: it reaches a backend, and is a tunnel from then on. What the caller sent before is
 * given to the backend first. Where the caller was silent, it may yet turn out not to be plain TCP: as long as neither has said
 * anything, the one who speaks first tells.
 */
final class Session implements Held, Reach.Seeker, Afflicted.Victim {

    private final LiveListener listener;
    private final Channel client;
    private final Dialer dialer;
    private final EventLoop loop;
    private final Reach reach;
    private final Early early = new Early();
    private @Nullable ByteBuf first;
    private final long began = System.nanoTime();
    private boolean over;
    private final @Nullable Otherwise otherwise;
    private boolean leftToOther;
    private @Nullable Channel dialing;
    private @Nullable Silence silence;
    private @Nullable Tunnel tunnel;

    /** Has a caller that speaks HTTP after all. */
    interface Otherwise {
        void speaks(Opening opening, ByteBuf first);
    }

    /** @param first what was read from the caller already */
    Session(LiveListener listener, Channel client, Dialer dialer, @Nullable ByteBuf first) {
        this(listener, client, dialer, first, null);
    }

    /** @param otherwise null where it is known to be plain TCP */
    Session(
            LiveListener listener,
            Channel client,
            Dialer dialer,
            @Nullable ByteBuf first,
            @Nullable Otherwise otherwise) {
        this.otherwise = otherwise;
        this.listener = listener.of(client);
        this.client = client;
        this.dialer = dialer;
        this.loop = client.eventLoop();
        this.first = first;
        this.reach = new Reach(this.listener, loop, this);
    }

    void start() {
        listener.began(this);
        client.pipeline().addLast(early);
        client.closeFuture().addListener(closed -> {
            if (!leftToOther) {
                listener.ended(this);
                end();
            }
        });
        List<Leases.Lease> leases =
                listener.callee().leases().on(listener.config().edge(), null);
        if (leases.isEmpty()) {
            reach.choose();
        } else {
            new Afflicted(leases, loop, this).begin();
        }
    }

    @Override
    public void goesOn() {
        if (!over) {
            reach.choose();
        }
    }

    @Override
    public void reset() {
        if (!over) {
            over = true;
            listener.tally().of("").ended(Outcome.BROKEN, System.nanoTime() - began);
            forgetFirst();
            Sockets.reset(client);
        }
    }

    @Override
    public void aborted(int status) {
        reset();
    }

    @Override
    public @Nullable LiveBackend choose(Collection<LiveBackend> tried) {
        return listener.callee().choose(Pick.Wish.NONE, tried);
    }

    @Override
    public void dial(LiveBackend backend) {
        backend.began();
        ChannelFuture dialed =
                dialer.dial(loop, backend, listener.limits().connectTimeout(), "", new ChannelInboundHandlerAdapter());
        dialing = dialed.channel();
        dialed.addListener(done -> dialed(backend, dialed));
    }

    private void dialed(LiveBackend backend, ChannelFuture dialed) {
        Channel instance = dialed.channel();
        if (over) {
            backend.over();
            Sockets.close(instance);
        } else if (Dialer.reached(dialed)) {
            backend.connected(this);
            instance.closeFuture().addListener(closed -> {
                backend.disconnected(this);
                backend.over();
            });
            if (otherwise == null || early.end != null) {
                relay(backend, instance);
            } else {
                silence = new Silence(backend, instance, otherwise);
                silence.begin();
            }
        } else {
            Sockets.close(instance);
            backend.refused();
            backend.over();
            listener.callee().judge(backend, true);
            reach.refused(backend);
        }
    }

    private void relay(LiveBackend backend, Channel instance) {
        VersionTally tally = listener.tally().of(backend.version());
        tally.ended(Outcome.SUCCESS, System.nanoTime() - began);
        tally.began();
        listener.callee().judge(backend, false);
        Tunnel connected = new Tunnel(client, instance, tally, () -> {
            over = true;
            tally.over();
        });
        tunnel = connected;
        if (first != null) {
            Sockets.send(instance, first);
            first = null;
        }
        client.pipeline().remove(early);
        connected.start();
        if (early.end != null) {
            client.pipeline().fireUserEventTriggered(early.end);
        }
    }

    /** Nothing is read before there is somebody to give it to, but what was asked for before may come now. */
    private final class Early extends ChannelInboundHandlerAdapter {
        private @Nullable Object end;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf more = (ByteBuf) message;
            ByteBuf before = first;
            first = before == null ? more : client.alloc().compositeBuffer().addComponents(true, before, more);
            if (silence != null) {
                silence.look(first);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent || Relay.isEndOfTls(event)) {
                end = event;
                if (silence != null) {
                    silence.isPlain();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Sockets.reset(client);
        }
    }

    /** Both are connected, and neither has said anything. An instance that speaks first speaks neither HTTP/1 nor is it asked to. */
    private final class Silence extends ChannelInboundHandlerAdapter {
        private final LiveBackend backend;
        private final Channel instance;
        private final Otherwise http;

        Silence(LiveBackend backend, Channel instance, Otherwise http) {
            this.backend = backend;
            this.instance = instance;
            this.http = http;
        }

        void begin() {
            instance.pipeline().addLast(this);
            instance.closeFuture().addListener(closed -> {
                if (silence == this) {
                    end();
                }
            });
            if (first == null) {
                client.read();
                instance.read();
            } else {
                look(first);
            }
        }

        /** At what the caller says. */
        void look(ByteBuf words) {
            switch (Opening.of(words)) {
                case UNCLEAR -> client.read();
                case OTHER -> isPlain();
                case HTTP1, HTTP2 -> {
                    silence = null;
                    over = true;
                    leftToOther = true;
                    first = null;
                    Sockets.close(instance);
                    listener.forget(Session.this);
                    client.pipeline().remove(early);
                    http.speaks(Opening.of(words), words);
                }
            }
        }

        void isPlain() {
            silence = null;
            instance.pipeline().remove(this);
            relay(backend, instance);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            isPlain();
            instance.pipeline().fireChannelRead(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent || Relay.isEndOfTls(event)) {
                isPlain();
                instance.pipeline().fireUserEventTriggered(event);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Sockets.reset(client);
        }
    }

    @Override
    public void failed(Failure why) {
        listener.tally().of("").ended(Outcome.UNREACHABLE, System.nanoTime() - began);
        over = true;
        forgetFirst();
        Sockets.reset(client);
    }

    private void forgetFirst() {
        ReferenceCountUtil.release(first);
        first = null;
    }

    /** Closes both sides; to be called from anywhere. */
    @Override
    public void end() {
        if (!loop.inEventLoop()) {
            loop.execute(this::end);
        } else if (tunnel != null) {
            tunnel.end();
        } else if (!over) {
            over = true;
            reach.stop();
            forgetFirst();
            Sockets.close(client);
            if (dialing != null) {
                Sockets.close(dialing);
            }
        }
    }
}
