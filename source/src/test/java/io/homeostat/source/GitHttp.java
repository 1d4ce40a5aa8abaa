package io.homeostat.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Serves the repositories below a directory with git's own http-backend, and breaks in the ways that servers break. */
public final class GitHttp implements AutoCloseable {
    /** What a server may do instead of answering. */
    public enum Fault {
        NONE,
        STATUS_401_WITHOUT_CHALLENGE,
        STATUS_403,
        STATUS_404,
        STATUS_500,
        RESET_IN_PACK,
        TRUNCATED_PACK,
        FLIPPED_BYTE_IN_PACK,
        GARBAGE,
        SILENCE
    }

    private final Path root;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    public final AtomicInteger requests = new AtomicInteger();
    public volatile Fault fault = Fault.NONE;
    public volatile @Nullable String authorization;

    public GitHttp(Path root) throws IOException {
        this.root = root;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url(String repository) {
        return "http://localhost:" + server.getAddress().getPort() + "/" + repository;
    }

    public void expect(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean pack = exchange.getRequestURI().getPath().endsWith("git-upload-pack");
        switch (fault) {
            case STATUS_401_WITHOUT_CHALLENGE -> status(exchange, 401);
            case STATUS_403 -> status(exchange, 403);
            case STATUS_404 -> status(exchange, 404);
            case STATUS_500 -> status(exchange, 500);
            case SILENCE -> {} // the connection stays open until the server stops
            case GARBAGE -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("<html>Please sign in</html>".getBytes(StandardCharsets.UTF_8));
                exchange.close();
            }
            case NONE, RESET_IN_PACK, TRUNCATED_PACK, FLIPPED_BYTE_IN_PACK -> {
                if (authorization != null
                        && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
                    status(exchange, 401);
                } else {
                    answer(exchange, cgi(exchange, body), pack);
                }
            }
        }
    }

    private static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void answer(HttpExchange exchange, byte[] response, boolean pack) throws IOException {
        String text = new String(response, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        int status = 200;
        for (String line : text.substring(0, end).split("\r\n")) {
            int colon = line.indexOf(':');
            if (line.startsWith("Status:")) {
                status = Integer.parseInt(line.substring(8, 11));
            } else {
                exchange.getResponseHeaders()
                        .add(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        byte[] body = java.util.Arrays.copyOfRange(response, end + 4, response.length);
        boolean withPack = pack && text.contains("PACK");
        int half = withPack ? text.indexOf("PACK") - end - 4 + 40 : body.length;
        if (withPack && fault == Fault.FLIPPED_BYTE_IN_PACK) {
            body[half] ^= 0x20;
        }
        if (withPack && fault == Fault.RESET_IN_PACK) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body, 0, half);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        }
        int length = withPack && fault == Fault.TRUNCATED_PACK ? half : body.length;
        exchange.sendResponseHeaders(status, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body, 0, length);
        }
    }

    private byte[] cgi(HttpExchange exchange, byte[] body) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        Map<String, String> environment = builder.environment();
        environment.putAll(Shell.ENVIRONMENT);
        environment.put("GIT_PROJECT_ROOT", root.toString());
        environment.put("GIT_HTTP_EXPORT_ALL", "1");
        environment.put("REMOTE_USER", "somebody");
        environment.put("REQUEST_METHOD", exchange.getRequestMethod());
        environment.put("PATH_INFO", exchange.getRequestURI().getPath());
        String query = exchange.getRequestURI().getQuery();
        environment.put("QUERY_STRING", query == null ? "" : query);
        header(exchange, "Content-Type", "CONTENT_TYPE", environment);
        header(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", environment);
        header(exchange, "Git-Protocol", "GIT_PROTOCOL", environment);
        environment.put("CONTENT_LENGTH", Integer.toString(body.length));
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(body);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(out);
        return out.toByteArray();
    }

    private static void header(HttpExchange exchange, String name, String variable, Map<String, String> environment) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
            environment.put(variable, value);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
