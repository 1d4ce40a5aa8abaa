package io.homeostat.gate;

import io.homeostat.gate.Leases.Lease;
import io.homeostat.gate.control.Fault.Effect;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request, or a connection of plain TCP, that faults are done to before it goes on its way: first it waits, then it vanishes for
 * a while, then it is reset or answered.
 */
final class Afflicted {

    /** How often a request that is held up looks whether it still has to be. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What becomes of it. */
    interface Victim {
        void goesOn();

        void reset();

        void aborted(int status);
    }

    private final List<Lease> leases;
    private final EventLoop loop;
    private final Victim victim;
    private @Nullable Future<?> timer;

    Afflicted(List<Lease> leases, EventLoop loop, Victim victim) {
        this.leases = leases;
        this.loop = loop;
        this.victim = victim;
    }

    void begin() {
        Effect.Latency latency = Leases.first(leases, Effect.Latency.class);
        if (latency == null) {
            vanish();
            return;
        }
        long jitter = latency.jitter().toNanos();
        long wait = latency.mean().toNanos()
                + (jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(-jitter, jitter + 1));
        long until = System.nanoTime() + wait;
        late(until);
    }

    /** It waits no longer than the fault is in force. */
    private void late(long until) {
        long left = until - System.nanoTime();
        if (left <= 0 || Leases.first(leases, Effect.Latency.class) == null) {
            vanish();
        } else {
            timer = loop.schedule(() -> late(until), Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    private void vanish() {
        if (Leases.first(leases, Effect.Blackhole.class) != null) {
            timer = loop.schedule(this::vanish, LOOK_NANOS, TimeUnit.NANOSECONDS);
        } else {
            end();
        }
    }

    private void end() {
        Effect.Abort abort = Leases.first(leases, Effect.Abort.class);
        if (Leases.first(leases, Effect.Reset.class) != null) {
            victim.reset();
        } else if (abort != null) {
            victim.aborted(abort.status());
        } else {
            victim.goesOn();
        }
    }

    /** Nobody waits for it any more. */
    void forget() {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
