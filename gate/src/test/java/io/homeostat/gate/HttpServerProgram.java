package io.homeostat.gate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A program behind the gate that speaks HTTP/1.1, to the letter and no more: it keeps what it was sent, and answers by path.
 *
 * <pre>
 *  /echo       200 and the request's body        /status/N   N and its name
 *  /chunks     200 in three chunks               /cut        half of what it promised, then closes
 *  /until      200 until it closes               /last       200, and closes at the next request
 * </pre>
 */
final class HttpServerProgram {

    /** A request as it arrived. */
    record Got(String head, String body) {}

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    final List<Got> got = new CopyOnWriteArrayList<>();
    private final String name;

    /** Answers everything with 503. */
    volatile boolean failing;

    HttpServerProgram(String name) {
        this.name = name;
    }

    Server serve() throws IOException {
        return Server.of(name, this::converse);
    }

    private void converse(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        for (String head = head(in); !head.isEmpty(); head = head(in)) {
            String path = head.split(" ", -1)[1];
            if (header(head, "expect").equals("100-continue")) {
                write(out, "HTTP/1.1 100 Continue\r\n\r\n");
            }
            String body = body(head, in);
            got.add(new Got(head, body));
            if (!answer(path, head, body, in, out)) {
                return;
            }
        }
    }

    private boolean answer(String path, String head, String body, InputStream in, OutputStream out) throws IOException {
        if (failing) {
            write(out, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
            return true;
        }
        String first = path.split("\\?", -1)[0];
        if (first.startsWith("/status/")) {
            String status = first.substring("/status/".length());
            write(out, "HTTP/1.1 " + status + " X\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
            return true;
        }
        switch (first) {
            case "/chunks" ->
                write(out, OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTail: 1\r\n\r\n");
            case "/cut" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                return false;
            }
            case "/until" -> {
                write(out, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end");
                return false;
            }
            case "/garbage" -> {
                write(out, "what?\r\n\r\n");
                return false;
            }
            case "/last" -> {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast");
                head(in);
                return false;
            }
            case "/switch" -> {
                write(out, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi");
                in.transferTo(out);
                return false;
            }
            case "/silent" -> {
                in.transferTo(OutputStream.nullOutputStream());
                return false;
            }
            default -> {
                byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
                boolean bodiless = head.startsWith("HEAD ");
                write(
                        out,
                        "HTTP/1.1 200 OK\r\nServed-By: " + name + "\r\nContent-Length: "
                                + (bodiless ? 42 : bytes.length) + "\r\n\r\n" + (bodiless ? "" : body));
            }
        }
        return true;
    }

    static String header(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Up to and with the empty line; empty at the end of the stream. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    static String body(String head, InputStream in) throws IOException {
        if (header(head, "transfer-encoding").equalsIgnoreCase("chunked")) {
            StringBuilder body = new StringBuilder();
            while (true) {
                int size = Integer.parseInt(line(in).split(";", -1)[0], 16);
                if (size == 0) {
                    while (!line(in).isEmpty()) {}
                    return body.toString();
                }
                body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
                line(in);
            }
        }
        String length = header(head, "content-length");
        return length.isEmpty() ? "" : new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
