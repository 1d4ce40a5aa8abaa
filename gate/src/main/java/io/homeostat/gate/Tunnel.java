package io.homeostat.gate;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Two connections that have become one: whatever comes in on one side goes out on the other, and so does its end. Runs on the one
 * event loop that both share, except {@link #end}, which goes there.
 */
final class Tunnel implements Held {

    private final Channel caller;
    private final Channel instance;
    private final EventLoop loop;
    private final Relay toInstance;
    private final Relay toCaller;
    private final VersionTally tally;
    private final Runnable over;
    private boolean isOver;

    /** @param over told once when it has ended */
    Tunnel(Channel caller, Channel instance, VersionTally tally, Runnable over) {
        this.caller = caller;
        this.instance = instance;
        this.loop = caller.eventLoop();
        this.tally = tally;
        this.over = over;
        this.toInstance = new Relay(this, caller, instance);
        this.toCaller = new Relay(this, instance, caller);
    }

    /** Begins to relay; the handlers that were there before are to be gone. */
    void start() {
        caller.pipeline().addLast(toInstance);
        instance.pipeline().addLast(toCaller);
        caller.closeFuture().addListener(closed -> end());
        instance.closeFuture().addListener(closed -> end());
        toCaller.start();
        toInstance.start();
    }

    void moved(Relay by, int bytes) {
        if (by == toInstance) {
            tally.received(bytes);
        } else {
            tally.sent(bytes);
        }
    }

    /** One side sends no more: the other is told, and when neither does, it is over. */
    void endOfStream(@Nullable Channel sink) {
        if (toInstance.hasEnded() && toCaller.hasEnded()) {
            end();
        } else if (sink instanceof SocketChannel) {
            Sockets.endOutput(sink).addListener(told -> {
                if (!told.isSuccess()) {
                    abort();
                }
            });
        }
    }

    /** Ends it so that both sides can tell it from a normal end. */
    void abort() {
        if (finish()) {
            Sockets.reset(caller);
            Sockets.reset(instance);
        }
    }

    @Override
    public void end() {
        if (!loop.inEventLoop()) {
            loop.execute(this::end);
        } else if (finish()) {
            Sockets.close(caller);
            Sockets.close(instance);
        }
    }

    private boolean finish() {
        boolean first = !isOver;
        if (first) {
            isOver = true;
            over.run();
        }
        return first;
    }
}
