package io.homeostat.gate;

import io.homeostat.gate.control.Edge;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.Fault.InForce;
import io.homeostat.gate.control.Match;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The faults in force. Whether one still is is looked at each time it would be done, by a clock that nobody sets: so it ends on
 * time whatever became of its holder, of the timers, or of the machine's date.
 */
final class Leases {

    private final LongSupplier nanos;
    private final Map<String, Map<String, Lease>> holders = new HashMap<>();
    private volatile List<Lease> all = List.of();

    /** @param nanos a clock that only goes on, as {@link System#nanoTime} */
    Leases(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** One fault of one holder. */
    final class Lease {
        private final Fault fault;
        private final long until;
        private volatile long renewedUntil;
        private volatile boolean reverted;
        private final LongAdder hits = new LongAdder();

        private Lease(Fault fault, long until, long renewedUntil) {
            this.fault = fault;
            this.until = until;
            this.renewedUntil = renewedUntil;
        }

        boolean isInForce() {
            long now = nanos.getAsLong();
            return !reverted && now - until < 0 && now - renewedUntil < 0;
        }

        Fault.Effect effect() {
            return fault.effect();
        }

        private boolean concerns(Edge edge) {
            return fault.callee().equals(edge.callee())
                    && (fault.caller().equals(Fault.ANY) || fault.caller().equals(edge.caller()));
        }
    }

    /** What a holder wants now, whole; a sign of its life. Answers with what is in force. */
    synchronized List<InForce> hold(String holder, Duration heartbeat, List<Fault> faults) {
        long now = nanos.getAsLong();
        Map<String, Lease> before = holders.getOrDefault(holder, Map.of());
        Map<String, Lease> after = new LinkedHashMap<>();
        for (Fault fault : faults) {
            Lease known = before.get(fault.id());
            boolean same = known != null && known.fault.effect().equals(fault.effect()) && sameEdge(known.fault, fault);
            // The end was said when it began. Later words may bring it nearer, and never further away.
            long end = now + fault.lasts().toNanos();
            long until = known != null && known.until - end < 0 ? known.until : end;
            if (same && known != null && known.until == until) {
                // Once it was let go, by a heartbeat that came too late, it stays reverted.
                if (known.isInForce()) {
                    known.renewedUntil = now + heartbeat.toNanos();
                }
                after.put(fault.id(), known);
            } else {
                boolean lapsed = known != null && !known.isInForce();
                after.put(fault.id(), new Lease(fault, until, lapsed ? now : now + heartbeat.toNanos()));
            }
        }
        before.forEach((id, lease) -> lease.reverted = after.get(id) != lease);
        if (after.isEmpty()) {
            holders.remove(holder);
        } else {
            holders.put(holder, after);
        }
        forgetSilentHolders();
        all = holders.values().stream()
                .flatMap(leases -> leases.values().stream())
                .toList();
        List<InForce> inForce = new ArrayList<>();
        for (Lease lease : after.values()) {
            if (lease.isInForce()) {
                inForce.add(new InForce(
                        lease.fault.id(), Duration.ofNanos(lease.until - nanos.getAsLong()), lease.hits.sum()));
            }
        }
        return inForce;
    }

    private static boolean sameEdge(Fault one, Fault other) {
        return one.caller().equals(other.caller())
                && one.callee().equals(other.callee())
                && one.match().equals(other.match())
                && one.share() == other.share();
    }

    /** Those of whom nothing is in force any more, once there are many. */
    private void forgetSilentHolders() {
        if (holders.size() > 100) {
            holders.values().removeIf(leases -> leases.values().stream().noneMatch(Lease::isInForce));
        }
    }

    /**
     * What is to be done to one request of an edge, in the order in which the faults were named.
     *
     * @param asked what it says; null of plain TCP
     */
    List<Lease> on(Edge edge, Match.@Nullable Asked asked) {
        List<Lease> known = all;
        if (known.isEmpty()) {
            return List.of();
        }
        List<Lease> hitting = new ArrayList<>();
        for (Lease lease : known) {
            if (lease.concerns(edge)
                    && lease.isInForce()
                    && lease.fault.match().fits(asked)
                    && ThreadLocalRandom.current().nextDouble() < lease.fault.share()) {
                lease.hits.increment();
                hitting.add(lease);
            }
        }
        return hitting;
    }

    /** The first of one kind that is still in force; null when there is none. */
    static <T extends Fault.Effect> @Nullable T first(List<Lease> leases, Class<T> kind) {
        for (Lease lease : leases) {
            if (kind.isInstance(lease.effect()) && lease.isInForce()) {
                return kind.cast(lease.effect());
            }
        }
        return null;
    }
}
