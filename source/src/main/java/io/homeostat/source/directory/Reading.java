package io.homeostat.source.directory;

import io.homeostat.source.Limits;
import io.homeostat.source.internal.Check;
import io.homeostat.source.internal.Entry;
import io.homeostat.source.internal.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a directory that others write to while we read: list, digest, list again; only when both lists agree did it hold still,
 * and what was read is what was there at one moment. What was digested is remembered by inode and time of change, so that the
 * next reading opens only what changed.
 *
 * <p>The clock of a file system ticks slowly: a second change within one tick leaves no trace. So a file that changed a moment
 * before it was read is read again to compare, and is not remembered.
 */
final class Reading {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final int ATTEMPTS = 5;

    private record Known(Listing.Stat.File stat, String id) {}

    /** What becomes of a file's bytes when they are read. */
    interface Sink {
        /** Reads the file to its end and returns its digest. */
        String take(Path file) throws IOException;

        /** Whether an unchanged file with this digest need not be read again. */
        boolean has(String id);
    }

    /** Keeps nothing. */
    static final Sink DIGEST_ONLY = new Sink() {
        @Override
        public String take(Path file) throws IOException {
            return digest(file);
        }

        @Override
        public boolean has(String id) {
            return true;
        }
    };

    /** @param problems when it holds what no snapshot may hold: then nothing was read */
    record Result(Tree tree, Path root, Instant newest, List<String> problems) {}

    private final Path directory;
    private final Limits limits;
    private final Sink sink;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, String> fresh = new HashMap<>();

    Reading(Path directory, Limits limits, Sink sink) {
        this.directory = directory;
        this.limits = limits;
        this.sink = sink;
    }

    /** Null when it never held still. */
    @Nullable
    Result read() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            fresh.clear();
            try {
                Listing before = Listing.of(directory, limits);
                Tree shape = Trees.of(entries(before, (_, _) -> "sha256:not read yet"));
                List<String> problems = Check.problems(shape, limits);
                if (!problems.isEmpty()) {
                    return new Result(shape, before.root(), Instant.EPOCH, problems);
                }
                Tree tree = Trees.of(entries(before, (path, stat) -> digest(before.root(), path, stat)));
                if (Listing.of(directory, limits).equals(before) && isStill(before)) {
                    known.keySet().retainAll(before.files().keySet());
                    return new Result(tree, before.root(), newest(before), List.of());
                }
            } catch (NoSuchFileException vanished) {
                if (!Files.isDirectory(directory)) {
                    throw vanished;
                }
            }
        }
        return null;
    }

    private interface Digests {
        String of(String path, Listing.Stat.File stat) throws IOException;
    }

    private static SortedMap<String, Entry> entries(Listing listing, Digests digests) throws IOException {
        SortedMap<String, Entry> entries = new TreeMap<>();
        for (Map.Entry<String, Listing.Stat> each : listing.files().entrySet()) {
            entries.put(
                    each.getKey(),
                    switch (each.getValue()) {
                        case Listing.Stat.Link(String target) -> Trees.link(target);
                        case Listing.Stat.Other(String why) -> new Entry.Refused("", why);
                        case Listing.Stat.File file ->
                            new Entry.File(digests.of(each.getKey(), file), file.size(), file.executable());
                    });
        }
        return entries;
    }

    private String digest(Path root, String path, Listing.Stat.File stat) throws IOException {
        Known before = known.get(path);
        if (before != null && before.stat().equals(stat) && sink.has(before.id())) {
            return before.id();
        }
        Instant now = Instant.now();
        String id = sink.take(root.resolve(path));
        if (stat.changed().toInstant().plus(TICK).isBefore(now)) {
            known.put(path, new Known(stat, id));
        } else {
            known.remove(path);
            fresh.put(path, id);
        }
        return id;
    }

    /** Reads again what changed so lately that its times prove nothing. */
    private boolean isStill(Listing listing) throws IOException {
        boolean still = true;
        for (Map.Entry<String, String> each : fresh.entrySet()) {
            still &= digest(listing.root().resolve(each.getKey())).equals(each.getValue());
        }
        return still;
    }

    static String digest(Path file) throws IOException {
        MessageDigest digest = Trees.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return Trees.id(digest);
    }

    private static Instant newest(Listing listing) {
        Instant newest = Instant.EPOCH;
        for (Listing.Stat stat : listing.files().values()) {
            if (stat instanceof Listing.Stat.File file
                    && file.modified().toInstant().isAfter(newest)) {
                newest = file.modified().toInstant();
            }
        }
        return newest;
    }
}
