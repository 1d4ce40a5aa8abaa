package io.homeostat.gate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Serves {@code /metrics} to whoever scrapes, and {@code /readyz} to whoever sends callers: one answer for each connection, few at a time, apart from the event loops. */
final class MetricsServer implements AutoCloseable {

    private static final int MOST_CONNECTIONS = 4;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MOST_HEAD = 8 << 10;

    private final Supplier<String> text;
    private final BooleanSupplier ready;
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private @Nullable ServerSocket server;
    private @Nullable InetSocketAddress at;

    /** @param ready whether new callers may come, as {@code /readyz} says it */
    MetricsServer(Supplier<String> text, BooleanSupplier ready) {
        this.text = text;
        this.ready = ready;
    }

    /**
     * Serves there from now on, and nowhere else.
     *
     * @param address null for nowhere
     * @throws IOException when that cannot be; the gate's other work does not depend on it
     */
    synchronized void serve(@Nullable InetSocketAddress address) throws IOException {
        if (address != null && address.equals(at)) {
            return;
        }
        close();
        if (address != null) {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(address, MOST_CONNECTIONS);
            server = opened;
            at = address;
            Thread.ofVirtual().name("metrics").start(() -> acceptAll(opened));
        }
    }

    private void acceptAll(ServerSocket from) {
        while (!from.isClosed()) {
            places.acquireUninterruptibly();
            try {
                Socket scraper = from.accept();
                Thread.ofVirtual().start(() -> answer(scraper));
            } catch (IOException closed) {
                places.release();
            }
        }
    }

    private void answer(Socket scraper) {
        try (scraper) {
            scraper.setSoTimeout(PATIENCE_MILLIS);
            String first = firstLine(new BufferedInputStream(scraper.getInputStream()));
            if (first.startsWith("GET /metrics ") || first.startsWith("GET /metrics?")) {
                answer(scraper, "200 OK", Prometheus.TYPE, text.get());
            } else if (first.startsWith("GET /readyz ")) {
                boolean now = ready.getAsBoolean();
                answer(
                        scraper,
                        now ? "200 OK" : "503 Service Unavailable",
                        "text/plain",
                        now ? "ready\n" : "not ready\n");
            } else {
                answer(scraper, "404 Not Found", "text/plain", "There are only /metrics and /readyz here.\n");
            }
        } catch (IOException gone) {
            // Whoever scraped does so again.
        } finally {
            places.release();
        }
    }

    private static void answer(Socket scraper, String status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        scraper.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        scraper.getOutputStream().write(body);
    }

    /** The first line of a request, when its whole head has come. */
    private static String firstLine(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MOST_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("it ended within its head");
            }
            head.append((char) next);
            if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
                return head.substring(0, head.indexOf("\r\n"));
            }
        }
        throw new IOException("its head is too long");
    }

    @Override
    public synchronized void close() throws IOException {
        if (server != null) {
            server.close();
            server = null;
            at = null;
        }
    }
}
