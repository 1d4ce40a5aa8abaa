import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

/** Takes an order for web and has store keep it; store knows api by the token that only the two share. */
public class Api {

    static final String VERSION = "1.0";

    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok"));
        server.createContext("/order", exchange -> {
            try {
                answer(exchange, 200, "api " + VERSION + " | " + store());
            } catch (IOException | InterruptedException down) {
                answer(exchange, 502, "api " + VERSION + " cannot reach store: " + down);
            }
        });
        server.start();
        System.out.println("api " + VERSION + " listens on " + port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(2)));
    }

    static String store() throws IOException, InterruptedException {
        URI uri = URI.create("http://" + System.getenv("STORE_SERVICE_HOST") + ":" + System.getenv("STORE_SERVICE_PORT") + "/orders");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + System.getenv("STORE_TOKEN"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("store answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
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
