package io.homeostat.target.kubernetes.api;

import io.fabric8.kubernetes.client.http.WebSocket;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in a container: lines go in, lines come out, and its end is heard. A lost connection is the end of its input;
 * whether it has ended by then, nobody knows. Safe for use by many threads.
 */
public final class Execution implements AutoCloseable {

    /** The first byte of each message says what it is. */
    static final String PROTOCOL = "v4.channel.k8s.io";

    private static final byte INPUT = 0;
    private static final byte OUTPUT = 1;
    private static final byte ERRORS = 2;
    private static final byte END = 3;

    private static final int MOST_LINES = 1000;
    private static final int LONGEST = 1 << 16;

    private final Outage outage;
    private final String url;
    private final Deque<String> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable WebSocket socket;
    private boolean isOver;
    private boolean isLost;
    private String failure = "";

    Execution(Outage outage, String url) {
        this.outage = outage;
        this.url = url;
    }

    WebSocket.Listener listener() {
        return new Heard();
    }

    synchronized void began(WebSocket opened) {
        socket = opened;
    }

    /**
     * A line for its input.
     *
     * @return false when it is not taken: the one before is still on its way, or nobody listens any more
     * @throws IOException when the server cannot be reached
     */
    public synchronized boolean tell(String text) throws IOException {
        outage.check(url);
        WebSocket to = socket;
        if (to == null || isOver || isLost || to.queueSize() > 0) {
            return false;
        }
        byte[] said = (text + "\n").getBytes(StandardCharsets.UTF_8);
        return to.send(ByteBuffer.allocate(said.length + 1).put(INPUT).put(said).flip());
    }

    /** The next line that came out; null when none did in that time, and when there will be none. */
    public synchronized @Nullable String hear(Duration patience) throws InterruptedIOException {
        await(() -> !lines.isEmpty(), patience);
        return lines.poll();
    }

    /** Whether it has surely ended; waited for so long at most. */
    public synchronized boolean isOver(Duration patience) throws InterruptedIOException {
        await(() -> false, patience);
        return isOver;
    }

    /** Nothing is heard of it any more: it has ended, or the connection has. */
    public synchronized boolean isSilent() {
        return isOver || isLost;
    }

    /** Why it failed, or is not heard any more, as the cluster says it; empty when it ended well, or has not. */
    public synchronized String failure() {
        return failure;
    }

    /** Until it is there, nothing more is heard, or it took too long. */
    private synchronized void await(BooleanSupplier isThere, Duration patience) throws InterruptedIOException {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!isThere.getAsBoolean() && !isOver && !isLost) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for a command in a container");
        }
    }

    private synchronized void take(ByteBuffer message) {
        if (!message.hasRemaining()) {
            return;
        }
        byte channel = message.get();
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        switch (channel) {
            case OUTPUT -> output(bytes);
            case ERRORS -> failure = new String(bytes, StandardCharsets.UTF_8).strip();
            case END -> end(bytes);
            default -> {}
        }
        notifyAll();
    }

    private void output(byte[] bytes) {
        for (byte each : bytes) {
            if (each != '\n') {
                if (line.size() < LONGEST) {
                    line.write(each);
                }
                continue;
            }
            if (lines.size() >= MOST_LINES) {
                lines.poll();
            }
            lines.add(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }

    private void end(byte[] bytes) {
        isOver = true;
        try {
            Node status = Json.read(bytes);
            if (status instanceof Node.Mapping said && !said.text("status", "").equals("Success")) {
                failure = said.text("message", failure);
            }
        } catch (IOException unreadable) {
            failure = new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private synchronized void lose(String why) {
        if (!isOver) {
            isLost = true;
            failure = failure.isEmpty() ? why : failure;
        }
        notifyAll();
    }

    @Override
    public synchronized void close() {
        WebSocket open = socket;
        if (open != null) {
            open.sendClose(1000, "");
        }
    }

    private final class Heard implements WebSocket.Listener {
        @Override
        public void onMessage(WebSocket from, ByteBuffer bytes) {
            take(bytes);
            from.request();
        }

        @Override
        public void onClose(WebSocket from, int code, String reason) {
            lose("the connection was closed" + (reason.isEmpty() ? "" : ": " + reason));
        }

        @Override
        public void onError(WebSocket from, Throwable lost) {
            lose("the connection was lost: " + lost.getMessage());
        }
    }
}
