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

    /** How often a request that vanished looks whether it may come back. */
    private static final long LOOK_MILLIS = 20;

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
        timer = loop.schedule(this::vanish, wait, TimeUnit.NANOSECONDS);
    }

    private void vanish() {
        boolean gone =
                leases.stream().anyMatch(lease -> lease.effect() instanceof Effect.Blackhole && lease.isInForce());
        if (gone) {
            timer = loop.schedule(this::vanish, LOOK_MILLIS, TimeUnit.MILLISECONDS);
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
