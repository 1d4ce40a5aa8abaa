package io.homeostat.gate;

import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Routing.Mirror;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a request that another version gets to see, whose answer nobody gets. It is tried once and never waits, and nothing
 * that becomes of it is felt by the request that it is a copy of.
 */
final class Mirrored implements Served {

    /** Under way at the same time, of one Service: more are left out. */
    static final int MOST = 256;

    /** Of a request's body: a larger one is not copied. */
    static final int MOST_BYTES = 8 << 10;

    private static final byte[] MARK = "X-Homeostat-Mirror: true\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LiveListener listener;
    private final String method;
    private final Account account;
    private final Channel caller;
    private int status;
    private @Nullable ByteBuf request;
    private @Nullable Http1Instance instance;
    private @Nullable Future<?> timer;

    private Mirrored(LiveListener listener, Channel caller, String method, ByteBuf request) {
        this.listener = listener;
        this.caller = caller;
        this.method = method;
        this.request = request;
        this.account = new Account(listener, listener.mirrorTally(), request.readableBytes());
    }

    /** Whether the next request is to be copied. */
    static boolean isDue(Mirror mirror) {
        return !mirror.version().isEmpty()
                && (mirror.share() >= 1 || ThreadLocalRandom.current().nextDouble() < mirror.share());
    }

    /**
     * Sends a copy, where there is a ready backend of that version.
     *
     * @param caller of the request itself; the copy shares its event loop
     * @param head with its empty line; copied
     * @param body the beginning of it; copied
     * @param length of the body, all of it
     */
    static void send(
            LiveListener listener,
            Channel caller,
            Dialer dialer,
            String version,
            String method,
            ByteBuf head,
            @Nullable ByteBuf body,
            int length) {
        LiveBackend backend = listener.callee().mirror(version, MOST);
        if (backend == null) {
            return;
        }
        ByteBuf copy = caller.alloc().buffer(head.readableBytes() + MARK.length + length);
        copy.writeBytes(head, head.readerIndex(), head.readableBytes() - 2).writeBytes(MARK);
        if (body != null) {
            copy.writeBytes(body, body.readerIndex(), length);
        }
        new Mirrored(listener, caller, method, copy).start(backend, dialer);
    }

    private void start(LiveBackend backend, Dialer dialer) {
        account.tries(backend);
        timer = caller.eventLoop()
                .schedule(
                        () -> end(Outcome.TIMEOUT, true),
                        listener.limits().responseTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        Http1Instance.get(listener, caller.eventLoop(), dialer, backend, false, reached -> {
            if (account.isOver()) {
                if (reached != null) {
                    reached.release(true);
                }
            } else if (reached == null) {
                account.refused(backend);
                end(Outcome.UNREACHABLE, true);
            } else {
                account.reaches(backend);
                instance = reached;
                reached.serve(this);
                if (request != null) {
                    Sockets.send(reached.channel(), request);
                    request = null;
                }
            }
        });
    }

    private void end(Outcome outcome, boolean close) {
        if (account.isOver()) {
            return;
        }
        account.ends(outcome);
        listener.callee().mirrorEnded();
        if (timer != null) {
            timer.cancel(false);
        }
        if (request != null) {
            request.release();
            request = null;
        }
        Http1Instance by = instance;
        if (by != null) {
            instance = null;
            by.release(close);
        }
    }

    // ---- the response, which nobody gets

    @Override
    public String method() {
        return method;
    }

    @Override
    public boolean mayUpgrade() {
        return false;
    }

    @Override
    public boolean declines(int with) {
        return false;
    }

    @Override
    public void answering(int with) {
        status = with;
    }

    @Override
    public boolean closesCaller(boolean untilClose) {
        return false;
    }

    @Override
    public boolean isCorrupted() {
        return false;
    }

    @Override
    public long bytesPerSecond() {
        return 0;
    }

    @Override
    public ChannelFuture pass(ByteBuf part, boolean more) {
        account.sent(part.readableBytes());
        part.release();
        return caller.newSucceededFuture();
    }

    @Override
    public void responded(@Nullable ChannelFuture last, boolean reusable) {
        end(Outcome.ofStatus(status), !reusable);
    }

    @Override
    public void switched(Http1Instance by, ByteBuf rest) {
        throw new IllegalStateException("a copy does not ask for another protocol");
    }

    @Override
    public void broken(boolean reused, boolean begun, String why) {
        instance = null;
        end(Outcome.BROKEN, true);
    }
}
