package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Routing;
import io.homeostat.gate.http.Body;
import io.homeostat.gate.http.MalformedException;
import io.homeostat.gate.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of HTTP/1 and its response.
 *
 * <pre>
 *  request head ─► reach a backend ─► send head and body ─► response head ─► response body ─► done
 *                        │                     └── a kept connection was closed: once more ──┐
 *                        ▼                                                                  ▼
 *                  502, 503                                              (only what is idempotent, without a body)
 * </pre>
 */
final class Exchange implements Reach.Seeker, Afflicted.Victim {

    private final Http1Caller caller;
    private final LiveListener listener;
    private final Reach reach;
    private final long began = System.nanoTime();
    private final String method;
    private final Body body;
    private final boolean again;
    private final boolean upgrade;
    private final int headLength;
    private final Pick.Wish wish;
    private final List<Leases.Lease> leases;
    private final @Nullable Afflicted afflicted;
    private boolean callerCloses;

    private @Nullable ByteBuf head;
    private @Nullable LiveBackend backend;
    private @Nullable Http1Instance instance;
    private @Nullable VersionTally tally;
    private long sentSince;
    private boolean answered;
    private int status;
    private boolean over;

    /** @param bytes the head as it is sent on; released here */
    Exchange(Http1Caller caller, RequestHead request, ByteBuf bytes, int headLength) {
        this.caller = caller;
        this.listener = caller.listener();
        this.head = bytes;
        this.headLength = headLength;
        this.method = request.method();
        this.body = request.body();
        this.again = request.isIdempotent() && !request.hasBody();
        this.upgrade = request.isUpgrade();
        this.callerCloses = request.closes();
        this.reach = new Reach(listener, caller.channel().eventLoop(), this);
        this.wish = Pick.wish(
                listener.callee().routing(),
                rule -> rule.part() == Routing.Part.COOKIE
                        ? request.cookie(rule.name())
                        : request.header(rule.name().toLowerCase(Locale.ROOT)));
        this.leases = listener.callee().leases().on(listener.config().edge());
        this.afflicted =
                leases.isEmpty() ? null : new Afflicted(leases, caller.channel().eventLoop(), this);
    }

    void start() {
        if (afflicted == null) {
            reach.choose();
        } else {
            afflicted.begin();
        }
    }

    // ---- faults

    @Override
    public void goesOn() {
        if (!over) {
            reach.choose();
        }
    }

    @Override
    public void reset() {
        if (!over) {
            over(Outcome.BROKEN);
            Sockets.reset(caller.channel());
        }
    }

    @Override
    public void aborted(int with) {
        if (!over) {
            over(Outcome.ofStatus(with));
            answer(with, "The gate answers so on purpose: a fault is in force", !body.isDone());
        }
    }

    /** Of the response's body, for as long as that is in force; 0 for as fast as it goes. */
    long bytesPerSecond() {
        for (Leases.Lease lease : leases) {
            if (lease.effect() instanceof Fault.Effect.Bandwidth bandwidth && lease.isInForce()) {
                return bandwidth.bytesPerSecond();
            }
        }
        return 0;
    }

    boolean isCorrupted() {
        for (Leases.Lease lease : leases) {
            if (lease.effect() instanceof Fault.Effect.Corruption && lease.isInForce()) {
                return true;
            }
        }
        return false;
    }

    // ---- to the backend

    @Override
    public @Nullable LiveBackend choose(Collection<LiveBackend> tried) {
        return listener.callee().choose(wish, tried);
    }

    @Override
    public void dial(LiveBackend chosen) {
        chosen.began();
        Http1Instance kept = chosen.takeIdle(caller.channel().eventLoop());
        if (kept != null) {
            reached(chosen, kept);
        } else {
            connect(chosen);
        }
    }

    private void connect(LiveBackend chosen) {
        Http1Instance fresh = new Http1Instance(chosen, listener.limits().maxHeadBytes());
        ChannelFuture dialed = caller.dialer()
                .dial(caller.channel().eventLoop(), chosen, listener.limits().connectTimeout(), fresh);
        dialed.addListener(done -> {
            if (!Dialer.reached(dialed)) {
                Sockets.close(dialed.channel());
                chosen.refused();
                chosen.over();
                if (!over) {
                    reach.refused(chosen);
                }
            } else {
                fresh.connected();
                if (over) {
                    chosen.over();
                    fresh.release(true);
                } else {
                    reached(chosen, fresh);
                }
            }
        });
    }

    private void reached(LiveBackend chosen, Http1Instance connection) {
        backend = chosen;
        instance = connection;
        if (tally == null) {
            tally = listener.tally().of(chosen.version());
            tally.began();
            tally.received(headLength);
        }
        connection.serve(this);
        ByteBuf bytes = head;
        if (bytes == null) {
            throw new IllegalStateException("a head is sent once, or kept for once more");
        }
        if (!again) {
            head = null;
        }
        Channel to = connection.channel();
        ByteBuf first = again ? bytes.retainedDuplicate() : bytes;
        if (body.isDone()) {
            Sockets.send(to, first);
            sentSince = System.nanoTime();
            caller.readMore();
        } else {
            ChannelFuture ignored = to.write(first);
            sendBody(connection);
        }
    }

    /** Bytes came in from the caller. */
    void bodyArrived() {
        if (instance != null && !body.isDone()) {
            sendBody(instance);
        }
    }

    private void sendBody(Http1Instance to) {
        ByteBuf in = caller.pending();
        ChannelFuture written = null;
        if (in != null && in.isReadable()) {
            int some;
            try {
                some = body.take(in);
            } catch (MalformedException malformed) {
                over(Outcome.REFUSED);
                to.release(true);
                answer(malformed.status(), "The request is refused: " + malformed.getMessage(), true);
                return;
            }
            if (tally != null) {
                tally.received(some);
            }
            written = to.channel().writeAndFlush(in.readRetainedSlice(some));
        } else {
            to.channel().flush();
        }
        if (body.isDone()) {
            sentSince = System.nanoTime();
            caller.readMore();
        } else if (caller.inputEnded()) {
            cancelled();
            caller.close();
        } else if (written == null || written.isSuccess()) {
            caller.readMore();
        } else {
            written.addListener(done -> {
                if (!over) {
                    caller.readMore();
                }
            });
        }
    }

    /** The caller sends no more; it may still read. */
    void inputEnded() {
        if (!body.isDone()) {
            cancelled();
            caller.close();
        }
    }

    // ---- from the backend

    String method() {
        return method;
    }

    boolean mayUpgrade() {
        return upgrade;
    }

    /**
     * Whether the caller's connection is closed after this.
     *
     * @param untilClose whether only that ends the response's body
     */
    boolean closesCaller(boolean untilClose) {
        callerCloses |= untilClose || caller.inputEnded() || listener.isRemoved();
        return callerCloses;
    }

    Channel callerChannel() {
        return caller.channel();
    }

    /** The head of the response is about to be written. */
    void answering(int with) {
        answered = true;
        status = with;
        forgetHead();
    }

    void sent(int bytes) {
        if (tally != null) {
            tally.sent(bytes);
        }
    }

    /**
     * The response is whole, and its last bytes are on their way.
     *
     * @param reusable the backend's connection
     */
    void responded(ChannelFuture last, boolean reusable) {
        Http1Instance by = instance;
        boolean whole = body.isDone();
        if (by != null) {
            instance = null;
            by.release(!(reusable && whole));
        }
        if (last.isSuccess()) {
            finished(whole);
        } else {
            last.addListener(done -> {
                if (done.isSuccess()) {
                    finished(whole);
                }
            });
        }
    }

    private void finished(boolean whole) {
        if (!over) {
            over(Outcome.ofStatus(status));
            caller.done(callerCloses || !whole);
        }
    }

    /** The two connections become a tunnel. */
    void switched(Http1Instance by, ByteBuf rest) {
        VersionTally counts = tally;
        LiveBackend on = backend;
        if (counts == null || on == null) {
            throw new IllegalStateException("nobody has answered yet");
        }
        over = true;
        forgetHead();
        counts.ended(Outcome.SUCCESS, System.nanoTime() - began);
        instance = null;
        ByteBuf ahead = caller.takePending();
        caller.handOver();
        by.handOver();
        Tunnel tunnel = new Tunnel(caller.channel(), by.channel(), counts, () -> {
            counts.over();
            on.over();
        });
        by.becomes(tunnel);
        Sockets.send(caller.channel(), rest);
        if (ahead != null) {
            Sockets.send(by.channel(), ahead);
        }
        tunnel.start();
    }

    // ---- other ends

    /**
     * The backend's connection ended, or what it sent is no response.
     *
     * @param begun whether it had sent any of it
     */
    void broken(boolean reused, boolean begun, String why) {
        Http1Instance by = instance;
        LiveBackend on = backend;
        instance = null;
        if (over || on == null || by == null) {
            return;
        }
        if (reused && !begun && again && head != null) {
            // It was closed for its age, as may happen at any moment; the request was not looked at, and does not mind.
            connect(on);
            return;
        }
        over(Outcome.BROKEN);
        if (answered) {
            Sockets.reset(caller.channel());
        } else {
            answer(502, "The gate got no response: " + on.name() + " " + why, !body.isDone());
        }
    }

    @Override
    public void failed(Failure why) {
        backend = null;
        over(Outcome.UNREACHABLE);
        int code = why == Failure.CONNECT_FAILED ? 502 : 503;
        answer(
                code,
                "The gate reaches no instance of " + listener.config().edge().callee() + ": " + why.text(),
                !body.isDone());
    }

    /** Called now and then. */
    void look(long now) {
        if (!over && !answered && instance != null && body.isDone()) {
            long most = listener.limits().responseTimeout().toNanos();
            if (now - sentSince > most) {
                instance.release(true);
                instance = null;
                over(Outcome.TIMEOUT);
                answer(504, "The gate got no response within " + most / 1_000_000 + " ms", false);
            }
        }
    }

    /** The caller is gone. */
    void cancelled() {
        if (!over) {
            reach.stop();
            if (afflicted != null) {
                afflicted.forget();
            }
            over(Outcome.CANCELLED);
            if (instance != null) {
                instance.release(true);
                instance = null;
            }
        }
    }

    private void over(Outcome outcome) {
        over = true;
        forgetHead();
        VersionTally counts = tally == null ? listener.tally().of("") : tally;
        counts.ended(outcome, System.nanoTime() - began);
        if (tally == null) {
            counts.received(headLength);
        } else {
            tally.over();
        }
        if (backend != null) {
            backend.over();
        }
    }

    /** The gate's own. */
    private void answer(int code, String sentence, boolean close) {
        boolean closes = closesCaller(false) || close;
        ByteBuf out = Heads.answer(caller.channel().alloc(), code, sentence, closes, method.equals("HEAD"));
        sent(out.readableBytes());
        caller.channel().writeAndFlush(out).addListener(written -> caller.done(closes));
    }

    private void forgetHead() {
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
