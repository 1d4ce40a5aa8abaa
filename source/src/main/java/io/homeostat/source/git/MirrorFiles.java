package io.homeostat.source.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * A mirror's files: makes them, clears away what a crash left half-written, and builds them again from what is still readable.
 *
 * <p>A damaged mirror is first moved aside and stays there until every retained revision that can be read was taken over. So a
 * crash in the middle loses nothing: whoever opens the mirror next finds the old one beside it and goes on.
 */
final class MirrorFiles {
    /** No pack deltas: files here are small or binary, and the agent's memory is smaller than a delta search's. */
    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tbare = true
            \tcompression = 1
            [pack]
            \tdeltacompression = false
            \tthreads = 1
            [gc]
            \tauto = 0
            """;

    private static final String HEAD = "ref: refs/homeostat/followed\n";
    private static final String KEPT = "refs/homeostat/keep";

    private MirrorFiles() {}

    static Repository open(Path directory) throws IOException {
        Hermetic.install();
        removeLeftovers(directory);
        write(directory);
        Repository repository = build(directory);
        Path old = aside(directory);
        if (Files.isDirectory(old)) {
            takeOver(old, repository);
            delete(old);
        }
        return repository;
    }

    /** Moves a damaged mirror away; the next {@link #open} takes over what can be read of it. */
    static void setAside(Path directory) throws IOException {
        Path old = aside(directory);
        if (Files.isDirectory(old)) {
            // The one before was not finished with: its retained revisions count more than ours, which came from it.
            delete(directory);
        } else {
            Files.move(directory, old, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Path aside(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".damaged");
    }

    /** Its own few files are always ours to write anew, so that no crash can leave them half-written. */
    private static void write(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("objects/pack"));
        Files.createDirectories(directory.resolve("refs"));
        put(directory.resolve("config"), CONFIG);
        put(directory.resolve("HEAD"), HEAD);
    }

    private static void put(Path file, String text) throws IOException {
        if (!Files.isRegularFile(file) || !Files.readString(file).equals(text)) {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Repository build(Path directory) throws IOException {
        try {
            return new RepositoryBuilder()
                    .setGitDir(directory.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
        } catch (RepositoryNotFoundException impossible) {
            throw new IOException("the mirror in " + directory + " cannot be made", impossible);
        }
    }

    /** Locks and temporary files of whoever died while writing: only one process at a time has this directory. */
    static void removeLeftovers(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (isLeftover(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isLeftover(String name) {
        return name.endsWith(".lock")
                || name.endsWith(".part")
                || name.startsWith("noz")
                || name.startsWith("incoming_")
                || name.startsWith(".probe-")
                || (name.startsWith("gc_") && name.contains("_tmp"));
    }

    private static void takeOver(Path old, Repository into) throws IOException {
        write(old);
        try (Repository damaged = build(old);
                ObjectReader objects = damaged.newObjectReader()) {
            for (ObjectId id : kept(old)) {
                RevCommit commit = readable(objects, id);
                if (commit != null && copied(objects, commit, into)) {
                    Mirror.keep(into, id);
                }
            }
        }
    }

    /** By the names of the files: what stands in them may be what is damaged. */
    private static Set<ObjectId> kept(Path old) throws IOException {
        Set<ObjectId> ids = new HashSet<>();
        Path directory = old.resolve(KEPT);
        if (Files.isDirectory(directory)) {
            try (var files = Files.list(directory)) {
                files.map(f -> f.getFileName().toString())
                        .filter(ObjectId::isId)
                        .map(ObjectId::fromString)
                        .forEach(ids::add);
            }
        }
        Path packed = old.resolve("packed-refs");
        if (Files.isRegularFile(packed)) {
            for (String line :
                    new String(Files.readAllBytes(packed), java.nio.charset.StandardCharsets.ISO_8859_1).split("\n")) {
                int at = line.indexOf(" " + KEPT + "/");
                if (at > 0
                        && ObjectId.isId(line.substring(at + KEPT.length() + 2).strip())) {
                    ids.add(ObjectId.fromString(
                            line.substring(at + KEPT.length() + 2).strip()));
                }
            }
        }
        return ids;
    }

    private static @Nullable RevCommit readable(ObjectReader objects, ObjectId id) {
        try (RevWalk walk = new RevWalk(objects)) {
            return walk.parseCommit(id);
        } catch (IOException gone) {
            return null;
        }
    }

    private static boolean copied(ObjectReader objects, RevCommit commit, Repository into) throws IOException {
        try {
            Mirror.adopt(into, objects, commit, commit.getTree());
            return true;
        } catch (org.eclipse.jgit.errors.MissingObjectException | org.eclipse.jgit.errors.CorruptObjectException gone) {
            return false;
        }
    }

    static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
