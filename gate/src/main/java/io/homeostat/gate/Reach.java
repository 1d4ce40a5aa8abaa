package io.homeostat.gate;

import io.homeostat.gate.control.Failure;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to a backend: of one connection of plain TCP, or of one request.
 *
 * <pre>
 *   ┌────────── a backend became ready, or it is time to try again ───────────┐
 *   ▼                                                                         │
 * choose ── none ─────────────────────────────────────────────► waiting ──────┤
 *   │    ▲                                                                    │ time is up
 *   ▼    │ refused: the next one                                              ▼
 *  dial ───► reached                                                        failed
 * </pre>
 *
 * Everything here runs on one event loop, except {@link #wake}, which goes there.
 */
final class Reach {

    /** Backends that are asked in one go before it waits a little: all of a small service, a few of a large one. */
    private static final int MOST_TRIES = 3;

    /** How long to wait when all that were asked refused; a killed instance is out of the configuration by then. */
    private static final Duration BEFORE_NEXT_TRIES = Duration.ofMillis(50);

    /** Who wants to get there. */
    interface Seeker {
        /** The backend to try next; null when there is none but those. */
        @Nullable
        LiveBackend choose(Collection<LiveBackend> tried);

        /** Tries a backend; what comes of it is its own, but that {@link Reach#refused} is told. */
        void dial(LiveBackend backend);

        void failed(Failure why);
    }

    private final LiveListener listener;
    private final EventLoop loop;
    private final Seeker seeker;
    private final long deadline;
    private @Nullable Set<LiveBackend> refusing;
    private boolean refused;
    private boolean awaiting;
    private @Nullable Future<?> timer;

    Reach(LiveListener listener, EventLoop loop, Seeker seeker) {
        this.listener = listener;
        this.loop = loop;
        this.seeker = seeker;
        this.deadline = System.nanoTime() + listener.limits().waitForBackend().toNanos();
    }

    void choose() {
        if (listener.isRemoved()) {
            fail(Failure.LISTENER_REMOVED);
            return;
        }
        Set<LiveBackend> tried = refusing == null ? Set.of() : refusing;
        LiveBackend chosen = tried.size() < MOST_TRIES ? seeker.choose(tried) : null;
        if (chosen == null) {
            waitOrFail();
            return;
        }
        awaitNoMore();
        seeker.dial(chosen);
    }

    /** It did not take the connection. */
    void refused(LiveBackend backend) {
        refused = true;
        if (refusing == null) {
            refusing = new HashSet<>(4);
        }
        refusing.add(backend);
        choose();
    }

    private void waitOrFail() {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            fail(refused ? Failure.CONNECT_FAILED : Failure.NO_BACKEND);
        } else if (awaiting) {
            long wait = refusing == null ? left : Math.min(left, BEFORE_NEXT_TRIES.toNanos());
            refusing = null;
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
        if (timer != null) {
            timer.cancel(false);
            timer = null;
            choose();
        }
    }

    private void fail(Failure why) {
        stop();
        listener.failed(why);
        seeker.failed(why);
    }

    /** Nobody wants to get there any more. */
    void stop() {
        awaitNoMore();
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void awaitNoMore() {
        if (awaiting) {
            awaiting = false;
            listener.awaitNoMore(this);
        }
    }
}
