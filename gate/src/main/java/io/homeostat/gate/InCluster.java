package io.homeostat.gate;

import io.homeostat.gate.control.GateConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The life of a gate that is a pod: it begins with what its {@link Mount} says, is told by an agent what to do, goes on
 * {@link Alone} when none speaks, and before it ends sends its callers away.
 *
 * <pre>
 *   mounted ──► alone ◄── silence ──┐
 *                 │                 │      SIGTERM
 *                 └── an agent ──► told ─────────────► leaving ──► ended
 * </pre>
 */
final class InCluster {

    static final InetSocketAddress METRICS = new InetSocketAddress(9464);

    /** Another agent takes over within ten seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    /** So long a new gate waits for an agent before it takes callers on its own. */
    private static final Duration FIRST_WORD = Duration.ofSeconds(5);

    /** So long new callers come after the end was announced: everybody has to hear of it first. */
    private static final Duration STILL_FOUND = Duration.ofSeconds(8);

    /** So long requests may take after that. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(25);

    private final Mount mount;
    private final Balancer balancer;
    private final Consumer<String> log;
    private GateConfig config = GateConfig.EMPTY;
    private boolean alone = true;
    private boolean everTold;
    private boolean leaving;
    private final long began = System.nanoTime();
    private long heard = began;
    private String complaint = "";

    InCluster(Mount mount, Balancer balancer, Consumer<String> log) {
        this.mount = mount;
        this.balancer = balancer;
        this.log = log;
    }

    /** @param own what this gate wrote down before it was started again */
    void begin(GateConfig own) {
        config = own;
        look();
    }

    /** Whether new callers may come. */
    synchronized boolean isReady() {
        boolean mayGoAlone = System.nanoTime() - began > FIRST_WORD.toNanos();
        return !leaving && !config.listeners().isEmpty() && (everTold || mayGoAlone);
    }

    /** An agent has put this into effect. */
    synchronized void told(GateConfig said) {
        config = said;
        alone = false;
        everTold = true;
        heard = System.nanoTime();
    }

    /** An agent has asked for something. */
    synchronized void heard() {
        heard = System.nanoTime();
        if (alone && everTold) {
            alone = false;
            var _ = balancer.apply(config);
            log.accept("an agent speaks again: requests go to the instances that it names");
        }
    }

    /** At what is mounted, and at how long no agent has spoken. To be called now and then, and not from an event loop. */
    synchronized void look() {
        if (leaving) {
            return;
        }
        try {
            GateConfig mounted = mount.config();
            if (mounted != null && mounted.generation() > config.generation()) {
                config = mounted;
                var _ = balancer.apply(alone ? Alone.of(mounted) : mounted);
            } else if (!alone && System.nanoTime() - heard > SILENCE.toNanos()) {
                alone = true;
                var _ = balancer.apply(Alone.of(config));
                log.accept("no agent has spoken for " + SILENCE.toSeconds()
                        + " s: requests go where the cluster knows the instances");
            } else if (alone && balancer.generation() != config.generation()) {
                var _ = balancer.apply(Alone.of(config));
            }
            complaint = "";
        } catch (IOException unreadable) {
            String said = "what is mounted cannot be read (" + unreadable.getMessage() + "); what was served before is";
            if (!said.equals(complaint)) {
                complaint = said;
                log.accept(said);
            }
        }
    }

    /** Sends callers away and waits until they are gone, at most a little longer than half a minute. */
    void leave() {
        synchronized (this) {
            leaving = true;
        }
        log.accept("told to end: callers are sent elsewhere");
        balancer.leave();
        long began = System.nanoTime();
        long end = STILL_FOUND.plus(LAST_REQUESTS).toNanos();
        while (System.nanoTime() - began < STILL_FOUND.toNanos()
                || (balancer.open() > 0 && System.nanoTime() - began < end)) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        log.accept("ends with " + balancer.open() + " connections");
    }
}
