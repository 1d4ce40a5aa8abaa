package io.homeostat.gate;

import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Routing.Mirror;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Mirrored} is for HTTP/1, for a request of HTTP/2: the copy is sent when the request is whole, so it never holds the
 * request up. A request that is larger than {@link Mirrored#MOST_BYTES}, as a stream without end is, gets none.
 */
final class Http2Mirrored extends ChannelInboundHandlerAdapter {

    private final LiveListener listener;
    private final Channel caller;
    private final Dialer dialer;
    private final String version;
    private final Http2Headers head;
    private final boolean grpc;
    private @Nullable ByteBuf body;
    private boolean forgotten;
    private @Nullable Account account;
    private @Nullable Channel stream;
    private @Nullable Future<?> timer;
    private Outcome outcome = Outcome.BROKEN;

    private Http2Mirrored(
            LiveListener listener, Channel caller, Dialer dialer, String version, Http2Headers head, boolean grpc) {
        this.listener = listener;
        this.caller = caller;
        this.dialer = dialer;
        this.version = version;
        this.head = head;
        this.grpc = grpc;
    }

    /** The copy that is due of a request with this head; null where none is. */
    static @Nullable Http2Mirrored of(LiveListener listener, Channel caller, Dialer dialer, Http2Headers head) {
        Mirror mirror = listener.callee().routing().mirror();
        if (!Mirrored.isDue(mirror)) {
            return null;
        }
        Http2Headers copy = new DefaultHttp2Headers().add(head).set("x-homeostat-mirror", "true");
        return new Http2Mirrored(listener, caller, dialer, mirror.version(), copy, Grpc.isSpoken(head));
    }

    // ---- the request

    /** @param part of the body; copied */
    void takes(ByteBuf part) {
        if (forgotten || !part.isReadable()) {
            return;
        }
        int length = part.readableBytes() + (body == null ? 0 : body.readableBytes());
        if (length > Mirrored.MOST_BYTES) {
            forget();
            return;
        }
        if (body == null) {
            body = caller.alloc().buffer(length);
        }
        body.writeBytes(part, part.readerIndex(), part.readableBytes());
    }

    /** It is not to be sent. */
    void forget() {
        forgotten = true;
        if (body != null) {
            body.release();
            body = null;
        }
    }

    /** The request is whole: its copy is sent, where there is a ready backend of that version. */
    void send(@Nullable Http2Headers trailers) {
        LiveBackend backend = forgotten ? null : listener.callee().mirror(version, Mirrored.MOST);
        if (backend == null) {
            forget();
            return;
        }
        Account counts = new Account(listener, listener.mirrorTally(), Http2Heads.size(head));
        account = counts;
        counts.tries(backend);
        timer = caller.eventLoop()
                .schedule(
                        () -> end(Outcome.TIMEOUT),
                        listener.limits().responseTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        Http2Instance.open(listener, caller.eventLoop(), dialer, backend, this, opened -> {
            if (counts.isOver()) {
                if (opened != null) {
                    Sockets.close(opened);
                }
            } else if (opened == null) {
                counts.refused(backend);
                end(Outcome.UNREACHABLE);
            } else {
                stream = opened;
                counts.reaches(backend);
                write(opened, counts, trailers);
                opened.read();
            }
        });
    }

    private void write(Channel to, Account counts, @Nullable Http2Headers trailers) {
        ByteBuf all = body;
        body = null;
        List<Object> frames = new ArrayList<>(3);
        frames.add(new DefaultHttp2HeadersFrame(head, all == null && trailers == null));
        if (all != null) {
            counts.received(all.readableBytes());
            frames.add(new DefaultHttp2DataFrame(all, trailers == null));
        }
        if (trailers != null) {
            frames.add(new DefaultHttp2HeadersFrame(trailers, true));
        }
        for (Object frame : frames) {
            ChannelFuture ignored = to.write(frame);
        }
        to.flush();
    }

    private void end(Outcome with) {
        Account counts = account;
        if (counts == null || counts.isOver()) {
            return;
        }
        counts.ends(with);
        listener.callee().mirrorEnded();
        if (timer != null) {
            timer.cancel(false);
        }
        forget();
        Channel by = stream;
        if (by != null && by.isActive()) {
            Sockets.send(by, new DefaultHttp2ResetFrame(Http2Error.CANCEL));
        }
    }

    // ---- the response, which nobody gets

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean ends = false;
        if (message instanceof Http2HeadersFrame headers) {
            ends = headers.isEndStream();
            answered(headers.headers(), ends);
        } else if (message instanceof Http2DataFrame data) {
            ends = data.isEndStream();
            if (account != null) {
                account.sent(data.content().readableBytes());
            }
            if (ends && grpc && outcome == Outcome.SUCCESS) {
                outcome = Grpc.outcome(null);
            }
        }
        ReferenceCountUtil.release(message);
        if (ends) {
            end(outcome);
        } else {
            context.read();
        }
    }

    private void answered(Http2Headers headers, boolean ends) {
        int status = Http2Heads.status(headers);
        if (status >= 200) {
            outcome = Outcome.ofStatus(status);
        }
        if (ends && grpc && outcome == Outcome.SUCCESS) {
            outcome = Grpc.outcome(headers);
        }
        if (account != null) {
            account.sent(Http2Heads.size(headers));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) {
            end(Outcome.BROKEN);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(Outcome.BROKEN);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Sockets.close(context.channel());
    }
}
