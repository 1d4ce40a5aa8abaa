package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.homeostat.gate.control.Outcome;
import io.homeostat.gate.control.Routing;
import io.homeostat.gate.http.MalformedException;
import io.homeostat.gate.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request of HTTP/1 and its response.
 *
 * <pre>
 *  request head ─► reach a backend ─► send head and body ─► response head ─► response body ─► done
 *                   │    ▲                └── it failed, and the request may be made again ──┐
 *                   │    └───────────────────────────────────────────────────────────────────┘
 *                   ▼                           (only what is idempotent, without a body)
 *               502, 503
 * </pre>
 */
final class Exchange implements Reach.Seeker, Afflicted.Victim, Upload.Interrupted, Served {

    private final Http1Caller caller;
    private final LiveListener listener;
    private final Reach reach;
    private final Account account;
    private final Toll toll;
    private final Upload upload;
    private final Pick.Wish wish;
    private boolean callerCloses;
    private int retries;

    private @Nullable Http1Instance instance;
    private boolean answered;
    private int status;

    /** @param bytes the head as it is sent on; released here */
    Exchange(Http1Caller caller, RequestHead request, ByteBuf bytes, int headLength) {
        this.caller = caller;
        this.listener = caller.listener();
        this.account = new Account(listener, listener.tally(), headLength);
        this.upload = new Upload(caller, account, request, bytes, this);
        this.callerCloses = request.closes();
        this.retries = upload.isRepeatable() ? listener.config().handling().retries() : 0;
        this.reach = new Reach(listener, caller.channel().eventLoop(), this);
        this.wish = listener.callee()
                .wish(rule -> rule.part() == Routing.Part.COOKIE
                        ? request.cookie(rule.name())
                        : request.header(rule.name().toLowerCase(Locale.ROOT)));
        this.toll = new Toll(listener, request, caller.channel().eventLoop(), this);
        if (listener.config().handling().accessLog()) {
            account.logs(request.method(), request.path());
        }
    }

    void start() {
        toll.begin();
    }

    // ---- faults

    @Override
    public void goesOn() {
        if (!account.isOver()) {
            reach.choose();
        }
    }

    @Override
    public void reset() {
        if (!account.isOver()) {
            over(Outcome.BROKEN);
            Sockets.reset(caller.channel());
        }
    }

    @Override
    public void aborted(int with) {
        if (!account.isOver()) {
            over(Outcome.ofStatus(with));
            answer(with, "The gate answers so on purpose: a fault is in force", !upload.isWhole());
        }
    }

    @Override
    public long bytesPerSecond() {
        return toll.bytesPerSecond();
    }

    @Override
    public boolean isCorrupted() {
        return toll.isCorrupted();
    }

    // ---- to the backend

    @Override
    public @Nullable LiveBackend choose(Collection<LiveBackend> tried) {
        return listener.callee().choose(wish, tried);
    }

    @Override
    public void dial(LiveBackend chosen) {
        account.tries(chosen);
        connect(chosen, false);
    }

    private void connect(LiveBackend chosen, boolean fresh) {
        Http1Instance.get(listener, caller.channel().eventLoop(), caller.dialer(), chosen, fresh, reached -> {
            if (account.isOver()) {
                if (reached != null) {
                    reached.release(true);
                }
            } else if (reached == null) {
                account.refused(chosen);
                reach.refused(chosen);
            } else {
                instance = reached;
                account.reaches(chosen);
                reached.serve(this);
                upload.to(reached);
            }
        });
    }

    /** Bytes came in from the caller. */
    void bodyArrived() {
        if (instance != null && !upload.isWhole()) {
            upload.more(instance);
        }
    }

    /** The caller sends no more; it may still read. */
    void inputEnded() {
        if (!upload.isWhole()) {
            ended();
        }
    }

    @Override
    public void ended() {
        cancelled();
        caller.close();
    }

    @Override
    public void malformed(MalformedException why) {
        over(Outcome.REFUSED);
        letGo();
        answer(why.status(), "The request is refused: " + why.getMessage(), true);
    }

    // ---- from the backend

    @Override
    public String method() {
        return upload.method();
    }

    @Override
    public boolean mayUpgrade() {
        return upload.isUpgrade();
    }

    @Override
    public boolean closesCaller(boolean untilClose) {
        callerCloses |= untilClose || caller.inputEnded() || listener.isRemoved() || listener.isLeaving();
        return callerCloses;
    }

    @Override
    public boolean declines(int with) {
        if (with < 502 || with > 504 || !mayRetry()) {
            return false;
        }
        goElsewhere();
        return true;
    }

    @Override
    public void answering(int with) {
        answered = true;
        status = with;
        upload.forget();
    }

    @Override
    public ChannelFuture pass(ByteBuf part, boolean more) {
        account.sent(part.readableBytes());
        return more ? caller.channel().write(part) : caller.channel().writeAndFlush(part);
    }

    @Override
    public void responded(@Nullable ChannelFuture last, boolean reusable) {
        Http1Instance by = instance;
        boolean whole = upload.isWhole();
        if (by != null) {
            instance = null;
            by.release(!(reusable && whole));
        }
        if (last == null || last.isSuccess()) {
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
        if (!account.isOver()) {
            over(Outcome.ofStatus(status));
            caller.done(callerCloses || !whole);
        }
    }

    @Override
    public void switched(Http1Instance by, ByteBuf rest) {
        upload.forget();
        instance = null;
        ByteBuf ahead = caller.takePending();
        caller.handOver();
        by.handOver();
        account.becomesTunnel(caller.channel(), by, rest, ahead);
    }

    // ---- other ends

    private boolean mayRetry() {
        if (retries > 0
                && !answered
                && upload.isRepeatable()
                && listener.callee().mayRetry()) {
            retries--;
            return true;
        }
        return false;
    }

    private void goElsewhere() {
        instance = null;
        reach.refused(account.goesElsewhere());
    }

    @Override
    public void broken(boolean reused, boolean begun, String why) {
        if (account.isOver() || instance == null) {
            return;
        }
        instance = null;
        LiveBackend by = account.backend();
        if (reused && !begun && upload.isRepeatable()) {
            // It was closed for its age, as may happen at any moment; the request was not looked at, and does not mind.
            connect(by, true);
        } else if (!begun && mayRetry()) {
            goElsewhere();
        } else {
            over(Outcome.BROKEN);
            if (answered) {
                Sockets.reset(caller.channel());
            } else {
                answer(502, "The gate got no response: " + by.name() + " " + why, !upload.isWhole());
            }
        }
    }

    @Override
    public void failed(Failure why) {
        over(Outcome.UNREACHABLE);
        int code = why == Failure.CONNECT_FAILED ? 502 : 503;
        answer(
                code,
                "The gate reaches no instance of " + listener.config().edge().callee() + ": " + why.text(),
                !upload.isWhole());
    }

    /** Called now and then. */
    void look(long now) {
        if (account.isOver() || answered || instance == null || !upload.isWhole()) {
            return;
        }
        long most = listener.limits().responseTimeout().toNanos();
        if (now - upload.sentSince() > most) {
            letGo();
            if (mayRetry()) {
                goElsewhere();
            } else {
                over(Outcome.TIMEOUT);
                answer(504, "The gate got no response within " + most / 1_000_000 + " ms", false);
            }
        }
    }

    /** The caller is gone. */
    void cancelled() {
        if (!account.isOver()) {
            reach.stop();
            toll.forget();
            over(Outcome.CANCELLED);
            letGo();
        }
    }

    private void letGo() {
        Http1Instance by = instance;
        if (by != null) {
            instance = null;
            by.release(true);
        }
    }

    private void over(Outcome outcome) {
        upload.forget();
        account.ends(outcome);
    }

    /** The gate's own. */
    private void answer(int code, String sentence, boolean close) {
        boolean closes = closesCaller(false) || close;
        ByteBuf out = Heads.answer(
                caller.channel().alloc(),
                code,
                sentence,
                closes,
                upload.method().equals("HEAD"));
        account.sent(out.readableBytes());
        caller.channel().writeAndFlush(out).addListener(written -> caller.done(closes));
    }
}
