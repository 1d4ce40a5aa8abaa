package io.homeostat.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: routes, the token, errors. One virtual thread per request, so a handler may block and a stream may last.
 * The JDK's own server: see {@code docs/decisions/0002-http-server.md}.
 */
final class Api implements AutoCloseable {

    /** Push events of large commits have some megabytes. */
    private static final int MAX_BODY = 5 << 20;

    /** What a route does with a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Request request) throws IOException, Refusal, InterruptedException;
    }

    private record Route(String method, boolean open, Handler handler) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Route> routes = new TreeMap<>();
    private final byte[] token;

    Api(InetSocketAddress listen, String token) throws IOException {
        this.token = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        server = HttpServer.create(listen, 128);
        server.setExecutor(threads);
        server.createContext("/", this::dispatch);
    }

    /** A route that needs the token. */
    void route(String method, String path, Handler handler) {
        routes.put(path, new Route(method, false, handler));
    }

    /** A route for everybody who can reach the address. */
    void open(String method, String path, Handler handler) {
        routes.put(path, new Route(method, true, handler));
    }

    void start() {
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void dispatch(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = new Request(exchange);
            try {
                answer(request, exchange);
            } catch (Refusal refusal) {
                request.refuse(refusal);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException failed) {
                // Where the client went away while it was answered, this answer finds nobody either.
                request.refuse(Refusal.failed(failed));
            }
        }
    }

    private void answer(Request request, HttpExchange exchange) throws IOException, Refusal, InterruptedException {
        Route route = routes.get(exchange.getRequestURI().getPath());
        if (route == null) {
            throw Refusal.unknown("there is no " + exchange.getRequestURI().getPath(), "see docs/api.md");
        }
        if (!route.open() && !isAuthorized(exchange)) {
            throw Refusal.unauthorized("the token is missing or wrong", "it is in agent.json of the state directory");
        }
        if (!route.method().equals(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", route.method());
            throw Refusal.method(route.method());
        }
        route.handler().handle(request);
    }

    private boolean isAuthorized(HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** One request and its answer. */
    static final class Request {
        private final HttpExchange exchange;
        private final Map<String, String> query = new HashMap<>();
        private boolean answered;

        Request(HttpExchange exchange) {
            this.exchange = exchange;
            URI uri = exchange.getRequestURI();
            for (String pair : (uri.getQuery() == null ? "" : uri.getRawQuery()).split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
                }
            }
        }

        /** What is no percent-encoding stands for itself. */
        private static String decode(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException notEncoded) {
                return text;
            }
        }

        @Nullable
        String query(String name) {
            String value = query.get(name);
            return value == null || value.isEmpty() ? null : value;
        }

        boolean flag(String name) {
            return "true".equals(query.get(name));
        }

        long number(String name, long otherwise) throws Refusal {
            String value = query(name);
            try {
                return value == null ? otherwise : Long.parseLong(value);
            } catch (NumberFormatException wrong) {
                throw Refusal.wrong(name + " is '" + value + "', expected a whole number", null);
            }
        }

        Map<String, String> headers() {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            return headers;
        }

        byte[] body() throws IOException, Refusal {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw Refusal.wrong("the request has more than " + (MAX_BODY >> 20) + " MiB", null);
            }
            return body;
        }

        /** The body as a JSON object; empty when there is none. */
        Node.Mapping json() throws IOException, Refusal {
            byte[] body = body();
            if (body.length == 0) {
                return Node.Mapping.EMPTY;
            }
            try {
                if (Json.read(body) instanceof Node.Mapping mapping) {
                    return mapping;
                }
            } catch (Json.MalformedException wrong) {
                throw Refusal.wrong("the body is no JSON: " + wrong.getMessage(), null);
            }
            throw Refusal.wrong("the body is no JSON object", null);
        }

        void answer(Node.Mapping view) throws IOException {
            answer(200, view);
        }

        void answer(int status, Node.Mapping view) throws IOException {
            answer(status, "application/json", view);
        }

        /** As RFC 9457 says. */
        void refuse(Refusal refusal) throws IOException {
            answer(refusal.status(), "application/problem+json", refusal.problem());
        }

        private void answer(int status, String type, Node.Mapping view) throws IOException {
            if (answered) {
                return;
            }
            byte[] body = (Json.write(view) + "\n").getBytes(StandardCharsets.UTF_8);
            answered = true;
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }

        /** Starts an answer of unknown length; each write is sent at once. */
        OutputStream stream(String type) throws IOException {
            answered = true;
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, 0);
            return exchange.getResponseBody();
        }
    }
}
