package io.homeostat.gate;

import io.homeostat.gate.control.Routing.Mirror;
import io.homeostat.gate.http.Body;
import io.homeostat.gate.http.MalformedException;
import io.homeostat.gate.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** A request on its way to a backend: head, then body as it comes in, one buffer at a time. */
final class Upload {

    private final Http1Caller caller;
    private final Account account;
    private final Interrupted onInterruption;
    private final String method;
    private final Body body;
    private final long bodyLength;
    private final boolean repeatable;
    private final boolean upgrade;
    private @Nullable ByteBuf head;
    private long sentSince;
    private boolean copied;

    /** Told when the rest does not come. */
    interface Interrupted {
        void malformed(MalformedException why);

        void ended();
    }

    /** @param head as it is sent on; released here */
    Upload(Http1Caller caller, Account account, RequestHead request, ByteBuf head, Interrupted onInterruption) {
        this.caller = caller;
        this.account = account;
        this.head = head;
        this.onInterruption = onInterruption;
        this.method = request.method();
        this.body = request.body();
        this.bodyLength = request.bodyLength();
        this.upgrade = request.isUpgrade();
        this.repeatable = request.isIdempotent() && !request.hasBody();
    }

    String method() {
        return method;
    }

    /** Whether all of it is sent, or would be with the head. */
    boolean isWhole() {
        return body.isDone();
    }

    /** Whether it could be sent once more. */
    boolean isRepeatable() {
        return repeatable && head != null;
    }

    boolean isUpgrade() {
        return upgrade;
    }

    /** When the last of it was sent. */
    long sentSince() {
        return sentSince;
    }

    void to(Http1Instance connection) {
        ByteBuf bytes = head;
        if (bytes == null) {
            throw new IllegalStateException("a head is sent once, or kept for once more");
        }
        copy(bytes);
        if (!repeatable) {
            head = null;
        }
        Channel to = connection.channel();
        ByteBuf first = repeatable ? bytes.retainedDuplicate() : bytes;
        if (body.isDone()) {
            Sockets.send(to, first);
            sentSince = System.nanoTime();
            caller.readMore();
        } else {
            ChannelFuture ignored = to.write(first);
            more(connection);
        }
    }

    private void copy(ByteBuf bytes) {
        LiveListener listener = caller.listener();
        Mirror mirror = listener.callee().routing().mirror();
        if (copied || upgrade || !Mirrored.isDue(mirror)) {
            return;
        }
        copied = true;
        ByteBuf first = caller.pending();
        int there = first == null ? 0 : first.readableBytes();
        if (bodyLength >= 0 && bodyLength <= Math.min(there, Mirrored.MOST_BYTES)) {
            int length = (int) bodyLength;
            Mirrored.send(listener, caller.channel(), caller.dialer(), mirror.version(), method, bytes, first, length);
        }
    }

    /** Sends what came in of the body. */
    void more(Http1Instance to) {
        ByteBuf in = caller.pending();
        ChannelFuture written = null;
        if (in != null && in.isReadable()) {
            int some;
            try {
                some = body.take(in);
            } catch (MalformedException malformed) {
                onInterruption.malformed(malformed);
                return;
            }
            account.received(some);
            written = to.channel().writeAndFlush(in.readRetainedSlice(some));
        } else {
            to.channel().flush();
        }
        if (body.isDone()) {
            sentSince = System.nanoTime();
            caller.readMore();
        } else if (caller.inputEnded()) {
            onInterruption.ended();
        } else if (written == null || written.isSuccess()) {
            caller.readMore();
        } else {
            written.addListener(done -> {
                if (!account.isOver()) {
                    caller.readMore();
                }
            });
        }
    }

    /** It is not to be sent again. */
    void forget() {
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
