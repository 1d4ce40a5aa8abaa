package io.homeostat.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A real HTTP server that speaks the agent's API with answers given by a test. */
public final class SpokenAgent implements AutoCloseable {

    public static final String TOKEN = "0123456789abcdef";

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    public SpokenAgent(Path state) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        Files.createDirectories(state);
        Files.writeString(state.resolve("agent.json"), """
                {"url": "%s", "token": "%s", "pid": %d, "environment": "local"}
                """.formatted(
                        url(), TOKEN, ProcessHandle.current().pid()));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param path without its query */
    public SpokenAgent answers(String path, int status, String body) {
        answers.put(path, new Answer(status, body));
        return this;
    }

    public SpokenAgent answers(String path, String body) {
        return answers(path, 200, body);
    }

    public SpokenAgent isProtected(boolean isProtected) {
        return answers("/api/v1/status", "{\"environment\": \"local\", \"protected\": " + isProtected + "}");
    }

    /** {@code METHOD PATH?QUERY BODY}, in the order in which they came. */
    public List<String> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).strip());
            Answer answer = ("Bearer " + TOKEN)
                            .equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    ? answers.getOrDefault(
                            exchange.getRequestURI().getPath(), new Answer(404, "{\"detail\": \"no such path\"}"))
                    : new Answer(401, "{}");
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
