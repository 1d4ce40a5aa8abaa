package io.homeostat.gate;

import io.homeostat.gate.control.ProcessIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** One gate per directory: a lock that the operating system takes back however the gate ends, and {@code gate.pid} beside it. */
final class GateLock implements AutoCloseable {

    static final String IDENTITY = "gate.pid";

    private final FileChannel channel;

    private GateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Another gate has the directory. */
    static final class HeldException extends IOException {
        private static final long serialVersionUID = 1;

        HeldException(String message) {
            super(message);
        }
    }

    static GateLock take(Path directory) throws IOException {
        Path identity = directory.resolve(IDENTITY);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            String holder = ProcessIdentity.read(identity)
                    .map(it -> "process " + it.pid())
                    .orElse("a process that is starting");
            throw new HeldException("A gate runs for " + directory + " already: " + holder
                    + ". There is one gate per directory; this one ends and has touched nothing.");
        }
        ProcessIdentity own = ProcessIdentity.of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IOException("/proc does not show this process"));
        Path fresh = directory.resolve("gate.pid.new");
        Files.writeString(fresh, own + "\n");
        Files.move(fresh, identity, StandardCopyOption.ATOMIC_MOVE);
        return new GateLock(channel);
    }

    @Override
    public void close() throws IOException {
        // gate.pid stays: while the process lives it must be found, and afterwards its identity fits no process.
        channel.close();
    }
}
