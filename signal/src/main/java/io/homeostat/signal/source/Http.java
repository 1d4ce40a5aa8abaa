package io.homeostat.signal.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, made on the caller's (virtual) thread. No redirect is followed: what answers must be what was asked. The
 * JDK's older client, because it brings no threads and no classes that the agent does not have anyway.
 */
public final class Http {

    private static final int MAX_BODY = 4 << 20;

    private Http() {}

    /** @param body at most 4 MiB of it, as UTF-8 */
    public record Answer(int status, String body) {}

    /**
     * @param body null for a GET, else it is POSTed
     * @throws IOException when nothing answered in time; the message does not name the URL, which may be a secret
     */
    public static Answer request(URI uri, Map<String, String> headers, byte @Nullable [] body, Duration timeout)
            throws IOException {
        if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException("neither http nor https");
        }
        int millis = Math.clamp(timeout.toMillis(), 1, 60_000);
        connection.setConnectTimeout(millis);
        connection.setReadTimeout(millis);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        headers.forEach(connection::setRequestProperty);
        try {
            if (body != null) {
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(body.length);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
                return new Answer(
                        status, in == null ? "" : new String(in.readNBytes(MAX_BODY), StandardCharsets.UTF_8));
            }
        } catch (IOException failed) {
            throw new IOException(reason(failed), failed);
        } finally {
            connection.disconnect();
        }
    }

    private static String reason(IOException failed) {
        return switch (failed) {
            case java.net.SocketTimeoutException late -> "no answer in time";
            case java.net.UnknownHostException unknown -> "its host is not known";
            case java.net.ConnectException refused -> "nothing listens there";
            default -> failed.getClass().getSimpleName();
        };
    }
}
