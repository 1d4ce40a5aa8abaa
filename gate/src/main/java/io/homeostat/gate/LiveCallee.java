package io.homeostat.gate;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.Handling;
import io.homeostat.gate.control.Routing;
import io.netty.util.concurrent.EventExecutorGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One port of a Service and the backends behind it, which all its listeners share: so a backend's load is what all callers
 * together give it.
 *
 * <p>The balancer, one call at a time, changes what is configured; the event loops read it. What they read is replaced whole.
 */
final class LiveCallee {

    private final String service;
    private final Steering steering;
    private final EventExecutorGroup timers;
    private volatile List<LiveBackend> ready = List.of();
    private final Map<InetSocketAddress, LiveBackend> backends = new LinkedHashMap<>();
    private final Map<InetSocketAddress, LiveBackend> draining = new LinkedHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger mirrors = new AtomicInteger();
    private final RetryAllowance retries = new RetryAllowance();
    private final Ejections ejections = new Ejections(System::nanoTime);
    private volatile Handling handling = Handling.DEFAULT;

    /** @param service as {@code Service/api} */
    LiveCallee(String service, Steering steering, EventExecutorGroup timers) {
        this.service = service;
        this.steering = steering;
        this.timers = timers;
    }

    /** Called under the balancer's lock. */
    void update(List<Backend> changed, Handling handledSo, Duration drain) {
        handling = handledSo;
        Map<InetSocketAddress, LiveBackend> before = new LinkedHashMap<>(backends);
        backends.clear();
        draining.values().removeIf(backend -> backend.open() == 0);
        List<LiveBackend> nowReady = new ArrayList<>();
        for (Backend backend : changed) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(backend.host()), backend.port());
            LiveBackend live = before.remove(address);
            if (live == null) {
                live = draining.remove(address);
            }
            if (live != null && !live.tls().equals(backend.tls())) {
                // Connections on which somebody else was asked for are none to it.
                live.remove(drain, timers);
                live = null;
            }
            if (live == null) {
                live = new LiveBackend(address, backend);
            }
            live.update(backend);
            backends.put(address, live);
            if (backend.ready()) {
                nowReady.add(live);
            }
        }
        ready = List.copyOf(nowReady);
        before.forEach((address, backend) -> {
            backend.remove(drain, timers);
            draining.put(address, backend);
        });
    }

    Routing routing() {
        return steering.routings().of(service);
    }

    Leases leases() {
        return steering.leases();
    }

    @Nullable
    LiveBackend choose(Pick.Wish wish, Collection<LiveBackend> tried) {
        Handling how = handling;
        if (how.retries() > 0) {
            retries.earn();
        }
        return Pick.of(
                routing(),
                how.balance(),
                wish,
                how.ejectAfter() > 0 ? ejections.without(ready) : ready,
                tried,
                LiveBackend::version,
                LiveBackend::open,
                backend -> backend.address,
                ThreadLocalRandom.current()::nextLong,
                turn.getAndIncrement());
    }

    /** Whether a request may be made once more now: one in five on average, so that retries make no outage worse. */
    boolean mayRetry() {
        return retries.spend();
    }

    /** What became of a request at a backend. */
    void judge(LiveBackend backend, boolean failed) {
        Handling how = handling;
        if (how.ejectAfter() > 0) {
            ejections.judge(backend, failed, how, ready);
        }
    }

    /** A backend for a copy; null when there is none ready, or too many copies are under way. */
    @Nullable
    LiveBackend mirror(String version, int most) {
        List<LiveBackend> candidates = new ArrayList<>();
        for (LiveBackend backend : ready) {
            if (backend.version().equals(version)) {
                candidates.add(backend);
            }
        }
        LiveBackend chosen = Choice.fewest(candidates, List.of(), LiveBackend::open, turn.getAndIncrement());
        if (chosen != null && mirrors.incrementAndGet() > most) {
            mirrors.decrementAndGet();
            return null;
        }
        return chosen;
    }

    void mirrorEnded() {
        mirrors.decrementAndGet();
    }

    /** What routing and balancing want to know of a request. */
    Pick.Wish wish(Function<Routing.Rule, @Nullable String> read) {
        return Pick.wish(routing(), handling.key(), read);
    }

    /** Called under the balancer's lock. */
    List<BackendStatus> status() {
        List<BackendStatus> statuses = new ArrayList<>();
        backends.values().forEach(backend -> statuses.add(backend.status(false)));
        draining.values().removeIf(backend -> backend.open() == 0);
        draining.values().forEach(backend -> statuses.add(backend.status(true)));
        return statuses;
    }
}
