package io.homeostat.gate;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.GateClient;
import io.homeostat.gate.control.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The beginning of a gate that takes over from the one that has the directory. */
final class TakeOver {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path directory;
    private final GateClient client;
    private final ProcessIdentity process;
    private final Inherited sockets;
    private final Tallies tallies;

    private TakeOver(Path directory, GateClient client, ProcessIdentity process, Inherited sockets, Tallies tallies) {
        this.directory = directory;
        this.client = client;
        this.process = process;
        this.sockets = sockets;
        this.tallies = tallies;
    }

    /** It cannot be; the gate that is there goes on as before. */
    static final class FailedException extends IOException {
        private static final long serialVersionUID = 1;

        FailedException(IOException why) {
            super("This gate could not take over, and ends; the one that runs goes on. " + why.getMessage(), why);
        }
    }

    /** @throws FailedException when it cannot be */
    static TakeOver begin(Path directory) throws FailedException {
        GateClient client = new GateClient(directory, PATIENCE);
        try {
            ProcessIdentity process = ProcessIdentity.read(directory.resolve(GateLock.IDENTITY))
                    .orElseThrow(() -> new IOException("Nobody knows which process it is."));
            Counters counted = client.counters();
            return new TakeOver(
                    directory,
                    client,
                    process,
                    Inherited.from(directory, client),
                    new Tallies(counted.run(), counted.since()));
        } catch (IOException failed) {
            throw new FailedException(failed);
        }
    }

    Inherited sockets() {
        return sockets;
    }

    /** They go on where those of the other one are. */
    Tallies tallies() {
        return tallies;
    }

    /** To be called when this gate accepts connections. When this returns, the other one does not any more. */
    Predecessor finish(Tallies counting) throws IOException {
        try {
            Counters counted = client.counters();
            client.retire();
            Predecessor before = Predecessor.of(directory, process, counted.edges());
            counting.after(before::counters);
            before.follow();
            return before;
        } catch (IOException failed) {
            throw new FailedException(failed);
        }
    }

    GateLock lock() throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return GateLock.take(directory);
            } catch (GateLock.HeldException held) {
                if (System.nanoTime() - deadline >= 0) {
                    throw held;
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }
}
