package io.homeostat.helm;

import io.homeostat.converge.Charts;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from chart repositories and registries. What may be different in a minute (no connection, 5xx, 429) is
 * {@link Charts.Away}, everything else stays an error until somebody changes something.
 */
final class Remote {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_HOPS = 5;
    private static final int MAX_TOKEN = 1 << 20;
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Credentials credentials;
    private @Nullable HttpClient client;

    Remote(Credentials credentials) {
        this.credentials = credentials;
    }

    /** The body, to be closed by the caller. */
    InputStream get(URI uri, String accept) throws IOException {
        String basic = credentials.basic(uri.getAuthority());
        HttpResponse<InputStream> response = follow(uri, accept, basic == null ? null : "Basic " + basic);
        if (response.statusCode() == 401) {
            String token =
                    token(response.headers().firstValue("WWW-Authenticate").orElse(""), basic);
            if (token != null) {
                response.body().close();
                response = follow(uri, accept, "Bearer " + token);
            }
        }
        int status = response.statusCode();
        if (status == 200) {
            return response.body();
        }
        response.body().close();
        String said = uri + " answered " + status;
        if (status == 429 || status >= 500) {
            throw new Charts.Away(said);
        }
        throw new IOException(
                switch (status) {
                    case 401, 403 -> said + ": we are not let in; log in with `docker login` or `helm registry login`";
                    case 404 -> said + ": it is not there";
                    default -> said;
                });
    }

    /** By hand, because credentials must not go along to another host. */
    private HttpResponse<InputStream> follow(URI from, String accept, @Nullable String authorization)
            throws IOException {
        URI uri = from;
        for (int hop = 0; hop < MAX_HOPS; hop++) {
            boolean isHome = from.getAuthority().equals(uri.getAuthority());
            HttpResponse<InputStream> response = send(uri, accept, isHome ? authorization : null);
            String location = response.headers().firstValue("Location").orElse("");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            response.body().close();
            uri = uri.resolve(location);
        }
        throw new IOException(from + " redirects in a circle");
    }

    private HttpResponse<InputStream> send(URI uri, String accept, @Nullable String authorization) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).header("Accept", accept);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            return client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Charts.Away("interrupted while reading " + uri);
        } catch (IOException away) {
            throw new Charts.Away(uri + " cannot be reached: " + away);
        }
    }

    /** The registries' way of logging in: the first answer says where to fetch a token, with our name or anonymously. */
    private @Nullable String token(String challenge, @Nullable String basic) throws IOException {
        if (!challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        String realm = "";
        StringBuilder query = new StringBuilder();
        for (Matcher parameter = PARAMETER.matcher(challenge); parameter.find(); ) {
            if (parameter.group(1).equals("realm")) {
                realm = parameter.group(2);
            } else if (parameter.group(1).equals("service")
                    || parameter.group(1).equals("scope")) {
                query.append(query.isEmpty() ? "?" : "&")
                        .append(parameter.group(1))
                        .append('=')
                        .append(URLEncoder.encode(parameter.group(2), StandardCharsets.UTF_8));
            }
        }
        if (realm.isEmpty()) {
            return null;
        }
        HttpResponse<InputStream> response =
                follow(URI.create(realm + query), "application/json", basic == null ? null : "Basic " + basic);
        try (InputStream body = response.body()) {
            if (response.statusCode() == 200 && Json.read(body.readNBytes(MAX_TOKEN)) instanceof Node.Mapping answer) {
                return answer.text("token", answer.text("access_token", ""));
            }
        }
        return null;
    }

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
        }
        return client;
    }
}
