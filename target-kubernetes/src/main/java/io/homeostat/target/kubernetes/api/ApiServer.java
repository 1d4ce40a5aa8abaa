package io.homeostat.target.kubernetes.api;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One API server. The client library knows where it is and who we are (kubeconfig, service account, tokens that expire, exec
 * plugins, proxies); documents go over the wire as our own trees.
 *
 * <p>What may pass by itself (429, 5xx, a lost connection) is tried again a few times with back-off; what does not pass in that
 * time is the caller's, whose loop comes again. Safe for use by many threads.
 */
public final class ApiServer implements AutoCloseable {

    /** How long one try may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

    private final HttpClient http;
    private final String url;
    private final Pace pace;
    private final Outage outage;
    /** Of a whole call; null: as long as its tries take. */
    private final @Nullable Duration longest;

    private ApiServer(HttpClient http, String url, Pace pace, Outage outage, @Nullable Duration longest) {
        this.http = http;
        this.url = url;
        this.pace = pace;
        this.outage = outage;
        this.longest = longest;
    }

    /**
     * The same server for those who may not wait behind others, nor for long.
     *
     * @param longest what one call may take, with all its tries
     */
    public ApiServer beside(int requestsPerSecond, int concurrency, Duration longest) {
        return new ApiServer(http, url, new Pace(requestsPerSecond, concurrency, System::nanoTime), outage, longest);
    }

    /**
     * Connects with the first request, not before.
     *
     * @throws IOException when the kubeconfig cannot be read or has no such context
     */
    public static ApiServer of(
            @Nullable Path kubeconfig, @Nullable String context, int requestsPerSecond, int concurrency)
            throws IOException {
        Config config = config(kubeconfig, context);
        config.setRequestRetryBackoffLimit(0);
        config.setConnectionTimeout(5_000);
        // One connection for each request under way costs both sides less than many streams in one.
        HttpClient http =
                new JdkHttpClientFactory().newBuilder(config).preferHttp11().build();
        String url = config.getMasterUrl();
        return new ApiServer(
                http,
                url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
                new Pace(requestsPerSecond, concurrency, System::nanoTime),
                new Outage(),
                null);
    }

    private static Config config(@Nullable Path kubeconfig, @Nullable String context) throws IOException {
        try {
            if (kubeconfig != null) {
                if (!Files.isReadable(kubeconfig)) {
                    throw new IOException("the kubeconfig " + kubeconfig + " cannot be read");
                }
                return context == null
                        ? Config.fromKubeconfig(kubeconfig.toFile())
                        : Config.fromKubeconfig(withContext(kubeconfig, context), kubeconfig.toFile());
            }
            return Config.autoConfigure(context);
        } catch (RuntimeException wrong) {
            throw new IOException(
                    "the kubeconfig" + (kubeconfig == null ? "" : " " + kubeconfig)
                            + (context == null ? "" : " with context '" + context + "'") + " cannot be used: "
                            + wrong.getMessage(),
                    wrong);
        }
    }

    /** A kubeconfig's text with another current context. */
    private static String withContext(Path kubeconfig, String context) throws IOException {
        try (InputStream file = Files.newInputStream(kubeconfig)) {
            var content = Serialization.unmarshal(file, io.fabric8.kubernetes.api.model.Config.class);
            List<String> names =
                    content.getContexts().stream().map(NamedContext::getName).toList();
            if (!names.contains(context)) {
                throw new IOException("the kubeconfig " + kubeconfig + " has no context '" + context + "', but "
                        + String.join(", ", names));
            }
            content.setCurrentContext(context);
            return Serialization.asYaml(content);
        }
    }

    /** {@code https://10.0.0.1:6443}. */
    public String url() {
        return url;
    }

    /**
     * What it answers.
     *
     * @throws ApiFailure when it refuses
     * @throws IOException when it cannot be reached or does not answer in time; the message is for the user
     */
    public Node.Mapping call(Request request) throws IOException {
        IOException last = null;
        long begun = System.nanoTime();
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            Duration pause = backoff(attempt);
            try {
                HttpResponse<byte[]> response = paced(request, left(begun));
                if (response.isSuccessful()) {
                    return tree(response.body());
                }
                ApiFailure failure = failure(request, response.code(), response.body());
                if (!PASSING.contains(response.code()) || !(request.isRepeatable() || response.code() == 429)) {
                    throw failure;
                }
                last = failure;
                String after = response.header("Retry-After");
                if (after != null && after.matches("[0-9]{1,3}")) {
                    pause = min(Duration.ofSeconds(Long.parseLong(after)), LONGEST_PAUSE);
                }
            } catch (ApiFailure refused) {
                throw refused;
            } catch (InterruptedIOException stopped) {
                throw stopped;
            } catch (IOException lost) {
                last = lost;
                if (!request.isRepeatable()) {
                    break;
                }
            }
            if (left(begun).compareTo(pause) <= 0) {
                break;
            }
            if (attempt < TRIES) {
                rest(pause);
            }
        }
        throw last == null ? new IOException("no answer from " + url) : last;
    }

    /** How long the next try may take. */
    private Duration left(long begun) {
        return longest == null ? PATIENCE : min(PATIENCE, longest.minusNanos(System.nanoTime() - begun));
    }

    /** An answer without end, as it comes; closing it ends it. Not counted by the limits, never tried again. */
    public InputStream stream(Request request) throws IOException {
        outage.check(url);
        HttpResponse<InputStream> response =
                await(http.sendAsync(build(request, true), InputStream.class), Duration.ofSeconds(30));
        if (response.isSuccessful()) {
            return outage.until(response.body());
        }
        try (InputStream body = response.body()) {
            throw failure(request, response.code(), body.readNBytes(1 << 20));
        }
    }

    /**
     * Begins a command in a container. Not counted by the limits, never tried again.
     *
     * @throws ApiFailure when the server refuses; it does not say why
     */
    public Execution exec(String namespace, String pod, String container, List<String> command) throws IOException {
        outage.check(url);
        String path = "/api/v1/namespaces/" + namespace + "/pods/" + pod + "/exec";
        StringBuilder query = new StringBuilder("?stdin=true&stdout=true&stderr=true&container=" + container);
        command.forEach(word -> query.append("&command=").append(URLEncoder.encode(word, StandardCharsets.UTF_8)));
        Execution execution = new Execution(outage, url);
        try {
            execution.began(await(
                    http.newWebSocketBuilder()
                            .subprotocol(Execution.PROTOCOL)
                            .uri(URI.create(url + path + query))
                            .buildAsync(execution.listener()),
                    left(System.nanoTime())));
        } catch (IOException failed) {
            for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof WebSocketHandshakeException refused) {
                    throw failure(
                            Request.post(path, Node.Mapping.EMPTY),
                            refused.getResponse().code(),
                            null);
                }
            }
            throw failed;
        }
        return execution;
    }

    /** Keeps everybody from being answered, for a while. */
    public Outage outage() {
        return outage;
    }

    /** Whether so much is asked of it just now that what is not urgent should wait. */
    public boolean isBusy() {
        return pace.isBusy();
    }

    private HttpResponse<byte[]> paced(Request request, Duration patience) throws IOException {
        outage.check(url);
        try {
            pace.enter();
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
        try {
            return await(http.sendAsync(build(request, false), byte[].class), patience);
        } finally {
            pace.leave();
        }
    }

    private HttpRequest build(Request request, boolean endless) {
        HttpRequest.Builder builder = http.newHttpRequestBuilder().uri(url + request.path());
        builder.header("Accept", "application/json");
        String user = request.as();
        if (user != null) {
            builder.header("Impersonate-User", user);
        }
        Node.Mapping content = request.body();
        if (content != null) {
            byte[] body = Json.writeRevealing(content);
            builder.method(request.method(), request.contentType(), new ByteArrayInputStream(body), body.length);
        }
        return (endless ? builder.forStreaming() : builder.timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)).build();
    }

    private <T> T await(CompletableFuture<T> future, Duration patience) throws IOException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            var _ = future.cancel(true);
            throw interrupted();
        } catch (TimeoutException slow) {
            var _ = future.cancel(true);
            throw new IOException("no answer from " + url + " within " + patience.toMillis() + " ms", slow);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException("the cluster at " + url + " cannot be reached: " + words(cause), cause);
        }
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        Throwable cause = failure.getCause();
        return cause == null ? failure.getClass().getSimpleName() : words(cause);
    }

    private static ApiFailure failure(Request request, int code, byte @Nullable [] body) {
        Node.Mapping status = Node.Mapping.EMPTY;
        try {
            status = tree(body);
        } catch (IOException unreadable) {
            // A proxy's page, say; the code says enough.
        }
        String message = status.text("message", "");
        String path = request.path().replaceFirst("\\?.*", "");
        return new ApiFailure(
                code,
                status,
                message.isEmpty() ? request.method() + " " + path + " was answered with " + code : message);
    }

    private static Node.Mapping tree(byte @Nullable [] body) throws IOException {
        return body != null && body.length > 0 && Json.read(body) instanceof Node.Mapping mapping
                ? mapping
                : Node.Mapping.EMPTY;
    }

    private static Duration backoff(int attempt) {
        Duration longest = min(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)), LONGEST_PAUSE);
        long millis = longest.toMillis();
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void rest(Duration pause) throws IOException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("stopped while waiting for the cluster");
    }

    /** Those beside it, too. */
    @Override
    public void close() {
        http.close();
    }
}
