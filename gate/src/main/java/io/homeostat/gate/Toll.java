package io.homeostat.gate;

import io.homeostat.gate.Leases.Lease;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Match;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults that one request meets: those before it goes on its way, and those that its response meets. */
final class Toll {

    private final List<Lease> leases;
    private final Afflicted.Victim victim;
    private final @Nullable Afflicted afflicted;

    Toll(LiveListener listener, Match.Asked asked, EventLoop loop, Afflicted.Victim victim) {
        this.leases = listener.callee().leases().on(listener.config().edge(), asked);
        this.victim = victim;
        this.afflicted = leases.isEmpty() ? null : new Afflicted(leases, loop, victim);
    }

    void begin() {
        if (afflicted == null) {
            victim.goesOn();
        } else {
            afflicted.begin();
        }
    }

    /** Nobody waits for it any more. */
    void forget() {
        if (afflicted != null) {
            afflicted.forget();
        }
    }

    /** Of the response's body, for as long as that is in force; 0 for as fast as it goes. */
    long bytesPerSecond() {
        Fault.Effect.Bandwidth bandwidth = Leases.first(leases, Fault.Effect.Bandwidth.class);
        return bandwidth == null ? 0 : bandwidth.bytesPerSecond();
    }

    boolean isCorrupted() {
        return Leases.first(leases, Fault.Effect.Corruption.class) != null;
    }
}
