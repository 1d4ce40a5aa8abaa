package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Outcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request of HTTP/2, which may be a call of gRPC, and its response: two streams that are passed through frame by frame. A
 * frame is read when those before it are written, so windows do what they are for, end to end.
 */
final class Http2Exchange extends ChannelInboundHandlerAdapter implements Reach.Seeker, Afflicted.Victim {

    private final LiveListener listener;
    private final Channel caller;
    private final Dialer dialer;
    private final Reach reach;
    private @Nullable Account account;
    private @Nullable Toll toll;
    private @Nullable Http2Headers request;
    private @Nullable Http2Backend instance;
    private Pick.Wish wish = Pick.Wish.NONE;
    private boolean grpc;
    private boolean repeatable;
    private boolean requestWhole;
    private boolean answered;
    private final Queue<Object> held = new ArrayDeque<>(1);
    private final Queue<Http2StreamFrame> late = new ArrayDeque<>(1);
    private @Nullable Trickle slowed;
    private boolean copied;
    private @Nullable Http2Mirrored copy;
    private int retries;
    private Outcome outcome = Outcome.BROKEN;
    private @Nullable Future<?> timeout;

    Http2Exchange(LiveListener listener, Channel caller, Dialer dialer) {
        this.listener = listener;
        this.caller = caller;
        this.dialer = dialer;
        this.reach = new Reach(listener, caller.eventLoop(), this);
    }

    // ---- the request

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (account == null && message instanceof Http2HeadersFrame first) {
            begin(first);
            return;
        }
        if (over()) {
            ReferenceCountUtil.release(message);
        } else {
            held.add(message);
            sendHeld();
        }
    }

    /** What came in while there was nobody to send it to: no more than was asked for when there was. */
    private void sendHeld() {
        Http2Backend to = instance;
        while (to != null && !held.isEmpty()) {
            Object frame = held.remove();
            if (frame instanceof Http2DataFrame data) {
                requestWhole |= data.isEndStream();
                known().received(data.content().readableBytes());
                if (copy != null) {
                    copy.takes(data.content());
                }
                copyIsWhole(null);
                to.send(new DefaultHttp2DataFrame(data.content(), data.isEndStream()), data.isEndStream());
            } else if (frame instanceof Http2HeadersFrame trailers) {
                requestWhole = true;
                copyIsWhole(trailers.headers());
                to.send(new DefaultHttp2HeadersFrame(trailers.headers(), true), true);
            } else {
                ReferenceCountUtil.release(frame);
            }
        }
        awaitAnswer();
    }

    private void begin(Http2HeadersFrame first) {
        Http2Headers headers = first.headers();
        request = headers;
        String host = listener.config().handling().host();
        if (!host.isEmpty()) {
            headers.authority(host).remove("host");
        }
        requestWhole = first.isEndStream();
        grpc = Grpc.isSpoken(headers);
        String method = Http2Heads.method(headers);
        repeatable = requestWhole && Http2Heads.isIdempotent(headers);
        retries = repeatable ? listener.config().handling().retries() : 0;
        Account counts = new Account(listener, listener.tally(), Http2Heads.size(headers));
        account = counts;
        if (listener.config().handling().accessLog()) {
            counts.logs(method, Http2Heads.path(headers));
        }
        wish = listener.callee().wish(rule -> Http2Heads.read(headers, rule));
        Toll faults = new Toll(listener, Http2Heads.asked(headers), caller.eventLoop(), this);
        toll = faults;
        if (method.equals("CONNECT")) {
            counts.ends(Outcome.REFUSED);
            answer(405, "A gate is no tunnel: CONNECT is not taken");
            return;
        }
        faults.begin();
    }

    private Account known() {
        Account counts = account;
        if (counts == null) {
            throw new IllegalStateException("a stream begins with its headers");
        }
        return counts;
    }

    private boolean over() {
        return known().isOver();
    }

    // ---- faults

    @Override
    public void goesOn() {
        if (!over()) {
            reach.choose();
        }
    }

    @Override
    public void reset() {
        if (!over()) {
            end(Outcome.BROKEN);
            Sockets.send(caller, new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }
    }

    @Override
    public void aborted(int status) {
        if (!over()) {
            end(grpc ? Outcome.ofGrpc(Grpc.status(status)) : Outcome.ofStatus(status));
            answer(status, "The gate answers so on purpose: a fault is in force");
        }
    }

    private long bytesPerSecond() {
        return toll == null ? 0 : toll.bytesPerSecond();
    }

    // ---- to the backend

    @Override
    public @Nullable LiveBackend choose(Collection<LiveBackend> tried) {
        return listener.callee().choose(wish, tried);
    }

    @Override
    public void dial(LiveBackend chosen) {
        Account counts = known();
        counts.tries(chosen);
        Http2Backend stream = new Http2Backend(this);
        Http2Instance.open(listener, caller.eventLoop(), dialer, chosen, stream, opened -> {
            Http2Headers headers = request;
            if (over() || headers == null) {
                if (opened != null) {
                    Sockets.close(opened);
                }
            } else if (opened == null) {
                counts.refused(chosen);
                reach.refused(chosen);
            } else {
                instance = stream;
                counts.reaches(chosen);
                if (!copied) {
                    copied = true;
                    copy = Http2Mirrored.of(listener, caller, dialer, headers);
                    copyIsWhole(null);
                }
                stream.begin(opened, new DefaultHttp2HeadersFrame(headers, requestWhole));
                sendHeld();
            }
        });
    }

    private void copyIsWhole(@Nullable Http2Headers trailers) {
        Http2Mirrored whole = copy;
        if (requestWhole && whole != null) {
            copy = null;
            whole.send(trailers);
        }
    }

    /** Everything before was written to the backend. */
    void requestMoves() {
        if (!requestWhole && !over()) {
            caller.read();
        }
    }

    private void awaitAnswer() {
        if (requestWhole && !answered && timeout == null && instance != null && !over()) {
            long most = listener.limits().responseTimeout().toNanos();
            timeout = caller.eventLoop().schedule(this::timedOut, most, TimeUnit.NANOSECONDS);
        }
    }

    private void timedOut() {
        if (over() || answered) {
            return;
        }
        timeout = null;
        if (mayRetry()) {
            goElsewhere();
        } else {
            end(Outcome.TIMEOUT);
            answer(
                    504,
                    "The gate got no response within "
                            + listener.limits().responseTimeout().toMillis() + " ms");
        }
    }

    // ---- from the backend

    /** Headers: of the response, of one that announces it, or at its end. */
    void answers(Http2Headers headers, boolean end) {
        int code = Http2Heads.status(headers);
        if (!answered && code > 0) {
            if (code >= 502 && code <= 504 && mayRetry()) {
                goElsewhere();
                return;
            }
            answered = code >= 200;
            if (answered) {
                forgetTimeout();
                outcome = Outcome.ofStatus(code);
            }
        }
        if (end && grpc && outcome == Outcome.SUCCESS) {
            outcome = Grpc.outcome(headers);
        }
        known().sent(Http2Heads.size(headers));
        pass(new DefaultHttp2HeadersFrame(headers, end));
    }

    void data(Http2DataFrame data) {
        int length = data.content().readableBytes();
        known().sent(length);
        if (toll != null && length > 0 && toll.isCorrupted()) {
            int at = data.content().readerIndex() + length / 2;
            data.content().setByte(at, data.content().getByte(at) ^ 0xff);
        }
        if (data.isEndStream() && grpc && outcome == Outcome.SUCCESS) {
            outcome = Grpc.outcome(null);
        }
        pass(new DefaultHttp2DataFrame(data.content(), data.isEndStream()));
    }

    /** What comes after bytes that are slowed down waits for them. */
    private void pass(Http2StreamFrame frame) {
        if (slowed != null) {
            late.add(frame);
        } else if (frame instanceof Http2DataFrame data && data.content().isReadable() && bytesPerSecond() > 0) {
            slow(data);
        } else {
            write(frame);
        }
    }

    private void slow(Http2DataFrame data) {
        slowed = new Trickle(caller.eventLoop(), data.content(), this::bytesPerSecond, (piece, last) -> {
            if (last) {
                slowed = null;
                write(new DefaultHttp2DataFrame(piece, data.isEndStream()));
                while (slowed == null && !late.isEmpty()) {
                    pass(late.remove());
                }
            } else {
                caller.writeAndFlush(new DefaultHttp2DataFrame(piece, false)).addListener(written -> {
                    if (!written.isSuccess()) {
                        cancelled();
                    }
                });
            }
        });
        slowed.begin();
    }

    private void write(Http2StreamFrame frame) {
        Http2Backend from = instance;
        boolean end = (frame instanceof Http2DataFrame data && data.isEndStream())
                || (frame instanceof Http2HeadersFrame headers && headers.isEndStream());
        caller.writeAndFlush(frame).addListener(written -> {
            if (!written.isSuccess()) {
                cancelled();
            } else if (end) {
                if (!over()) {
                    end(outcome);
                    if (!requestWhole) {
                        Sockets.send(caller, new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
                    }
                }
            } else if (from != null && from == instance) {
                from.readMore();
            }
        });
    }

    /** @param untouched the backend says, or it is known, that it did nothing of it */
    void broken(boolean untouched, String why) {
        if (over()) {
            return;
        }
        LiveBackend by = known().backend();
        if (!answered && ((untouched && requestHeld()) || mayRetry())) {
            goElsewhere();
            return;
        }
        boolean begun = answered;
        end(Outcome.BROKEN);
        if (begun) {
            Sockets.send(caller, new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        } else {
            answer(502, "The gate got no response: " + by.name() + " " + why);
        }
    }

    /** Whether all of it that was sent could be sent again. */
    private boolean requestHeld() {
        return repeatable || (instance != null && !instance.hasSentBody());
    }

    // ---- ends

    private boolean mayRetry() {
        if (retries > 0 && repeatable && !answered && listener.callee().mayRetry()) {
            retries--;
            return true;
        }
        return false;
    }

    private void goElsewhere() {
        forgetTimeout();
        letGo();
        reach.refused(known().goesElsewhere());
    }

    @Override
    public void failed(Failure why) {
        end(Outcome.UNREACHABLE);
        answer(
                why == Failure.CONNECT_FAILED ? 502 : 503,
                "The gate reaches no instance of " + listener.config().edge().callee() + ": " + why.text());
    }

    private void cancelled() {
        if (account != null && !over()) {
            end(Outcome.CANCELLED);
        }
    }

    private void end(Outcome with) {
        reach.stop();
        if (toll != null) {
            toll.forget();
        }
        forgetTimeout();
        known().ends(with);
        letGo();
        if (copy != null) {
            copy.forget();
            copy = null;
        }
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        if (slowed != null) {
            slowed.forget();
            slowed = null;
        }
        late.forEach(ReferenceCountUtil::release);
        late.clear();
    }

    private void letGo() {
        Http2Backend by = instance;
        if (by != null) {
            instance = null;
            by.cancel();
        }
    }

    private void forgetTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    /** The gate's own. */
    private void answer(int status, String sentence) {
        ChannelFuture answered = Http2Heads.answer(caller, grpc, status, sentence);
        if (!requestWhole) {
            // After it: a reset throws away what is still to be written.
            answered.addListener(written -> Sockets.send(caller, new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) {
            cancelled();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelled();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        cancelled();
        Sockets.close(caller);
    }
}
