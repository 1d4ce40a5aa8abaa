package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one accepted connection.
 *
 * <pre>
 *            ┌────────── a backend became ready, or it is time to try again ───────────┐
 *            ▼                                                                         │
 *  accepted ─► choose ── none ─────────────────────────────────────────────► waiting ──┤
 *              │    ▲                                                                  │ time is up
 *              ▼    │ refused: the next one                                            ▼
 *              connecting ───► relaying ───► ended, both ways or by an error         failed
 * </pre>
 *
 * Everything here runs on the one event loop that both channels share, except {@link #wake} and {@link #end}, which go there.
 */
final class Session {

    /** Backends that are asked in one go before the connection waits a little: all of a small service, a few of a large one. */
    private static final int MOST_TRIES = 3;

    /** How long to wait when all that were asked refused; a killed instance is out of the configuration by then. */
    private static final Duration BEFORE_NEXT_TRIES = Duration.ofMillis(50);

    private final LiveListener listener;
    private final SocketChannel client;
    private final Bootstrap connector;
    private final EventLoop loop;
    private final Relay toBackend;
    private final Set<LiveBackend> tried = new HashSet<>(4);
    private final long deadline;
    private Relay toClient;
    private boolean refused;
    private boolean awaiting;
    private boolean over;
    private @Nullable Channel upstream;
    private @Nullable Future<?> timer;

    Session(LiveListener listener, SocketChannel client, Bootstrap connector) {
        this.listener = listener;
        this.client = client;
        this.connector = connector;
        this.loop = client.eventLoop();
        this.toBackend = new Relay(this);
        this.toClient = new Relay(this);
        this.deadline = System.nanoTime() + listener.config().waitForBackend().toNanos();
        client.pipeline().addLast(toBackend);
    }

    void start() {
        client.closeFuture().addListener(closed -> {
            listener.ended();
            end();
        });
        choose();
    }

    private void choose() {
        if (listener.isRemoved()) {
            fail(Failure.LISTENER_REMOVED);
            return;
        }
        LiveBackend chosen = tried.size() < MOST_TRIES ? listener.choose(tried) : null;
        if (chosen == null) {
            waitOrFail();
            return;
        }
        awaitNoMore();
        connect(chosen);
    }

    private void waitOrFail() {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            fail(refused ? Failure.CONNECT_FAILED : Failure.NO_BACKEND);
        } else if (awaiting) {
            long wait = tried.isEmpty() ? left : Math.min(left, BEFORE_NEXT_TRIES.toNanos());
            tried.clear();
            timer = loop.schedule(this::tryAgain, wait, TimeUnit.NANOSECONDS);
        } else if (listener.await(this)) {
            awaiting = true;
            // A backend that became ready before this stood among the waiting has woken nobody here.
            choose();
        } else {
            fail(Failure.TOO_MANY_WAITING);
        }
    }

    /** Asks again for a backend; to be called from anywhere. */
    void wake() {
        loop.execute(this::tryAgain);
    }

    private void tryAgain() {
        if (timer != null && !over) {
            timer.cancel(false);
            timer = null;
            choose();
        }
    }

    private void awaitNoMore() {
        if (awaiting) {
            awaiting = false;
            listener.awaitNoMore(this);
        }
    }

    private void connect(LiveBackend chosen) {
        tried.add(chosen);
        chosen.connecting(this);
        // A handler belongs to one channel, and each attempt is a channel of its own.
        toClient = new Relay(this);
        ChannelFuture connecting = connector
                .clone(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        listener.config().connectTimeout().toMillis())
                .handler(toClient)
                .connect(chosen.address);
        upstream = connecting.channel();
        connecting.addListener(done -> connected(chosen, connecting));
    }

    private void connected(LiveBackend chosen, ChannelFuture connecting) {
        if (over) {
            chosen.ended(this);
            Sockets.close(connecting.channel());
        } else if (connecting.isSuccess() && !reachedItself(connecting.channel())) {
            chosen.connected();
            connecting.channel().closeFuture().addListener(closed -> chosen.ended(this));
            toClient.start(connecting.channel(), client);
            toBackend.start(client, connecting.channel());
        } else {
            Sockets.close(connecting.channel());
            chosen.refused(this);
            refused = true;
            choose();
        }
    }

    /**
     * Where nobody listens, TCP connects a socket to itself when the port it was given to come from happens to be the one it goes
     * to.
     */
    private static boolean reachedItself(Channel channel) {
        return channel.localAddress().equals(channel.remoteAddress());
    }

    /** One side sends no more: the other is told, and when neither does, it is over. */
    void endOfStream(@Nullable Channel sink) {
        if (toBackend.hasEnded() && toClient.hasEnded()) {
            end();
        } else if (sink instanceof SocketChannel socket) {
            socket.shutdownOutput().addListener(told -> {
                if (!told.isSuccess()) {
                    abort();
                }
            });
        }
    }

    private void fail(Failure why) {
        listener.failed(why);
        abort();
    }

    /** Ends it so that both sides can tell it from a normal end. */
    void abort() {
        if (finish()) {
            Sockets.reset(client);
            if (upstream != null) {
                Sockets.reset(upstream);
            }
        }
    }

    /** Closes both sides; to be called from anywhere. */
    void end() {
        if (!loop.inEventLoop()) {
            loop.execute(this::end);
        } else if (finish()) {
            Sockets.close(client);
            if (upstream != null) {
                Sockets.close(upstream);
            }
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        awaitNoMore();
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        return true;
    }
}
