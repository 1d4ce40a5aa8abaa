package io.homeostat.gate;

import io.homeostat.gate.control.Applied;
import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.GateStatus.BackendStatus;
import io.homeostat.gate.control.GateStatus.ListenerStatus;
import io.homeostat.gate.control.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The data plane with real sockets in this process, with one listener at an address that no other test has. */
final class InProcess implements AutoCloseable {

    static final int PORT = 8080;
    private static final AtomicInteger COUNT =
            new AtomicInteger((int) (ProcessHandle.current().pid() % 250) << 8);

    final String host = freshHost();
    private final Tallies tallies = new Tallies("test", Instant.EPOCH);
    final Leases leases = new Leases(System::nanoTime);
    final Path directory;
    final Routings routings;
    private final Sockets sockets;
    private final Balancer balancer;
    private long generation;

    InProcess() {
        this(10_000);
    }

    InProcess(int mostConnections) {
        sockets = new Sockets(2, mostConnections, Inherited.NOTHING);
        try {
            directory = Files.createTempDirectory("gate");
            routings = Routings.open(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        balancer = new Balancer(sockets, tallies, new Steering(routings, leases), new AccessLog(directory, 1 << 20));
    }

    static String freshHost() {
        int count = COUNT.incrementAndGet();
        return "127.77." + (count >> 8 & 255) + "." + (1 + count % 250);
    }

    Listener listener(Backend... backends) {
        return Listener.of("web", host, PORT, List.of(backends));
    }

    Applied serve(Backend... backends) {
        return apply(GateConfig.DEFAULT_DRAIN, listener(backends));
    }

    Applied apply(Duration drain, Listener... listeners) {
        return balancer.apply(new GateConfig(++generation, drain, List.of(listeners)));
    }

    Applied apply(Map<String, String> callers, Listener... listeners) {
        return balancer.apply(new GateConfig(++generation, GateConfig.DEFAULT_DRAIN, "", callers, List.of(listeners)));
    }

    /** It is about to end. */
    void leave() {
        balancer.leave();
    }

    Counters counters() {
        return tallies.read();
    }

    Socket connect() throws IOException {
        return new Socket(host, PORT);
    }

    ListenerStatus status() {
        return balancer.status().getFirst();
    }

    List<ListenerStatus> all() {
        return balancer.status();
    }

    BackendStatus backend(String name) {
        return status().backends().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        sockets.close();
    }
}
