package io.homeostat.target.kubernetes.fault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An API server in memory: objects with versions, conflicts and preconditions; it can be slow, and its answers can be lost. */
final class FakeApi implements AutoCloseable {

    /** By path. A scale is kept in the workload that it is of. */
    private final Map<String, Node.Mapping> objects = new TreeMap<>();

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Path kubeconfig;
    private long version = 1;
    /** {@code GET /path}: which requests are never answered. */
    volatile Predicate<String> hangs = request -> false;
    /** Which requests are done, and not answered. */
    volatile Predicate<String> losesAnswer = request -> false;
    /** Called before a request is done. */
    volatile Runnable before = () -> {};

    FakeApi(Path directory) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/", this::answer);
        http.start();
        kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                current-context: fake
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: fake, user: {}}]
                """.formatted(http.getAddress().getPort()));
    }

    ApiServer server() throws IOException {
        return ApiServer.of(kubeconfig, null, 1000, 100);
    }

    synchronized void put(String path, String json) throws IOException {
        store(path, (Node.Mapping) Json.read(json));
    }

    synchronized Node.Mapping get(String path) {
        return objects.getOrDefault(path, Node.Mapping.EMPTY);
    }

    synchronized List<Node.Mapping> below(String collection) {
        return objects.entrySet().stream()
                .filter(each -> each.getKey().startsWith(collection + "/"))
                .map(Map.Entry::getValue)
                .toList();
    }

    synchronized void remove(String path) {
        objects.remove(path);
    }

    private Node.Mapping store(String path, Node.Mapping object) {
        Node.Mapping metadata = object.mapping("metadata");
        String uid = metadata.text("uid", "");
        version++;
        Node.Mapping stored = object.with(
                "metadata",
                metadata.with("name", path.substring(path.lastIndexOf('/') + 1))
                        .with("uid", uid.isEmpty() ? "uid-" + version : uid)
                        .with("resourceVersion", Long.toString(version)));
        objects.put(path, stored);
        return stored;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String request = exchange.getRequestMethod() + " " + path;
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (hangs.test(request)) {
                closing.await();
                return;
            }
            before.run();
            Answer answer = done(
                    exchange.getRequestMethod(),
                    path,
                    body.length == 0 ? Node.Mapping.EMPTY : (Node.Mapping) Json.read(body));
            if (losesAnswer.test(request)) {
                return;
            }
            byte[] said = Json.writeRevealing(answer.body);
            exchange.sendResponseHeaders(answer.code, said.length);
            exchange.getResponseBody().write(said);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private record Answer(int code, Node.Mapping body) {}

    private static Answer refused(int code) {
        return new Answer(code, Node.Mapping.EMPTY.with("kind", "Status").with("code", code));
    }

    private synchronized Answer done(String method, String asked, Node.Mapping body) {
        String path = asked.endsWith("/scale") ? asked.substring(0, asked.length() - "/scale".length()) : asked;
        Node.Mapping there = objects.get(path);
        if (method.equals("POST")) {
            String named = path + "/" + body.mapping("metadata").text("name", "");
            return objects.containsKey(named) ? refused(409) : new Answer(201, store(named, body));
        }
        if (there == null && method.equals("GET") && path.endsWith("s")) {
            List<Node> items = new ArrayList<>(below(path));
            return new Answer(200, Node.Mapping.EMPTY.with("items", new Node.Sequence(items, Position.NONE)));
        }
        if (there == null) {
            return refused(404);
        }
        String of = body.mapping("metadata").text("resourceVersion", "");
        String uid = body.mapping("preconditions").text("uid", "");
        boolean isStale = !of.isEmpty() && !of.equals(there.mapping("metadata").text("resourceVersion", ""));
        if (isStale || (!uid.isEmpty() && !uid.equals(there.mapping("metadata").text("uid", "")))) {
            return refused(409);
        }
        return switch (method) {
            case "GET" -> new Answer(200, there);
            case "PUT" ->
                new Answer(
                        200,
                        store(
                                path,
                                body.with(
                                        "metadata",
                                        body.mapping("metadata")
                                                .with(
                                                        "uid",
                                                        there.mapping("metadata")
                                                                .text("uid", "")))));
            case "PATCH" -> new Answer(200, store(path, (Node.Mapping) merged(there, body)));
            case "DELETE" -> {
                objects.remove(path);
                yield new Answer(200, Node.Mapping.EMPTY);
            }
            default -> refused(405);
        };
    }

    private static Node merged(@Nullable Node there, Node patch) {
        if (!(patch instanceof Node.Mapping fields)) {
            return patch;
        }
        Node.Mapping result = there instanceof Node.Mapping before ? before : Node.Mapping.EMPTY;
        for (Map.Entry<String, Node.Field> each : fields.fields().entrySet()) {
            Node value = each.getValue().value();
            result = value instanceof Node.Null
                    ? result.without(each.getKey())
                    : result.with(each.getKey(), merged(result.get(each.getKey()), value));
        }
        return result;
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        threads.shutdownNow();
    }
}
