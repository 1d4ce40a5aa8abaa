import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;

/** The shop's front door: asks api, answers in one line. Started as `java Web.java`. */
public class Web {

    static final String VERSION = "1.0";

    static final Path CONFIG = Path.of(System.getenv().getOrDefault("SHOP_CONFIG", "shop.properties"));
    static final long PID = ProcessHandle.current().pid();
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok"));
        server.createContext("/config", exchange -> answer(exchange, 200, CONFIG.toAbsolutePath().toString()));
        server.createContext("/", exchange -> {
            try {
                Properties config = config();
                String greeting = config.getProperty("greeting", "Hello");
                answer(exchange, 200, greeting + " | web " + VERSION + " (pid " + PID + ") | " + order(config));
            } catch (IOException | InterruptedException down) {
                answer(exchange, 502, "web " + VERSION + " cannot reach api: " + down);
            }
        });
        server.start();
        System.out.println("web " + VERSION + " listens on " + port);
        // Answer what has been asked before going.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(2)));
    }

    /** Read anew each time: a changed ConfigMap shows without a restart. */
    static Properties config() throws IOException {
        Properties config = new Properties();
        if (Files.exists(CONFIG)) {
            try (var in = Files.newBufferedReader(CONFIG)) {
                config.load(in);
            }
        }
        return config;
    }

    /** What api answers; where the configuration says so, it is not waited for any longer than that. */
    static String order(Properties config) throws IOException, InterruptedException {
        long patience = Long.parseLong(config.getProperty("api.patience.ms", "5000"));
        try {
            return api(Duration.ofMillis(patience));
        } catch (HttpTimeoutException slow) {
            String instead = config.getProperty("api.otherwise");
            if (instead == null) {
                throw slow;
            }
            return instead;
        }
    }

    static String api(Duration patience) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + System.getenv("API_SERVICE_HOST") + ":" + System.getenv("API_SERVICE_PORT") + "/order");
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience).build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("api answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
