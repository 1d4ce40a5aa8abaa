package io.homeostat.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a source is. Never holds a password. */
public sealed interface Location {

    /** As the user gave it. */
    String text();

    /** A path on this machine: a Git repository (bare, work tree, linked work tree) or, without one, a plain directory. */
    record Local(String text, Path path) implements Location {}

    /** A directory that is taken as it is, even when it holds a Git repository: {@code dir:PATH}. */
    record Plain(String text, Path path) implements Location {}

    /** {@code https://…}, and {@code http://…} for what needs no secret. */
    record Http(String text, URI uri) implements Location {
        public boolean encrypted() {
            return "https".equals(uri.getScheme());
        }
    }

    /**
     * {@code ssh://user@host:port/path} or {@code user@host:path}.
     *
     * @param user null: the name of the user that runs the agent
     * @param port -1: ssh's own
     */
    record Ssh(String text, @Nullable String user, String host, int port, String path) implements Location {}

    /** Reads one of the forms above; a relative path is relative to the working directory. */
    static Location parse(String text) throws SourceException {
        String t = text.strip();
        if (t.isEmpty()) {
            throw new SourceException(
                    "the source's location is empty; give a path, or https://…, ssh://…, git@host:path");
        }
        if (t.startsWith("dir:")) {
            return new Plain(t, path(t.substring("dir:".length()), t));
        }
        int scheme = t.indexOf("://");
        if (scheme > 0) {
            return switch (t.substring(0, scheme).toLowerCase(Locale.ROOT)) {
                case "file" -> new Local(t, filePath(t));
                case "https", "http" -> http(t);
                case "ssh", "git+ssh", "ssh+git" -> ssh(t);
                default ->
                    throw new SourceException("'" + t.substring(0, scheme) + "://' is not a kind of source in '"
                            + withoutPassword(t) + "'; expected a path, file://, https:// or ssh://");
            };
        }
        return scpLike(t);
    }

    private static Location scpLike(String t) throws SourceException {
        int colon = t.indexOf(':');
        int slash = t.indexOf('/');
        if (colon <= 0 || (slash >= 0 && slash < colon)) {
            return new Local(t, path(t, t));
        }
        String where = t.substring(0, colon);
        String path = t.substring(colon + 1);
        int at = where.lastIndexOf('@');
        String host = where.substring(at + 1);
        if (host.isEmpty() || path.isEmpty()) {
            throw new SourceException("'" + t + "' names no " + (host.isEmpty() ? "host" : "repository on " + host)
                    + "; expected git@host:path/to/repository.git");
        }
        return new Ssh(t, at > 0 ? where.substring(0, at) : null, host, -1, path);
    }

    private static Path path(String path, String whole) throws SourceException {
        if (path.isBlank() || path.indexOf('\0') >= 0) {
            throw new SourceException("'" + whole.replace('\0', '?') + "' names no path");
        }
        String home = System.getProperty("user.home");
        return Path.of(path.equals("~") ? home : path.startsWith("~/") ? home + path.substring(1) : path)
                .toAbsolutePath()
                .normalize();
    }

    private static Path filePath(String t) throws SourceException {
        URI uri = uri(t);
        String host = uri.getHost();
        if (host != null && !host.equals("localhost")) {
            throw new SourceException("'" + t + "' names the host '" + host
                    + "', but file:// is this machine; write file:///absolute/path (three slashes)");
        }
        String path = uri.getPath();
        if (path == null || path.isEmpty() || (uri.getAuthority() != null && host == null)) {
            throw new SourceException("'" + t + "' names no path; write file:///absolute/path");
        }
        return path(path, t);
    }

    private static Location http(String t) throws SourceException {
        URI uri = uri(t);
        host(uri, t);
        String user = uri.getRawUserInfo();
        if (user != null && user.indexOf(':') >= 0) {
            throw new SourceException("the location " + withoutPassword(t)
                    + " holds a password; take it out and give it in a file or an environment variable");
        }
        return new Http(t, uri);
    }

    private static Location ssh(String t) throws SourceException {
        URI uri = uri(t);
        String host = host(uri, t);
        String user = uri.getUserInfo();
        if (user != null && user.indexOf(':') >= 0) {
            throw new SourceException(
                    "the location " + withoutPassword(t) + " holds a password; take it out and use a key file");
        }
        String path = uri.getPath();
        if (path == null || path.length() < 2) {
            throw new SourceException("'" + t + "' names no repository on " + host + "; expected ssh://git@" + host
                    + "/path/to/repository.git");
        }
        return new Ssh(t, user, host, uri.getPort(), path);
    }

    private static String host(URI uri, String t) throws SourceException {
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw new SourceException("'" + withoutPassword(t) + "' names no host; expected " + uri.getScheme()
                    + "://host/path/to/repository.git");
        }
        return host;
    }

    private static URI uri(String t) throws SourceException {
        try {
            return new URI(t);
        } catch (URISyntaxException bad) {
            // The exception's own message repeats the input, and with it a password that may stand in there.
            throw new SourceException("'" + withoutPassword(t) + "' is not a location: " + bad.getReason()
                    + " at character " + (bad.getIndex() + 1));
        }
    }

    private static String withoutPassword(String t) {
        int start = t.indexOf("://") + 3;
        int end = t.indexOf('/', start);
        int at = t.lastIndexOf('@', end < 0 ? t.length() : end);
        int colon = t.indexOf(':', start);
        return at > start && colon > 0 && colon < at ? t.substring(0, colon + 1) + "‹secret›" + t.substring(at) : t;
    }
}
