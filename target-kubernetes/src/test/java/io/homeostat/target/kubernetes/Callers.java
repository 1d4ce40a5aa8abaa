package io.homeostat.target.kubernetes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Some who call a Service without a pause, from the node, and count. They keep a connection for as long as they are let, and never
 * ask a second time: what goes wrong once has failed.
 */
final class Callers implements AutoCloseable {

    private final String host;
    private final int port;
    private final AtomicLong answered = new AtomicLong();
    private final Map<String, AtomicLong> said = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Callers(String host, int port, int many) {
        this.host = host;
        this.port = port;
        for (int i = 0; i < many; i++) {
            threads.add(Thread.ofPlatform().start(this::call));
        }
    }

    private void call() {
        while (!stopped) {
            try (Socket socket = new Socket(host, port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                while (!stopped && ask(socket, in)) {
                    answered.incrementAndGet();
                }
            } catch (IOException failed) {
                failures.add(failed.toString());
            }
        }
    }

    /** Whether the connection may be used again. */
    private boolean ask(Socket socket, BufferedReader in) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: api\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String status = in.readLine();
        if (status == null || !status.contains(" 200 ")) {
            throw new IOException("answered with " + status);
        }
        boolean again = status.startsWith("HTTP/1.1");
        int length = -1;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            String header = line.toLowerCase(Locale.ROOT);
            again &= !header.equals("connection: close");
            length = header.startsWith("content-length: ")
                    ? Integer.parseInt(header.substring("content-length: ".length()))
                    : length;
        }
        StringBuilder body = new StringBuilder();
        while (length < 0 || body.length() < length) {
            int next = in.read();
            if (next < 0) {
                if (length >= 0) {
                    throw new IOException("ended after " + body.length() + " of " + length);
                }
                break;
            }
            body.append((char) next);
        }
        said.computeIfAbsent(body.toString().strip(), first -> new AtomicLong()).incrementAndGet();
        if (!again) {
            answered.incrementAndGet();
        }
        return again;
    }

    long answered() {
        return answered.get();
    }

    /** How many answers had these words. */
    long said(String words) {
        AtomicLong count = said.get(words);
        return count == null ? 0 : count.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
