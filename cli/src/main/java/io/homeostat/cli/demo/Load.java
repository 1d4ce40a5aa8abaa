package io.homeostat.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Customers: requests through a Service's address, one after the other over connections that are kept, and what they were
 * answered.
 */
public final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN = Duration.ofMillis(25);

    /**
     * @param requests how many were answered or failed
     * @param failures how many were not answered with 200
     * @param lastFailure in words; empty when there was none
     */
    public record Tally(long requests, long failures, String lastFailure) {
        Tally plus(boolean good, String failure) {
            return new Tally(requests + 1, failures + (good ? 0 : 1), good ? lastFailure : failure);
        }

        /** What happened since an earlier tally. */
        public Tally since(Tally earlier) {
            return new Tally(requests - earlier.requests, failures - earlier.failures, lastFailure);
        }

        @Override
        public String toString() {
            return requests + " requests, " + failures + " failed" + (failures == 0 ? "" : " (" + lastFailure + ")");
        }
    }

    private final URI uri;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Thread thread;

    /** Written by that thread alone. */
    private volatile Tally tally = new Tally(0, 0, "");

    private Load(URI uri) {
        this.uri = uri;
        this.thread = Thread.ofVirtual().name("load").start(this::ask);
    }

    static Load on(URI uri) {
        return new Load(uri);
    }

    public Tally tally() {
        return tally;
    }

    /** One request of our own, over a connection of its own: whichever instance the Service chooses. */
    public String answer() throws IOException {
        return answer("/");
    }

    public String answer(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) uri.resolve(path).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri.resolve(path)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void ask() {
        try {
            while (true) {
                String failure = "";
                try {
                    HttpResponse<String> response = get("/");
                    if (response.statusCode() != 200) {
                        failure = response.statusCode() + " " + response.body().strip();
                    }
                } catch (IOException unanswered) {
                    failure = unanswered.toString();
                }
                tally = tally.plus(failure.isEmpty(), failure);
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        http.shutdownNow();
    }
}
