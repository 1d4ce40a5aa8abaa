package io.homeostat.gate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A caller who writes what it likes, byte for byte. */
final class HttpCaller implements AutoCloseable {

    record Response(int status, String head, String body) {}

    final Socket socket;
    private final InputStream in;

    HttpCaller(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    HttpCaller send(String text) throws IOException {
        HttpServerProgram.write(socket.getOutputStream(), text);
        return this;
    }

    Response get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").response();
    }

    Response response() throws IOException {
        return response(true);
    }

    /** @param withBody false for the answer to HEAD */
    Response response(boolean withBody) throws IOException {
        String head = HttpServerProgram.head(in);
        if (head.isEmpty()) {
            throw new IOException("the connection was closed instead of an answer");
        }
        int status = Integer.parseInt(head.split(" ", -1)[1]);
        boolean framed = head.toLowerCase(java.util.Locale.ROOT).contains("content-length:")
                || head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding:");
        String body = !withBody || status < 200
                ? ""
                : framed
                        ? HttpServerProgram.body(head, in)
                        : new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Response(status, head, body);
    }

    String read(int bytes) throws IOException {
        return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
