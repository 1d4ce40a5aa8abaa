package io.homeostat.signal.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
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
        long deadline = System.nanoTime() + millis * 1_000_000L;
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
                return new Answer(status, in == null ? "" : body(in, deadline));
            }
        } catch (IOException failed) {
            throw new IOException(reason(failed), failed);
        } finally {
            connection.disconnect();
        }
    }

    /** Who sends a little again and again is not waited for either. */
    private static String body(InputStream in, long deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[16_384];
        int read = in.read(part);
        while (read >= 0 && body.size() < MAX_BODY) {
            body.write(part, 0, Math.min(read, MAX_BODY - body.size()));
            if (System.nanoTime() - deadline > 0) {
                throw new SocketTimeoutException("the answer did not end in time");
            }
            read = in.read(part);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private static String reason(IOException failed) {
        return switch (failed) {
            case SocketTimeoutException late -> "no answer in time";
            case java.net.UnknownHostException unknown -> "its host is not known";
            case java.net.ConnectException refused -> "nothing listens there";
            default -> failed.getClass().getSimpleName();
        };
    }
}
