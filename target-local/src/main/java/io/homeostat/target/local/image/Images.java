package io.homeostat.target.local.image;

import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The store of images, {@code STATE/target/images}. What is in it never changes; equal content lies in it once. Safe for use by
 * many threads; one agent at a time.
 *
 * <pre>
 *   ID/files/      what programs see, read-only
 *   ID/manifest    what was put there ({@link Manifest})
 * </pre>
 *
 * <p>An image appears under its id as a whole (made aside, then renamed), so what is there is complete. The id of an image is
 * known without having it: {@link #directoryId}, {@link #archiveId}.
 */
public final class Images {
    private static final String ASIDE = ".new-";
    private static final String FILES = "files";
    private static final String MANIFEST = "manifest";
    private static final AtomicLong UNIQUE = new AtomicLong();

    private final Path store;
    private final UnpackLimits limits;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    private Images(Path store, UnpackLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Opens the store (made when absent) and clears away what a killed agent left half done. */
    public static Images open(Path directory) throws IOException {
        return open(directory, UnpackLimits.DEFAULT);
    }

    static Images open(Path directory, UnpackLimits limits) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path store = directory.toRealPath();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(store, ASIDE + "*")) {
            for (Path entry : entries) {
                Tree.delete(entry);
            }
        }
        return new Images(store, limits);
    }

    /** @param contentId of {@link Snapshot#contentId} */
    public static String directoryId(String contentId) {
        return "dir-" + Manifest.sha256(contentId);
    }

    /** @param sha256 64 hex digits */
    public static String archiveId(String sha256) {
        return "archive-" + sha256.toLowerCase(Locale.ROOT);
    }

    /** An image that is here; null when it is not. */
    public @Nullable Image find(String id) {
        Path files = place(id).resolve(FILES);
        return Files.isDirectory(files) ? new Image(id, files) : null;
    }

    /**
     * A {@code dir:PATH} image: taken from the snapshot unless it is here.
     *
     * @throws IOException when the snapshot has no such directory, or it cannot be read or written
     */
    public Image directory(Snapshot snapshot, String path) throws IOException {
        String id = directoryId(snapshot.contentId(path));
        return have(id, into -> {
            snapshot.export(path, into);
            if (!Files.isDirectory(into)) {
                throw new IOException("revision " + snapshot.revision() + " has no directory " + path);
            }
        });
    }

    /**
     * An {@code archive:URL#sha256=…} image: downloaded, verified and unpacked unless it is here.
     *
     * @param url https, http or file; tar, tar.gz or zip
     * @param sha256 64 hex digits
     * @throws IOException the message is for the user: unreachable, another digest (both are shown), an unsafe entry, too large
     */
    public Image archive(String url, String sha256) throws IOException {
        String id = archiveId(sha256);
        if (sha256.length() != 64 || !isHex(sha256)) {
            throw new IOException(Download.shown(url) + ": '" + sha256 + "' is not a SHA-256, which has 64 hex digits");
        }
        return have(id, into -> {
            Path archive = aside("download");
            try {
                Download.to(archive, url, sha256, limits);
                Archives.unpack(archive, into, Download.shown(url), limits);
            } finally {
                Files.deleteIfExists(archive);
            }
        });
    }

    /** What is in the store. */
    public Set<String> ids() throws IOException {
        Set<String> ids = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(store, "[!.]*")) {
            for (Path entry : entries) {
                ids.add(entry.getFileName().toString());
            }
        }
        return ids;
    }

    /**
     * Deletes every image that is not in use; answers what went. Not to be called while an image is fetched that is to be used
     * and not in the set.
     */
    public Set<String> collect(Set<String> inUse) throws IOException {
        Set<String> gone = ids();
        gone.removeAll(inUse);
        for (String id : gone) {
            synchronized (lock(id)) {
                // First out of sight, as a whole: half an image must never be found.
                Path aside = aside("gone");
                try {
                    Files.move(place(id), aside, StandardCopyOption.ATOMIC_MOVE);
                } catch (NoSuchFileException already) {
                    continue;
                }
                Tree.delete(aside);
            }
        }
        return gone;
    }

    /** Reads an image and tells what is not as it was put there, one sentence per file; none: untouched. */
    public List<String> verify(String id) throws IOException {
        if (find(id) == null) {
            return List.of("no image " + id);
        }
        return Manifest.differences(place(id).resolve(FILES), place(id).resolve(MANIFEST));
    }

    /** @param directory read-only, absolute */
    public record Image(String id, Path directory) {}

    private interface Filler {
        void fill(Path into) throws IOException;
    }

    private Image have(String id, Filler filler) throws IOException {
        synchronized (lock(id)) {
            Image there = find(id);
            if (there != null) {
                return there;
            }
            Path aside = aside(id);
            try {
                Files.createDirectory(aside);
                Path files = aside.resolve(FILES);
                filler.fill(files);
                Manifest.write(files, aside.resolve(MANIFEST));
                Tree.makeReadOnly(files);
                Files.move(aside, place(id), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException failed) {
                Tree.delete(aside);
                throw failed;
            }
            return new Image(id, place(id).resolve(FILES));
        }
    }

    private Object lock(String id) {
        return locks.computeIfAbsent(id, _ -> new Object());
    }

    private Path place(String id) {
        if (id.isEmpty() || id.startsWith(".") || id.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not an image id: " + id);
        }
        return store.resolve(id);
    }

    private Path aside(String what) {
        return store.resolve(ASIDE + UNIQUE.incrementAndGet() + "-" + what);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }
}
