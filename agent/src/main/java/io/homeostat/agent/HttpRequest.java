package io.homeostat.agent;

import com.sun.net.httpserver.HttpExchange;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request that came over HTTP. */
final class HttpRequest extends Request {

    private final HttpExchange exchange;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte @Nullable [] body;
    private boolean answered;
    private String remote;

    HttpRequest(HttpExchange exchange) {
        super(pairs(exchange.getRequestURI().getRawQuery()));
        this.exchange = exchange;
        // Whatever is answered is what it says it is, and nothing that a browser might make of it.
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        this.remote = exchange.getRemoteAddress().getAddress().getHostAddress();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name, String.join(name.equalsIgnoreCase("Cookie") ? "; " : ", ", values)));
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    /** Path and query as they were sent, without the first slash. */
    String target() {
        return exchange.getRequestURI().toString().substring(1);
    }

    /** The address at the other end of the connection. */
    String peer() {
        return exchange.getRemoteAddress().getAddress().getHostAddress();
    }

    /** The address that the request came from, as far as is known. */
    String remote() {
        return remote;
    }

    void from(String address) {
        remote = address;
    }

    /** A cookie that the browser brought; null when it has none of that name. */
    @Nullable
    String cookie(String name) {
        for (String each : headers.getOrDefault("Cookie", "").split(";")) {
            String pair = each.strip();
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** Sets another header of the answer of a name that may come several times. */
    void moreHeader(String name, String value) {
        exchange.getResponseHeaders().add(name, value);
    }

    /** Sets a header of the answer. */
    void header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /**
     * Sends the browser on, with GET.
     *
     * @param location may be relative
     */
    void redirect(String location) throws IOException {
        header("Location", location);
        header("Cache-Control", "no-store");
        bytes(303, "text/plain; charset=utf-8", new byte[0]);
    }

    @Override
    void nextPage(String link) {
        header("Link", link);
    }

    @Override
    Map<String, String> headers() {
        return headers;
    }

    @Override
    byte[] body() throws IOException, Refusal {
        if (body == null) {
            body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw Refusal.wrong("the request has more than " + (MAX_BODY >> 20) + " MiB", null);
            }
        }
        return body;
    }

    @Override
    void answer(int status, String type, Node.Mapping view) throws IOException {
        if (!answered) {
            bytes(status, type, (Json.write(view) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** An answer that is complete; one that the client has already is not sent again. */
    void bytes(int status, String type, byte[] content) throws IOException {
        if (answered) {
            return;
        }
        answered = true;
        exchange.getResponseHeaders().set("Content-Type", type);
        if (status == 200 && exchange.getRequestMethod().equals("GET")) {
            String tag = Tags.of(content);
            exchange.getResponseHeaders().set("ETag", tag);
            if (!exchange.getResponseHeaders().containsKey("Cache-Control")) {
                exchange.getResponseHeaders().set("Cache-Control", "private, no-cache");
            }
            if (Tags.matches(headers.get("If-None-Match"), tag)) {
                exchange.sendResponseHeaders(304, -1);
                return;
            }
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        if (content.length > 0) {
            exchange.getResponseBody().write(content);
        }
    }

    @Override
    OutputStream stream(String type) throws IOException {
        answered = true;
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        // nginx keeps back what it has not got enough of, unless told.
        exchange.getResponseHeaders().set("X-Accel-Buffering", "no");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }
}
