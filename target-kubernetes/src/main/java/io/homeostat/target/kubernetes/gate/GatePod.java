package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Routing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One gate pod: what it was told, and when it answered last. One word at a time is said to it. */
final class GatePod {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable GateClient client;
    private volatile @Nullable SSLContext tls;
    private volatile long told;
    private volatile @Nullable Routing spread;
    private volatile long answered = System.nanoTime();

    void reach(InetSocketAddress at, SSLContext with) {
        if (client == null || !with.equals(tls)) {
            spread = null;
            client = new GateClient(at, with, PATIENCE);
            tls = with;
        }
    }

    boolean isTold() {
        return told > 0;
    }

    /** Whether there is something to say to it, if only that there is an agent. */
    boolean isDue(GateConfig wanted, Routing routing, Duration heartbeat) {
        return !busy.get()
                && wanted.generation() > 0
                && (!follows(wanted, routing) || System.nanoTime() - answered > heartbeat.toNanos());
    }

    /** Whether it does what is wanted. */
    boolean follows(GateConfig wanted, Routing routing) {
        return told == wanted.generation() && routing.equals(spread);
    }

    /** @param callee whose requests are spread */
    void tell(GateConfig wanted, String callee, Routing routing) {
        GateClient to = client;
        if (to == null || !busy.compareAndSet(false, true)) {
            return;
        }
        try {
            boolean isDivided = !routing.equals(Routing.EVEN);
            if (isDivided) {
                // Before a version may have traffic it is said how much.
                spread(to, callee, routing);
            }
            // A gate that was started again in its pod has what it wrote down, which may be old.
            if (told != wanted.generation() || to.status().generation() != wanted.generation()) {
                var _ = to.apply(wanted);
                told = wanted.generation();
            }
            spread(to, callee, routing);
            answered = System.nanoTime();
        } catch (IOException away) {
            // It is starting, ending, or cannot be reached from here; it is tried again, and serves what it has.
        } finally {
            busy.set(false);
        }
    }

    private void spread(GateClient to, String callee, Routing routing) throws IOException {
        if (!routing.equals(spread)) {
            to.route(callee, routing);
            spread = routing;
        }
    }

    Counters counters() throws IOException {
        GateClient from = client;
        if (from == null) {
            throw new IOException("it was not reached yet");
        }
        return from.counters();
    }

    /** @return those in force there */
    List<Fault.InForce> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        GateClient to = client;
        if (to == null) {
            throw new IOException("it was not reached yet");
        }
        return to.hold(holder, heartbeat, faults);
    }
}
