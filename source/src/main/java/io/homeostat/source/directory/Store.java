package io.homeostat.source.directory;

import io.homeostat.source.internal.Entry;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The copies: {@code blobs/} holds each different file once, named by its digest; {@code revisions/} holds one {@link Manifest}
 * per revision. Everything is written beside its place and then moved there, so that what is there is whole.
 */
final class Store implements Reading.Sink {
    private static final String PREFIX = "sha256:";

    private final Path blobs;
    private final Path revisions;
    private final Path part;

    Store(Path directory) {
        this.blobs = directory.resolve("blobs");
        this.revisions = directory.resolve("revisions");
        this.part = directory.resolve("part");
    }

    /** Copies a file while digesting it. A file that is there already costs nothing but the reading. */
    @Override
    public String take(Path file) throws IOException {
        Files.createDirectories(blobs);
        MessageDigest digest = Trees.sha256();
        try {
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                in.transferTo(out);
            }
            String id = Trees.id(digest);
            Path blob = blob(id);
            if (Files.exists(blob) && Files.size(blob) == Files.size(part)) {
                Files.delete(part);
            } else {
                Files.createDirectories(blob.getParent());
                Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return id;
        } catch (IOException failed) {
            Files.deleteIfExists(part);
            throw failed;
        }
    }

    @Override
    public boolean has(String id) {
        return Files.exists(blob(id));
    }

    InputStream open(String path, Entry.File file) throws IOException {
        try {
            return new Verified(Files.newInputStream(blob(file.id())), file.id(), path);
        } catch (NoSuchFileException gone) {
            throw new FileNotFoundException(path + " is held no longer: the revision is not retained");
        }
    }

    void put(Manifest manifest) throws IOException {
        Path file = revision(manifest.revision());
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(revisions);
        try {
            Files.writeString(part, manifest.text(), StandardCharsets.UTF_8);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            Files.deleteIfExists(part);
            throw failed;
        }
    }

    /** Null when the revision is not held, or only a damaged copy of it. */
    @Nullable
    Manifest get(String revision) throws IOException {
        try {
            Manifest manifest = Manifest.parse(Files.readString(revision(revision), StandardCharsets.UTF_8));
            return manifest.revision().equals(revision) ? manifest : null;
        } catch (NoSuchFileException notHeld) {
            return null;
        }
    }

    /** The revisions held whose digests begin with {@code prefix}. */
    List<String> beginningWith(String prefix) throws IOException {
        return list(revisions).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> name.startsWith(prefix))
                .map(name -> PREFIX + name)
                .toList();
    }

    /** Deletes every other revision and every file that none of these holds. */
    void keepOnly(Set<String> retained) throws IOException {
        Set<String> used = new HashSet<>();
        for (Path file : list(revisions)) {
            String revision = PREFIX + file.getFileName();
            Manifest manifest = retained.contains(revision) ? readable(revision) : null;
            if (manifest == null) {
                Files.deleteIfExists(file);
            } else {
                collect(manifest.tree().root(), used);
            }
        }
        for (Path shelf : list(blobs)) {
            for (Path blob : list(shelf)) {
                if (!used.contains(PREFIX + blob.getFileName())) {
                    Files.deleteIfExists(blob);
                }
            }
        }
    }

    private @Nullable Manifest readable(String revision) {
        try {
            return get(revision);
        } catch (IOException damaged) {
            return null;
        }
    }

    private static void collect(Entry.Directory directory, Set<String> used) {
        for (Entry child : directory.children().values()) {
            if (child instanceof Entry.Directory below) {
                collect(below, used);
            } else {
                used.add(child.id());
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    private Path blob(String id) {
        String hex = id.substring(PREFIX.length());
        return blobs.resolve(hex.substring(0, 2)).resolve(hex);
    }

    private Path revision(String revision) {
        return revisions.resolve(revision.substring(PREFIX.length()));
    }
}
