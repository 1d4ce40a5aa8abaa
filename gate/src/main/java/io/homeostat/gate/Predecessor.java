package io.homeostat.gate;

import io.homeostat.gate.control.ControlReader.Request;
import io.homeostat.gate.control.ControlSocket;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.GateException;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The gate before this one, which handed its sockets over and serves the connections it has until they end. What this gate is
 * told it hears too; what it counts is counted here. It may have one before it, with which it does the same.
 */
final class Predecessor {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ProcessIdentity process;
    private final GateClient client;
    private final Map<String, Request> missed = new HashMap<>();
    private volatile List<EdgeCounters> last;
    private boolean isTellingAgain;

    private Predecessor(ProcessIdentity process, GateClient client, List<EdgeCounters> last) {
        this.process = process;
        this.client = client;
        this.last = last;
    }

    /** Moves the control socket of this process, which is about to be one, out of the way of the next. */
    static void become(Path directory, ProcessIdentity own) throws IOException {
        Path place = GateLauncher.before(directory).resolve(String.valueOf(own.pid()));
        Files.createDirectories(place);
        Files.writeString(place.resolve(GateLock.IDENTITY), own + "\n");
        Files.move(
                directory.resolve(ControlSocket.NAME),
                place.resolve(ControlSocket.NAME),
                StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The one that retires.
     *
     * @param last what it had counted when it was asked last
     */
    static Predecessor of(Path directory, ProcessIdentity process, List<EdgeCounters> last) {
        Path place = GateLauncher.before(directory).resolve(String.valueOf(process.pid()));
        return new Predecessor(process, new GateClient(place, PATIENCE), last);
    }

    /** Of a gate that died: the one before it may live on. */
    static @Nullable Predecessor left(Path directory) throws IOException {
        Predecessor newest = null;
        long since = 0;
        for (Path place : GateLauncher.retired(directory)) {
            Optional<ProcessIdentity> process = ProcessIdentity.read(place.resolve(GateLock.IDENTITY));
            long began = Files.getLastModifiedTime(place).toMillis();
            if (process.isPresent() && process.get().isAlive() && began >= since) {
                newest = of(directory, process.get(), List.of());
                since = began;
            }
        }
        return newest;
    }

    boolean isAlive() {
        try {
            return process.isAlive();
        } catch (IOException unknown) {
            return true;
        }
    }

    /** Where it does not answer, what it was told before stays in effect there until it has heard what is new. */
    void tell(Request request) {
        String about = switch (request) {
            case Request.Apply _ -> "";
            case Request.Route route -> route.callee();
            default -> null;
        };
        if (about == null) {
            // Faults are told again with the next heartbeat.
            var _ = hears(request);
            return;
        }
        synchronized (missed) {
            missed.remove(about);
            if (!hears(request)) {
                missed.put(about, request);
                if (!isTellingAgain) {
                    isTellingAgain = true;
                    Thread.ofVirtual().name("predecessor hears").start(this::tellAgain);
                }
            }
        }
    }

    private void tellAgain() {
        while (true) {
            LockSupport.parkNanos(PATIENCE.toNanos());
            synchronized (missed) {
                missed.values().removeIf(this::hears);
                if (missed.isEmpty()) {
                    isTellingAgain = false;
                    return;
                }
            }
        }
    }

    /** @return false when it has to be told again */
    private boolean hears(Request request) {
        if (!isAlive()) {
            return true;
        }
        try {
            switch (request) {
                case Request.Apply apply -> {
                    var _ = client.apply(apply.config());
                }
                case Request.Route route -> client.route(route.callee(), route.routing());
                case Request.Hold hold -> {
                    var _ = client.hold(hold.holder(), hold.heartbeat(), hold.faults());
                }
                case Request.Shutdown _ -> client.shutdown();
                case Request.Status _, Request.ReadCounters _, Request.HandOver _, Request.Retire _ -> {}
            }
            return true;
        } catch (GateException refused) {
            return true;
        } catch (IOException away) {
            // It ends just now, or hangs.
            return false;
        }
    }

    List<ListenerStatus> listeners() {
        if (isAlive()) {
            try {
                return client.status().listeners();
            } catch (IOException away) {
                // It ends just now.
            }
        }
        return List.of();
    }

    /** As of now; when it has ended, as of its end. One reading after the other: an older one would replace the last. */
    synchronized List<EdgeCounters> counters() {
        if (isAlive()) {
            try {
                Counters now = client.counters();
                last = now.edges();
                return last;
            } catch (IOException away) {
                // It ends just now.
            }
        }
        return isAlive() ? last : last.stream().map(EdgeCounters::ended).toList();
    }

    /** It stays until somebody has read its last numbers. */
    void follow() {
        Thread.ofVirtual().name("predecessor").start(() -> {
            while (isAlive()) {
                var _ = counters();
                LockSupport.parkNanos(PATIENCE.toNanos());
            }
        });
    }
}
