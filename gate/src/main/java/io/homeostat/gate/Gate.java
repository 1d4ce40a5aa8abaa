package io.homeostat.gate;

import io.homeostat.gate.control.Addresses;
import io.homeostat.gate.control.Applied;
import io.homeostat.gate.control.ConfigCheck;
import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.ControlReader.Request;
import io.homeostat.gate.control.FaultCheck;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.GateVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gate's process: {@code gate --dir DIR}. It serves what {@code DIR/config.json} says as soon as it runs, and does what the
 * control socket asks. As a pod it is {@code gate --dir DIR --mount SECRET} ({@link InCluster}). With {@code --take-over} it takes the sockets of
 * the gate that has the directory ({@link Inherited}). Exit codes: 0 stopped on request, 1 failed, 3 another gate has the directory,
 * 4 could not take over from the gate that has it, and has changed nothing; 64 wrong use.
 */
public final class Gate implements ControlServer.Answers {

    private static final int FAILED = 1;
    private static final int HELD = 3;
    private static final int NOT_TAKEN_OVER = 4;
    private static final int WRONG_USE = 64;
    private static final int MOST_THREADS = 4;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    /** Bytes; there are two of them. */
    private static final long MOST_ACCESS_LOG = 32 << 20;

    /** Bytes; measured are 3.7 KiB, and the collector wants as much again. */
    private static final int HEAP_PER_CONNECTION = 8 << 10;

    private final ConfigStore store;
    private final Balancer balancer;
    private final Tallies tallies;
    private final Steering steering;
    private final @Nullable InCluster cluster;
    private final String version;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final MetricsServer metrics;
    private final Retirement retirement;
    private volatile @Nullable Predecessor before;
    private List<String> warnings;

    private Gate(
            ConfigStore store,
            Balancer balancer,
            Tallies tallies,
            Steering steering,
            @Nullable InCluster cluster,
            String version,
            Retirement retirement,
            List<String> warnings) {
        this.retirement = retirement;
        this.steering = steering;
        this.cluster = cluster;
        this.store = store;
        this.balancer = balancer;
        this.tallies = tallies;
        this.metrics =
                new MetricsServer(() -> Prometheus.text(tallies.read()), () -> cluster == null || cluster.isReady());
        this.version = version;
        this.warnings = warnings;
    }

    public static void main(String[] args) {
        boolean mounted = args.length == 4 && args[2].equals("--mount");
        boolean takesOver = args.length == 3 && args[2].equals("--take-over");
        if ((args.length != 2 && !mounted && !takesOver) || !args[0].equals("--dir")) {
            System.err.println(
                    "Usage: gate --dir DIR [--mount DIR | --take-over]\nExample: gate --dir /var/lib/homeostat/gate");
            System.exit(WRONG_USE);
        }
        try {
            run(Path.of(args[1]).toAbsolutePath(), mounted ? new Mount(Path.of(args[3])) : null, takesOver);
            System.exit(0);
        } catch (GateLock.HeldException e) {
            log(String.valueOf(e.getMessage()));
            System.exit(HELD);
        } catch (TakeOver.FailedException e) {
            log(String.valueOf(e.getMessage()));
            System.exit(NOT_TAKEN_OVER);
        } catch (IOException | InterruptedException | RuntimeException e) {
            log("The gate cannot go on: " + e);
            System.exit(FAILED);
        }
    }

    private static void run(Path directory, @Nullable Mount mount, boolean takesOver)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        GateLock lock;
        try {
            lock = GateLock.take(directory);
        } catch (GateLock.HeldException held) {
            if (!takesOver) {
                throw held;
            }
            serve(directory, null, null, TakeOver.begin(directory));
            return;
        }
        // Looked at behind the lock: whoever wants no gate writes this first and then looks who has the lock.
        if (!Files.exists(directory.resolve("stop"))) {
            serve(directory, mount, lock, null);
        }
        lock.close();
    }

    /** @param held the directory's lock; null when it is to be had from the gate that is taken over from */
    private static void serve(
            Path directory, @Nullable Mount mount, @Nullable GateLock held, @Nullable TakeOver takeOver)
            throws IOException, InterruptedException {
        ConfigStore store = new ConfigStore(directory);
        ConfigStore.Loaded loaded = store.load();
        loaded.warnings().forEach(Gate::log);
        Runtime machine = Runtime.getRuntime();
        Inherited inherited = takeOver == null ? Inherited.NOTHING : takeOver.sockets();
        Sockets sockets = new Sockets(
                Math.min(machine.availableProcessors(), MOST_THREADS),
                Math.toIntExact(machine.maxMemory() / HEAP_PER_CONNECTION),
                inherited);
        Tallies tallies = takeOver == null
                ? new Tallies(ProcessHandle.current().pid() + "-" + UUID.randomUUID(), Instant.now())
                : takeOver.tallies();
        Steering steering = new Steering(Routings.open(directory), new Leases(System::nanoTime));
        AccessLog accessLog = new AccessLog(directory, MOST_ACCESS_LOG);
        Balancer balancer = new Balancer(sockets, tallies, steering, accessLog);
        InCluster cluster = mount == null ? null : new InCluster(mount, balancer, Gate::log);
        if (cluster == null) {
            report(balancer.apply(loaded.config()));
        }
        Predecessor before = Predecessor.left(directory);
        GateLock lock = held;
        if (takeOver != null) {
            inherited.closeRest();
            before = takeOver.finish(tallies);
            lock = takeOver.lock();
            // What the other one was told while this one began.
            loaded = store.load();
            steering.routings().readAgain();
            report(balancer.apply(loaded.config()));
        }
        Retirement retirement = new Retirement(directory, balancer, lock);
        Gate gate =
                new Gate(store, balancer, tallies, steering, cluster, GateVersion.own(), retirement, loaded.warnings());
        gate.before = before;
        ControlServer control = ControlServer.open(directory, gate, sockets.timers());
        ControlServer remote = null;
        if (mount != null && cluster != null) {
            cluster.begin(loaded.config());
            gate.metrics.serve(InCluster.METRICS);
            remote = ControlServer.open(mount.door(Mount.CONTROL_PORT), gate, sockets.timers());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> gate.leave(cluster), "leave"));
        } else {
            gate.serveMetrics(loaded.config());
        }
        log("serving " + loaded.config().listeners().size() + " listeners of generation "
                + loaded.config().generation());
        // On none of the event loops: whoever closes a listener has the balancer's lock and waits for them.
        while (!gate.stopped.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
            if (cluster != null) {
                cluster.look();
            }
            gate.endWithout(directory);
        }
        control.close();
        if (remote != null) {
            remote.close();
        }
        gate.metrics.close();
        sockets.close();
        accessLog.close();
        log("stopped");
    }

    private void leave(InCluster cluster) {
        if (stopped.getCount() > 0) {
            cluster.leave();
        }
    }

    /** A gate whose directory was removed can be told nothing any more, and whoever comes next could not have its addresses. */
    private void endWithout(Path directory) {
        // Not the same as "does not exist": an error in looking is no reason to end.
        if (Files.notExists(directory.resolve(GateLock.IDENTITY))) {
            log(directory + " was removed, so this gate ends");
            stopped.countDown();
        } else if (retirement.isOver(before)) {
            log("the last connections of before the hand-over have ended: " + balancer.open() + " are left");
            stopped.countDown();
        }
    }

    @Override
    public byte[] to(Request request) {
        if (cluster != null && !(request instanceof Request.Apply)) {
            cluster.heard();
        }
        Predecessor earlier = before;
        if (earlier != null) {
            earlier.tell(request);
        }
        return switch (request) {
            case Request.Apply apply -> apply(apply.config());
            case Request.Status ignored -> ControlJson.answer(status());
            case Request.ReadCounters ignored -> ControlJson.answer(tallies.read());
            case Request.Route route -> route(route);
            case Request.Hold hold -> hold(hold);
            case Request.Shutdown ignored -> ControlJson.done();
            case Request.HandOver ignored -> handOver();
            case Request.Retire ignored -> retire();
        };
    }

    /** Nothing changes here by it: the other gate may never come so far as to have this one retire. */
    private byte[] handOver() {
        if (cluster != null || retirement.hasBegun()) {
            return ControlJson.refusal(
                    "this gate hands nothing over: it " + (cluster != null ? "is a pod" : "has done so"));
        }
        try {
            return ControlJson.leftSockets(retirement.leaveSockets());
        } catch (IOException e) {
            return ControlJson.refusal("its sockets cannot be handed over: " + e.getMessage());
        }
    }

    private synchronized byte[] retire() {
        if (cluster != null || retirement.hasBegun()) {
            return ControlJson.refusal("this gate does not retire");
        }
        try {
            metrics.close();
            retirement.begin();
            log("another gate has taken over; " + balancer.open() + " connections are served until they end");
            return ControlJson.done();
        } catch (IOException e) {
            return ControlJson.refusal("it cannot retire: " + e.getMessage());
        }
    }

    @Override
    public void answered(Request request, long since) {
        if (request instanceof Request.Shutdown) {
            stopped.countDown();
        } else if (request instanceof Request.ReadCounters) {
            retirement.read(since);
        }
    }

    private synchronized byte[] apply(GateConfig config) {
        List<String> problems = ConfigCheck.problems(config);
        if (!problems.isEmpty()) {
            return ControlJson.refusal(String.join("; ", problems));
        }
        if (retirement.hasBegun()) {
            return ControlJson.answer(balancer.apply(config));
        }
        try {
            store.save(config);
        } catch (IOException e) {
            return ControlJson.refusal("the configuration could not be written down (" + e.getMessage()
                    + "), so the one before stays in effect");
        }
        warnings = List.of();
        if (cluster != null) {
            cluster.told(config);
        } else {
            serveMetrics(config);
        }
        Applied applied = balancer.apply(config);
        report(applied);
        return ControlJson.answer(applied);
    }

    private byte[] route(Request.Route route) {
        try {
            if (retirement.hasBegun()) {
                steering.routings().hear(route.callee(), route.routing());
            } else {
                steering.routings().put(route.callee(), route.routing());
            }
            return ControlJson.done();
        } catch (IOException e) {
            return ControlJson.refusal("the routing could not be written down (" + e.getMessage()
                    + "), so the one before stays in effect");
        }
    }

    private byte[] hold(Request.Hold hold) {
        List<String> problems = FaultCheck.problems(hold.heartbeat(), hold.faults());
        return problems.isEmpty()
                ? ControlJson.answer(steering.leases().hold(hold.holder(), hold.heartbeat(), hold.faults()))
                : ControlJson.refusal(String.join("; ", problems));
    }

    private void serveMetrics(GateConfig config) {
        try {
            metrics.serve(Addresses.of(config.metrics()).orElse(null));
        } catch (IOException e) {
            log("metrics are not served at " + config.metrics() + ": " + e.getMessage());
        }
    }

    private synchronized GateStatus status() {
        List<ListenerStatus> listeners = new ArrayList<>(balancer.status());
        Predecessor earlier = before;
        if (earlier != null) {
            listeners.addAll(earlier.listeners());
        }
        return new GateStatus(version, ProcessHandle.current().pid(), balancer.generation(), warnings, listeners);
    }

    private static void report(Applied applied) {
        applied.errors().forEach(error -> log("listener " + error.listener() + " is not open: " + error.error()));
    }

    private static void log(String sentence) {
        System.out.println(Instant.now() + " gate: " + sentence);
    }
}
