package io.homeostat.agent.oidc;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Requests to the provider. A client of its own for each, so that no thread of it outlives the login. */
final class Wire {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Discovery documents and key sets have some kilobytes. */
    private static final int LONGEST = 1 << 20;

    /** @param text what was answered, whatever its type */
    record Answer(int status, String text) {

        /** Null when it is no JSON object. */
        Node.@Nullable Mapping json() {
            try {
                return Json.read(text.getBytes(StandardCharsets.UTF_8)) instanceof Node.Mapping mapping
                        ? mapping
                        : null;
            } catch (Json.MalformedException wrong) {
                return null;
            }
        }
    }

    private Wire() {}

    static Answer get(URI address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address).GET(), address);
    }

    /** @param authorization the value of that header; null when the form says who asks */
    static Answer post(URI address, Map<String, String> form, @Nullable String authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(pairs(form)));
        return send(authorization == null ? request : request.header("Authorization", authorization), address);
    }

    private static Answer send(HttpRequest.Builder request, URI address) throws IOException, InterruptedException {
        // A redirect is not followed: it would lead a code, or the trust in a key, to somebody else.
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            HttpResponse<InputStream> response = client.send(
                    request.timeout(PATIENCE)
                            .header("Accept", "application/json")
                            .build(),
                    BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(LONGEST + 1);
                if (bytes.length > LONGEST) {
                    throw new IOException(address + " answers with more than a megabyte");
                }
                return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
            }
        }
    }

    /** {@code a=b&c=d}. */
    static String pairs(Map<String, String> values) {
        return values.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
