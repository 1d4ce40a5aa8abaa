package io.homeostat.gate;

import io.homeostat.gate.control.ControlJson;
import io.homeostat.gate.control.ControlReader;
import io.homeostat.gate.control.ControlReader.Request;
import io.homeostat.gate.control.ControlSocket;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
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

        /** Called when the answer to a request has been sent. */
        void answered(Request request);
    }

    private final ServerSocketChannel server;
    private final Answers answers;
    private final ScheduledExecutorService timers;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

    private ControlServer(ServerSocketChannel server, Answers answers, ScheduledExecutorService timers) {
        this.server = server;
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
        ControlServer control = new ControlServer(server, answers, timers);
        Thread.ofVirtual().name("control").start(control::acceptAll);
        return control;
    }

    private void acceptAll() {
        while (server.isOpen()) {
            places.acquireUninterruptibly();
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // No file descriptor left, perhaps, or closed. The one passes, the other ends the loop.
                places.release();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(client));
            byte[] line;
            while ((line = line(client, in)) != null) {
                Request request = null;
                byte[] answer;
                try {
                    request = ControlReader.request(line);
                    answer = answers.to(request);
                } catch (IOException e) {
                    answer = ControlJson.refusal(String.valueOf(e.getMessage()));
                }
                send(client, answer);
                if (request != null) {
                    answers.answered(request);
                }
            }
        } catch (IOException | RejectedExecutionException gone) {
            // Whoever asked does not wait for the answer, or the gate is ending; there is nobody to tell.
        } finally {
            places.release();
        }
    }

    /** The next line; null when there is none, or not in time. */
    private byte @Nullable [] line(SocketChannel client, InputStream in) throws IOException {
        Future<?> tooSlow = timers.schedule(() -> close(client), MOST_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
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

    private static void send(SocketChannel client, byte[] answer) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(answer);
        while (out.hasRemaining()) {
            client.write(out);
        }
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            // It is closed for us either way.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
