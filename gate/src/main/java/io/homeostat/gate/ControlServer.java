package io.homeostat.gate;

import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.ControlReader;
import io.homeostat.gate.control.ControlReader.Request;
import io.homeostat.gate.control.ControlSocket;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The control socket. Only the owner of the directory can reach it; whatever he sends, the gate goes on serving: what is no
 * request is answered with what is wrong with it, what is too long or too slow is closed.
 */
final class ControlServer implements AutoCloseable {

    /** At the same time; a request may hold {@link ControlSocket#MAX_LINE} bytes of a small heap. */
    private static final int MOST_CONNECTIONS = 4;

    private static final Duration MOST_IDLE = Duration.ofSeconds(10);

    /** What the gate does when it is asked. */
    interface Answers {
        /** The line of the answer. */
        byte[] to(Request request);

        /**
         * Called when the answer to a request has been sent.
         *
         * @param since {@link System#nanoTime} before the answer was made
         */
        void answered(Request request, long since);
    }

    /** Where those come in who want something. */
    interface Door extends AutoCloseable {
        Visitor accept() throws IOException;

        boolean isOpen();

        @Override
        void close() throws IOException;
    }

    /** @param socket closing it ends both streams */
    record Visitor(Closeable socket, InputStream in, OutputStream out) {}

    private final Door door;
    private final Answers answers;
    private final ScheduledExecutorService timers;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    private ControlServer(Door door, Answers answers, ScheduledExecutorService timers) {
        this.door = door;
        this.answers = answers;
        this.timers = timers;
    }

    /** To be called by the holder of the directory's lock: a socket that is there belongs to nobody. */
    static ControlServer open(Path directory, Answers answers, ScheduledExecutorService timers) throws IOException {
        Path socket = directory.resolve(ControlSocket.NAME);
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(ControlSocket.address(directory), 64);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return open(new LocalDoor(server), answers, timers);
    }

    static ControlServer open(Door door, Answers answers, ScheduledExecutorService timers) {
        ControlServer control = new ControlServer(door, answers, timers);
        Thread.ofVirtual().name("control").start(control::acceptAll);
        return control;
    }

    private record LocalDoor(ServerSocketChannel server) implements Door {
        @Override
        public Visitor accept() throws IOException {
            SocketChannel client = server.accept();
            return new Visitor(
                    client, new BufferedInputStream(Channels.newInputStream(client)), Channels.newOutputStream(client));
        }

        @Override
        public boolean isOpen() {
            return server.isOpen();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private void acceptAll() {
        while (door.isOpen()) {
            places.acquireUninterruptibly();
            try {
                Visitor client = door.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // No file descriptor left, perhaps, or closed. The one passes, the other ends the loop.
                places.release();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private void serve(Visitor client) {
        try (Closeable _ = client.socket()) {
            byte[] line;
            while ((line = line(client)) != null) {
                Request request = null;
                byte[] answer;
                long since = System.nanoTime();
                try {
                    request = ControlReader.request(line);
                    answer = answers.to(request);
                } catch (IOException e) {
                    answer = ControlJson.refusal(String.valueOf(e.getMessage()));
                }
                send(client, answer);
                if (request != null) {
                    answers.answered(request, since);
                }
            }
        } catch (IOException | RejectedExecutionException gone) {
            // Whoever asked does not wait for the answer, or the gate is ending; there is nobody to tell.
        } finally {
            places.release();
        }
    }

    /** The next line; null when there is none, or not in time. */
    private byte @Nullable [] line(Visitor client) throws IOException {
        Future<?> tooSlow = timers.schedule(() -> close(client), MOST_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = client.in().read(); next >= 0; next = client.in().read()) {
                if (next == '\n') {
                    return line.toByteArray();
                }
                line.write(next);
                if (line.size() >= ControlSocket.MAX_LINE) {
                    send(client, ControlJson.refusal("a request has at most " + ControlSocket.MAX_LINE + " bytes"));
                    return null;
                }
            }
            return null;
        } finally {
            tooSlow.cancel(false);
        }
    }

    private static void send(Visitor client, byte[] answer) throws IOException {
        client.out().write(answer);
        client.out().flush();
    }

    private static void close(Visitor client) {
        try {
            client.socket().close();
        } catch (IOException e) {
            // It is closed for us either way.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
