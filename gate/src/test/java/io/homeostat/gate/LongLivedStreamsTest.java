package io.homeostat.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Backend;
import io.homeostat.gate.control.GateConfig;
import io.homeostat.gate.control.Protocol;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket as Java's client speaks it, and server-sent events as curl reads them. */
class LongLivedStreamsTest {

    private static final long MOST_SECONDS = 30;

    @TempDir
    private java.nio.file.Path directory;

    private static void serve(InProcess gate, Server server) {
        gate.apply(
                GateConfig.DEFAULT_DRAIN,
                gate.listener(new Backend("s", "127.0.0.1", server.port(), true))
                        .with(Protocol.HTTP1));
    }

    /** Sends text frames back, in the form that servers use. */
    private static void echoFrames(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        String key = HttpServerProgram.header(HttpServerProgram.head(in), "sec-websocket-key");
        HttpServerProgram.write(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n\r\n");
        for (int first = in.read(); first >= 0; first = in.read()) {
            int length = in.read() & 0x7f;
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            out.write(first);
            if (length < 126) {
                out.write(length);
            } else {
                out.write(new byte[] {126, (byte) (length >> 8), (byte) length});
            }
            out.write(payload);
            out.flush();
        }
    }

    private static String accept(String key) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aWebSocketIsATunnelForFramesOfBothSides() throws Exception {
        try (InProcess gate = new InProcess();
                Server server = Server.of("ws", LongLivedStreamsTest::echoFrames);
                HttpClient client = HttpClient.newHttpClient()) {
            serve(gate, server);
            BlockingQueue<String> got = new LinkedBlockingQueue<>();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://" + gate.host + ":" + InProcess.PORT + "/"), new WebSocket.Listener() {
                        private final StringBuilder parts = new StringBuilder();

                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
                            parts.append(part);
                            if (last) {
                                got.add(parts.toString());
                                parts.setLength(0);
                            }
                            return WebSocket.Listener.super.onText(from, part, last);
                        }
                    })
                    .get(MOST_SECONDS, TimeUnit.SECONDS);
            for (int i = 1; i <= 50; i++) {
                String text = "message " + i + " ".repeat(i * 40);
                socket.sendText(text, true).get(MOST_SECONDS, TimeUnit.SECONDS);
                assertThat(got.poll(MOST_SECONDS, TimeUnit.SECONDS)).isEqualTo(text);
            }
            socket.abort();
        }
    }

    @Test
    void eventsArriveOneByOneAsTheyAreSent() throws Exception {
        BlockingQueue<String> toSend = new LinkedBlockingQueue<>();
        try (InProcess gate = new InProcess();
                Server server = Server.of("events", socket -> {
                    OutputStream out = socket.getOutputStream();
                    HttpServerProgram.head(socket.getInputStream());
                    HttpServerProgram.write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                    try {
                        for (String event = toSend.take(); !event.isEmpty(); event = toSend.take()) {
                            HttpServerProgram.write(out, "data: " + event + "\n\n");
                        }
                    } catch (InterruptedException end) {
                        Thread.currentThread().interrupt();
                    }
                })) {
            serve(gate, server);
            Process curl = new ProcessBuilder(
                            "curl", "-sN", "--max-time", "60", "http://" + gate.host + ":" + InProcess.PORT + "/")
                    .redirectError(directory.resolve("curl.err").toFile())
                    .start();
            try (BufferedReader lines = curl.inputReader()) {
                for (int i = 0; i < 10; i++) {
                    // The next is sent only when this one has been read.
                    toSend.add("event " + i);
                    assertThat(lines.readLine()).isEqualTo("data: event " + i);
                    assertThat(lines.readLine()).isEmpty();
                }
                toSend.add("");
                assertThat(lines.readLine()).isNull();
                assertThat(curl.waitFor()).isZero();
            } finally {
                curl.destroyForcibly();
            }
        }
    }
}
