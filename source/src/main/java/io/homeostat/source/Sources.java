package io.homeostat.source;

import io.homeostat.source.directory.DirectorySource;
import io.homeostat.source.git.GitSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;

/** Opens sources. */
public final class Sources {
    private static final int LONGEST_NAME = 40;

    private Sources() {}

    /**
     * Opens a source. The network is not asked, so that an agent can start while it is away.
     *
     * @param mirrorDirectory where what was fetched is kept; each location gets a directory of its own in there, which only one
     *     {@link Source} of one process may have open
     * @throws SourceException when the specification contradicts itself, or names a local path that never existed
     */
    public static Source open(SourceSpec spec, Path mirrorDirectory) throws SourceException {
        return open(spec, mirrorDirectory, InstantSource.system());
    }

    /** @param clock the time of commits that are written back */
    public static Source open(SourceSpec spec, Path mirrorDirectory, InstantSource clock) throws SourceException {
        Path git = mirrorDirectory.resolve(name(spec) + ".git");
        Path plain = mirrorDirectory.resolve(name(spec) + ".files");
        return switch (spec.location()) {
            case Location.Plain(var _, Path path) -> DirectorySource.open(spec, path, plain);
            case Location.Local(var _, Path path)
            when isPlain(path, git, plain) -> DirectorySource.open(spec, path, plain);
            case Location.Local _, Location.Http _, Location.Ssh _ -> GitSource.open(spec, git, clock);
        };
    }

    /** A path that is not there (any more) is what it was when it was last fetched. */
    private static boolean isPlain(Path path, Path git, Path plain) throws SourceException {
        if (Files.isDirectory(path)) {
            return !GitSource.isRepository(path);
        }
        if (Files.exists(path)) {
            throw new SourceException(path + " is a file; give the directory or the Git repository that holds it");
        }
        if (GitSource.hasMirror(git) || Files.exists(plain)) {
            return !GitSource.hasMirror(git);
        }
        throw new SourceException(path + " does not exist; give a Git repository or a directory");
    }

    /** Readable, and different for different locations. */
    private static String name(SourceSpec spec) {
        String text = spec.location().text();
        String last = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        last = last.substring(Math.max(last.lastIndexOf('/'), last.lastIndexOf(':')) + 1);
        last = last.endsWith(".git") ? last.substring(0, last.length() - 4) : last;
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < Math.min(last.length(), LONGEST_NAME); i++) {
            char c = last.charAt(i);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
            safe.append(plain ? c : '_');
        }
        String whole = switch (spec.location()) {
            case Location.Local(var _, Path path) -> path.toString();
            case Location.Plain(var _, Path path) -> path.toString();
            case Location.Http _, Location.Ssh _ -> text;
        };
        return (safe.isEmpty() ? "source" : safe) + "-" + digest(whole);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
