package io.homeostat.gate;

import io.homeostat.gate.control.Tls;
import io.homeostat.gate.http.Body;
import io.homeostat.gate.http.HeadEnd;
import io.homeostat.gate.http.MalformedException;
import io.homeostat.gate.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a backend that speaks HTTP/1: one exchange at a time, and between two of them it waits, known to its {@link
 * LiveBackend}. It reads again only when what it read is written to the caller.
 */
final class Http1Instance extends ChannelInboundHandlerAdapter implements Held {

    private static final FastThreadLocal<ResponseHead> HEADS = new FastThreadLocal<>() {
        @Override
        protected ResponseHead initialValue() {
            return new ResponseHead();
        }
    };

    private final LiveBackend backend;
    private final int maxHeadBytes;
    private final HeadEnd headEnd = new HeadEnd();
    private @Nullable Channel channel;
    private @Nullable Served exchange;
    private @Nullable ByteBuf pending;
    private @Nullable Body body;
    private @Nullable Trickle slowed;
    private @Nullable String endedWhileSlowed;
    private boolean begun;
    private boolean used;
    private boolean reused;
    private boolean closesAfter;
    private boolean ended;

    Http1Instance(LiveBackend backend, int maxHeadBytes) {
        this.backend = backend;
        this.maxHeadBytes = maxHeadBytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
    }

    Channel channel() {
        Channel known = channel;
        if (known == null) {
            throw new IllegalStateException("there is no connection before it is made");
        }
        return known;
    }

    /**
     * A connection for a request: one that waits, or a new one.
     *
     * @param fresh whether only a new one will do
     * @param then told, on the event loop, what was reached; null when the backend did not take it
     */
    static void get(
            LiveListener listener,
            EventLoop loop,
            Dialer dialer,
            LiveBackend backend,
            boolean fresh,
            Consumer<@Nullable Http1Instance> then) {
        Http1Instance kept = fresh ? null : backend.takeIdle(loop);
        if (kept != null) {
            then.accept(kept);
            return;
        }
        Http1Instance made = new Http1Instance(backend, listener.limits().maxHeadBytes());
        ChannelFuture dialed = dialer.dial(loop, backend, listener.limits().connectTimeout(), Tls.HTTP1, made);
        dialed.addListener(done -> {
            if (Dialer.reached(dialed)) {
                made.connected();
                then.accept(made);
            } else {
                Sockets.close(dialed.channel());
                then.accept(null);
            }
        });
    }

    private void connected() {
        backend.connected(this);
        channel().closeFuture().addListener(closed -> backend.disconnected(this));
    }

    /** Takes on an exchange, whose request may be written from now on. */
    void serve(Served next) {
        exchange = next;
        reused = used;
        used = true;
        begun = false;
        body = null;
        closesAfter = false;
        channel().read();
    }

    /**
     * The exchange needs it no more.
     *
     * @param close when it cannot be used again
     */
    void release(boolean close) {
        exchange = null;
        if (slowed != null) {
            slowed.forget();
            slowed = null;
        }
        Channel own = channel();
        if (close || ended || !own.isActive() || !backend.keepIdle(own.eventLoop(), this)) {
            close();
        } else {
            // So that its end is seen.
            own.read();
        }
    }

    void close() {
        Sockets.close(channel());
    }

    void handOver() {
        exchange = null;
        ended = true;
        channel().pipeline().remove(this);
    }

    /** What is to be ended in its place when the backend's time is over. */
    void becomes(Held other) {
        backend.disconnected(this);
        backend.connected(other);
        channel().closeFuture().addListener(closed -> backend.disconnected(other));
    }

    @Override
    public void end() {
        Channel own = channel();
        own.eventLoop().execute(this::close);
    }

    // ---- the response

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        Served current = exchange;
        if (current == null) {
            // Nobody asked it: whatever this is, it must not become the answer to the next.
            in.release();
            close();
            return;
        }
        begun = true;
        try {
            if (body == null) {
                in = withPending(in);
                if (!heads(current, in)) {
                    return;
                }
            } else {
                relay(current, in, in.readerIndex(), body);
            }
        } catch (MalformedException malformed) {
            exchange = null;
            close();
            current.broken(reused, true, "sent what is no response (" + malformed.getMessage() + ")");
        }
        in.release();
    }

    private ByteBuf withPending(ByteBuf in) {
        ByteBuf before = pending;
        if (before == null) {
            return in;
        }
        ByteBuf both = channel().alloc().buffer(before.readableBytes() + in.readableBytes());
        both.writeBytes(before).writeBytes(in);
        before.release();
        in.release();
        pending = null;
        return both;
    }

    /** False when it has kept the buffer, for want of the rest. */
    private boolean heads(Served current, ByteBuf in) throws MalformedException {
        while (true) {
            int length = headEnd.find(in);
            if (length > maxHeadBytes || (length < 0 && in.readableBytes() > maxHeadBytes)) {
                throw new MalformedException(502, "its head is longer than " + maxHeadBytes + " bytes");
            }
            if (length < 0) {
                pending = in;
                channel().read();
                return false;
            }
            ResponseHead head = HEADS.get();
            in.getBytes(in.readerIndex(), head.room(length), 0, length);
            head.read();
            if (!head.isInterim()) {
                begin(current, head, in);
                return true;
            }
            ByteBuf interim = in.readRetainedSlice(length);
            ChannelFuture ignored = current.pass(interim, false);
        }
    }

    private void begin(Served current, ResponseHead head, ByteBuf in) throws MalformedException {
        int from = in.readerIndex();
        int length = head.length();
        if (current.declines(head.status())) {
            exchange = null;
            close();
            return;
        }
        current.answering(head.status());
        if (head.status() == 101) {
            upgrade(current, head, in);
            return;
        }
        Body responding = head.bodyFor(current.method());
        body = responding;
        closesAfter = head.closes();
        boolean closesCaller = current.closesCaller(responding.endsWithConnection());
        if (closesCaller) {
            head.cutConnection();
        }
        in.skipBytes(length);
        if (head.isWhole() && !closesCaller) {
            relay(current, in, from, responding);
        } else {
            ByteBuf changed = Heads.response(head, channel().alloc(), false, closesCaller);
            ChannelFuture ignored = current.pass(changed, true);
            relay(current, in, in.readerIndex(), responding);
        }
    }

    /** @param from where in the buffer what is to be written begins; the body's part begins where it is read next */
    private void relay(Served current, ByteBuf in, int from, Body responding) throws MalformedException {
        int some = responding.take(in);
        if (some > 0 && current.isCorrupted() && responding.hasLength()) {
            int at = in.readerIndex() + some / 2;
            in.setByte(at, in.getByte(at) ^ 0xff);
        }
        in.skipBytes(some);
        ByteBuf part = in.retainedSlice(from, in.readerIndex() - from);
        boolean done = responding.isDone();
        boolean reusable = !closesAfter && !in.isReadable();
        if (some == 0 || current.bytesPerSecond() == 0) {
            pass(current, part, done, reusable);
            return;
        }
        int ahead = part.readableBytes() - some;
        if (ahead > 0) {
            ChannelFuture ignored = current.pass(part.readRetainedSlice(ahead), false);
        }
        slowed = new Trickle(channel().eventLoop(), part, current::bytesPerSecond, (piece, last) -> {
            if (last) {
                slowed = null;
                pass(current, piece, done, reusable);
            } else {
                ChannelFuture ignored = current.pass(piece, false);
            }
        });
        slowed.begin();
    }

    private void pass(Served current, ByteBuf part, boolean done, boolean reusable) {
        ChannelFuture written = current.pass(part, false);
        String why = endedWhileSlowed;
        endedWhileSlowed = null;
        if (done) {
            exchange = null;
            current.responded(written, reusable && why == null);
        } else if (why != null) {
            over(why);
        } else {
            readWhenWritten(current, written);
        }
    }

    private void readWhenWritten(Served current, ChannelFuture written) {
        if (written.isSuccess()) {
            readMore(current);
        } else {
            written.addListener(done -> {
                if (done.isSuccess()) {
                    readMore(current);
                }
            });
        }
    }

    private void readMore(Served current) {
        if (current.equals(exchange)) {
            channel().read();
        }
    }

    private void upgrade(Served current, ResponseHead head, ByteBuf in) throws MalformedException {
        if (!current.mayUpgrade()) {
            throw new MalformedException(502, "it switches to another protocol, and nobody asked for that");
        }
        in.skipBytes(head.length());
        head.cutConnection();
        ByteBuf changed = Heads.response(head, channel().alloc(), true, false);
        changed.writeBytes(in);
        exchange = null;
        current.switched(this, changed);
    }

    // ---- its end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            over("closed the connection before it had answered");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over("closed the connection before it had answered");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        over("broke the connection (" + cause.getMessage() + ")");
    }

    private void over(String why) {
        if (ended) {
            return;
        }
        if (slowed != null && exchange != null) {
            // What came before its end is the caller's.
            endedWhileSlowed = why;
            return;
        }
        ended = true;
        if (pending != null) {
            pending.release();
            pending = null;
        }
        Served current = exchange;
        exchange = null;
        close();
        if (current == null) {
            backend.forgetIdle(channel().eventLoop(), this);
        } else if (body != null && body.endsWithConnection()) {
            current.responded(null, false);
        } else {
            current.broken(reused, begun, why);
        }
    }
}
