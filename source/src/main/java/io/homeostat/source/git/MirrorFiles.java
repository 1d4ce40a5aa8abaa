package io.homeostat.source.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
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
            \tbuildbitmaps = false
            [gc]
            \tauto = 0
            \tpruneexpire = now
            \tprunepackexpire = now
            """;

    private static final String HEAD = "ref: refs/homeostat/followed\n";
    private static final String KEPT = Mirror.KEEP;

    private MirrorFiles() {}

    static Repository open(Path directory, boolean withHistory) throws IOException {
        Hermetic.install();
        removeLeftovers(directory);
        write(directory);
        Repository repository = build(directory);
        Path old = aside(directory);
        if (Files.isDirectory(old)) {
            takeOver(old, repository, withHistory);
            delete(old);
        }
        return repository;
    }

    /** Whether there is a mirror, or what a crash left of it. */
    static boolean exist(Path directory) {
        return Files.exists(directory) || Files.exists(aside(directory));
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

    static boolean areWritten(Path directory) throws IOException {
        return holds(directory.resolve("config"), CONFIG) && holds(directory.resolve("HEAD"), HEAD);
    }

    private static boolean holds(Path file, String text) throws IOException {
        return Files.isRegularFile(file) && text(file).equals(text);
    }

    private static void put(Path file, String text) throws IOException {
        if (!holds(file, text)) {
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
        return name.equals("gc.pid")
                || name.endsWith(".lock")
                || name.endsWith(".part")
                || name.startsWith("noz")
                || name.startsWith("incoming_")
                || name.startsWith("insert_")
                || name.startsWith(".probe-")
                || (name.startsWith("gc_") && name.contains("_tmp"));
    }

    private static void takeOver(Path old, Repository into, boolean withHistory) throws IOException {
        write(old);
        try (Repository damaged = build(old);
                ObjectReader objects = damaged.newObjectReader()) {
            for (Map.Entry<String, String> ref : refs(old).entrySet()) {
                boolean kept = ref.getKey().startsWith(KEPT);
                // By the name: what stands in the file may be what is damaged.
                String id = kept ? ref.getKey().substring(KEPT.length()) : ref.getValue();
                if (ObjectId.isId(id) && copied(objects, ObjectId.fromString(id), into)) {
                    Mirror.point(into, ref.getKey(), ObjectId.fromString(id));
                }
            }
            endHistory(into, withHistory);
        }
    }

    /** What stands in the files of the refs that count, however damaged. */
    private static Map<String, String> refs(Path old) throws IOException {
        Map<String, String> refs = new TreeMap<>();
        Path packed = old.resolve("packed-refs");
        if (Files.isRegularFile(packed)) {
            for (String line : text(packed).split("\n")) {
                int space = line.indexOf(' ');
                if (space > 0) {
                    refs.put(line.substring(space + 1).strip(), line.substring(0, space));
                }
            }
        }
        for (Path file : list(old.resolve(KEPT))) {
            refs.put(KEPT + file.getFileName(), "");
        }
        Path followed = old.resolve(Mirror.FOLLOWED);
        if (Files.isRegularFile(followed)) {
            refs.put(Mirror.FOLLOWED, text(followed).strip());
        }
        refs.keySet().removeIf(name -> !name.startsWith(KEPT) && !name.equals(Mirror.FOLLOWED));
        return refs;
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** False when it cannot be read any more. */
    private static boolean copied(ObjectReader objects, ObjectId id, Repository into) throws IOException {
        try (RevWalk walk = new RevWalk(objects)) {
            RevCommit commit = walk.parseCommit(id);
            TreeCopy.commit(objects, into.getObjectDatabase(), commit, commit.getTree());
            return true;
        } catch (IOException failed) {
            if (Mirror.isDamage(failed)) {
                return false;
            }
            throw failed;
        }
    }

    /** Whether so much has gathered that looking things up gets slow. */
    static boolean isUntidy(Path directory, int mostPacks, int mostLoose) throws IOException {
        // Objects are spread evenly by their digest, so that one shelf of the 256 tells of all.
        return count(directory.resolve("objects/pack"), ".pack") > mostPacks
                || count(directory.resolve("objects/17"), "") * 256L > mostLoose;
    }

    private static long count(Path directory, String ending) throws IOException {
        return list(directory).stream()
                .filter(f -> f.toString().endsWith(ending))
                .count();
    }

    /** What all its files take on disk together. */
    static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(f -> f.toFile().length()).sum();
        }
    }

    /** Puts everything that a ref names into one pack, and deletes the rest. */
    static Properties tidy(Repository repository, boolean withHistory) throws IOException {
        try {
            endHistory(repository, withHistory);
            return Git.wrap(repository).gc().call();
        } catch (GitAPIException | JGitInternalException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed);
        }
    }

    /**
     * Lists the commits at which history ends, so that nobody walks from them to what is not here: without history that is every
     * commit, and with it those that were copied from a damaged mirror without their parents.
     */
    private static void endHistory(Repository repository, boolean withHistory) throws IOException {
        Set<ObjectId> ends = new HashSet<>();
        for (Ref ref : repository.getRefDatabase().getRefsByPrefix("refs/homeostat/")) {
            if (!withHistory || lacksParent(repository, ref.getObjectId())) {
                ends.add(ref.getObjectId());
            }
        }
        if (!ends.equals(repository.getObjectDatabase().getShallowCommits())) {
            repository.getObjectDatabase().setShallowCommits(ends);
        }
    }

    /** Reads the commit itself: a walk would leave out the parents of one that is listed already. */
    private static boolean lacksParent(Repository repository, ObjectId id) throws IOException {
        byte[] raw = repository.open(id, Constants.OBJ_COMMIT).getCachedBytes();
        for (ObjectId parent : RevCommit.parse(raw).getParents()) {
            if (!repository.getObjectDatabase().has(parent)) {
                return true;
            }
        }
        return false;
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
