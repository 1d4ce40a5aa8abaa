import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.Executors;

/** Keeps orders, one line each, in a file that outlives the process. */
public class Store {

    static final String VERSION = "1.0";

    static final Path ORDERS = Path.of(System.getenv().getOrDefault("DATA_DIR", "data"), "orders");
    static long count;

    public static void main(String[] args) throws IOException {
        Files.createDirectories(ORDERS.toAbsolutePath().getParent());
        if (Files.exists(ORDERS)) {
            try (var lines = Files.lines(ORDERS)) {
                count = lines.count();
            }
        }
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok"));
        server.createContext("/orders", exchange -> {
            String token = "Bearer " + System.getenv("STORE_TOKEN");
            if (!token.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, "who are you?");
                return;
            }
            answer(exchange, 200, "store " + VERSION + ", order " + keep());
        });
        server.start();
        System.out.println("store " + VERSION + " listens on " + port + " with " + count + " orders");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(2)));
    }

    static synchronized long keep() throws IOException {
        Files.writeString(ORDERS, Instant.now() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return ++count;
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
