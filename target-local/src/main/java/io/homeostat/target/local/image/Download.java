package io.homeostat.target.local.image;

import io.homeostat.converge.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Fetches an archive and checks that it is the one meant. With the JDK's small old HTTP client: one stream now and then needs no
 * connection pool and no threads, and its read timeout ends a server that stalls.
 */
final class Download {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int STALL_MILLIS = 30_000;
    private static final int BLOCK = 64 << 10;

    private Download() {}

    /** @throws IOException when it cannot be had, is too large, or is not what the digest says */
    static void to(Path file, String url, String sha256, UnpackLimits limits) throws IOException {
        MessageDigest digest = Digests.sha256();
        long size = 0;
        try (InputStream in = open(url);
                OutputStream out = Files.newOutputStream(file)) {
            byte[] block = new byte[BLOCK];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                size += count;
                if (size > limits.archiveBytes()) {
                    throw new IOException("it is larger than " + limits.archiveBytes() + " bytes");
                }
                digest.update(block, 0, count);
                out.write(block, 0, count);
            }
        } catch (NoSuchFileException missing) {
            throw new IOException(shown(url) + " could not be fetched: there is no such file", missing);
        } catch (IOException failed) {
            String reason = failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
            throw new IOException(shown(url) + " could not be fetched: " + reason, failed);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equalsIgnoreCase(sha256)) {
            throw new IOException(shown(url) + " is not the archive that was declared: expected sha256 " + sha256
                    + ", found " + found + ". Nothing was unpacked");
        }
    }

    private static InputStream open(String url) throws IOException {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw new IOException("not a URL: " + malformed.getReason());
        }
        return switch (String.valueOf(uri.getScheme())) {
            case "file" -> {
                if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
                    throw new IOException("a file URL needs an absolute path");
                }
                yield Files.newInputStream(Path.of(uri.getPath()));
            }
            case "http", "https" -> overHttp(uri);
            default -> throw new IOException("only https, http and file URLs can be fetched");
        };
    }

    private static InputStream overHttp(URI uri) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(STALL_MILLIS);
        connection.setRequestProperty("User-Agent", "homeostat");
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            throw new IOException("the server answered " + status);
        }
        return connection.getInputStream();
    }

    /** Without user and password, and without a query, which may hold a token. */
    static String shown(String url) {
        String shown = url;
        int query = shown.indexOf('?');
        if (query >= 0) {
            shown = shown.substring(0, query) + "?…";
        }
        int scheme = shown.indexOf("://");
        int slash = scheme < 0 ? -1 : shown.indexOf('/', scheme + 3);
        int at = shown.lastIndexOf('@', slash < 0 ? shown.length() : slash);
        return scheme >= 0 && at > scheme ? shown.substring(0, scheme + 3) + shown.substring(at + 1) : shown;
    }
}
