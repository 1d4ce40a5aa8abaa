package io.homeostat.source.git;

import io.homeostat.source.Limits;
import io.homeostat.source.internal.TreeSnapshot;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LockFailedException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * The bare repository that holds what was followed. Its refs are its memory: {@code refs/homeostat/followed} is the newest
 * commit, {@code refs/homeostat/keep/ID} a retained one. Whatever it holds came from elsewhere, so that it may be thrown away and
 * built again ({@link MirrorFiles}).
 */
final class Mirror implements AutoCloseable {
    static final String FOLLOWED = "refs/homeostat/followed";
    static final String KEEP = "refs/homeostat/keep/";
    private static final String RECENT = "refs/homeostat/recent/";
    private static final int MOST_PACKS = 40;
    private static final int MOST_LOOSE = 4096;
    private static final int LOOK_EVERY = 16;
    private static final long MUCH = 256L << 20;

    private final Path directory;
    private final boolean withHistory;
    private volatile @Nullable Repository repository;
    private volatile boolean damaged;
    private volatile int generation;
    private int looks;
    private long tidyBytes;

    /** @param withHistory whether commits are brought with those before them, or each for itself */
    Mirror(Path directory, boolean withHistory) {
        this.directory = directory;
        this.withHistory = withHistory;
    }

    /** The mirror itself, not what it mirrors, turned out to be broken. Whoever catches it may try once more. */
    static final class Damaged extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Damaged(IOException cause) {
            super("the mirror is damaged: " + cause.getMessage(), cause);
        }
    }

    /** Opens it, or builds it again when something in it turned out to be broken. */
    Repository repository() throws IOException {
        Repository open = repository;
        return open != null && !damaged ? open : opened();
    }

    private synchronized Repository opened() throws IOException {
        if (damaged) {
            close();
            MirrorFiles.setAside(directory);
            generation++;
            damaged = false;
        }
        Repository open = repository;
        if (open == null) {
            open = MirrorFiles.open(directory, withHistory);
            repository = open;
        }
        return open;
    }

    /** How often it was built again. */
    int generation() {
        return generation;
    }

    /** Something could not be read: the next use builds it again, unless that happened already. */
    void damaged(int seenIn) {
        damaged |= seenIn == generation;
    }

    interface Work<T> {
        T in(Repository repository) throws IOException;
    }

    private <T> T guarded(Work<T> work) throws IOException {
        Repository open = repository();
        try {
            return work.in(open);
        } catch (IOException failed) {
            if (isDamage(failed)) {
                damaged(generation);
                throw new Damaged(failed);
            }
            throw failed;
        }
    }

    /** Not what the file system says itself (full, forbidden, too many open files): that is no fault of ours to mend. */
    static boolean isDamage(IOException failed) {
        boolean ofTheSystem = failed instanceof FileSystemException
                || failed instanceof FileNotFoundException
                || failed instanceof LockFailedException
                || failed instanceof Refusal
                || failed instanceof Damaged;
        return !ofTheSystem && !Trouble.isDiskFull(failed);
    }

    /** The commit that {@code id} is, or that the tag {@code id} names, if it is held. */
    Optional<RevCommit> commit(ObjectId id) throws IOException {
        return guarded(open -> {
            try (RevWalk walk = new RevWalk(open)) {
                return Optional.of(walk.parseCommit(id));
            } catch (MissingObjectException notHeld) {
                return Optional.empty();
            } catch (IncorrectObjectTypeException notACommit) {
                throw new Refusal(id.name() + " is no commit (" + notACommit.getMessage() + ")", "follow a commit");
            }
        });
    }

    /** A server that was told what is held here did not send a commit that is not: a ref of ours names what was lost. */
    RevCommit claimed(ObjectId id) throws IOException {
        IOException lost = new IOException("the server did not send " + id.name());
        if (followed() == null) {
            throw lost;
        }
        damaged(generation);
        throw new Damaged(lost);
    }

    /** The tree of a commit, sharing with an earlier one what is the same, unless that was read before the mirror was mended. */
    TreeSnapshot snapshot(RevCommit commit, String path, Limits limits, @Nullable TreeSnapshot earlier)
            throws IOException {
        GitBlobs blobs = new GitBlobs(this, generation);
        TreeSnapshot shared = earlier != null && earlier.blobs().equals(blobs) ? earlier : null;
        return guarded(open -> {
            try (ObjectReader reader = open.newObjectReader()) {
                return CommitTree.snapshot(reader, commit, path, limits, shared, blobs);
            }
        });
    }

    /** Takes one commit and its files from another object database on this machine, without its history. */
    void adopt(ObjectReader from, ObjectId commit, ObjectId tree) throws IOException {
        TreeCopy.commit(from, repository().getObjectDatabase(), commit, tree);
    }

    /** Null before the first commit. */
    @Nullable
    ObjectId followed() throws IOException {
        return guarded(open -> Optional.ofNullable(open.exactRef(FOLLOWED)).map(Ref::getObjectId))
                .orElse(null);
    }

    @Nullable
    ObjectId named(String name) throws IOException {
        @Nullable ObjectId followed = followed();
        return guarded(open -> Optional.ofNullable(Naming.resolve(open, name, followed)))
                .orElse(null);
    }

    void follow(ObjectId commit) throws IOException {
        if (!commit.equals(followed())) {
            point(FOLLOWED, commit);
        }
    }

    Set<ObjectId> kept() throws IOException {
        return guarded(open -> named(open, KEEP));
    }

    private static Set<ObjectId> named(Repository open, String prefix) throws IOException {
        Set<ObjectId> ids = new HashSet<>();
        for (Ref ref : open.getRefDatabase().getRefsByPrefix(prefix)) {
            ids.add(ref.getObjectId());
        }
        return ids;
    }

    void keep(ObjectId commit) throws IOException {
        point(KEEP + commit.name(), commit);
    }

    void release(ObjectId commit) throws IOException {
        remove(KEEP + commit.name());
    }

    private void remove(String name) throws IOException {
        guarded(open -> {
            RefUpdate update = open.updateRef(name);
            update.setForceUpdate(true);
            return done(update.delete(), name);
        });
    }

    private void point(String name, ObjectId commit) throws IOException {
        guarded(open -> point(open, name, commit));
    }

    static RefUpdate.Result point(Repository in, String name, ObjectId commit) throws IOException {
        RefUpdate update = in.updateRef(name);
        update.setNewObjectId(commit);
        update.setForceUpdate(true);
        update.disableRefLog();
        return done(update.forceUpdate(), name);
    }

    private static RefUpdate.Result done(RefUpdate.Result result, String name) throws IOException {
        return switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> result;
            case LOCK_FAILURE -> throw new LockFailedException(new File(name));
            default -> throw new IOException("the mirror's " + name + " could not be written: " + result);
        };
    }

    /**
     * Looks whether its own files are as they were made and everything in it can be read: what the refs name, with its history, and
     * what no ref names any more, too, because what is brought is compared with it.
     */
    void verify() throws IOException {
        guarded(open -> {
            if (!MirrorFiles.areWritten(directory)) {
                throw new IOException("its configuration is not what it was");
            }
            try (ObjectWalk walk = new ObjectWalk(open)) {
                for (ObjectId id : named(open, "refs/homeostat/")) {
                    walk.markStart(walk.parseCommit(id));
                }
                for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                    // Reading a commit is what checks it.
                }
                for (RevObject each = walk.nextObject(); each != null; each = walk.nextObject()) {
                    read(open, each);
                }
            }
            for (ObjectId id : stored(open)) {
                read(open, id);
            }
            return open;
        });
    }

    private static void read(Repository open, ObjectId id) throws IOException {
        try (InputStream bytes = open.open(id).openStream()) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
    }

    private Set<ObjectId> stored(Repository open) throws IOException {
        Set<ObjectId> stored = new HashSet<>();
        for (Pack pack : ((ObjectDirectory) open.getObjectDatabase()).getPacks()) {
            for (PackIndex.MutableEntry each : pack) {
                stored.add(each.toObjectId());
            }
        }
        Path objects = directory.resolve("objects");
        try (Stream<Path> files = Files.walk(objects, 2)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = objects.relativize(file).toString().replace(File.separator, "");
                if (ObjectId.isId(name)) {
                    stored.add(ObjectId.fromString(name));
                }
            }
        }
        return stored;
    }

    /** Throws away what no ref names, once that is much. {@code recent} commits are spared, because somebody may read them. */
    void collect(Set<ObjectId> recent) throws IOException {
        if (!isUntidy()) {
            return;
        }
        Set<ObjectId> spared = guarded(open -> named(open, RECENT));
        for (ObjectId commit : recent) {
            point(RECENT + commit.name(), commit);
        }
        for (ObjectId commit : spared) {
            if (!recent.contains(commit)) {
                remove(RECENT + commit.name());
            }
        }
        guarded(open -> MirrorFiles.tidy(open, withHistory));
        tidyBytes = MirrorFiles.bytes(directory);
    }

    private boolean isUntidy() throws IOException {
        if (MirrorFiles.isUntidy(directory, MOST_PACKS, MOST_LOOSE)) {
            return true;
        }
        // Few objects may still be large ones; that takes a longer look, and so comes now and then only.
        return ++looks % LOOK_EVERY == 0 && MirrorFiles.bytes(directory) > Math.max(MUCH, 2 * tidyBytes);
    }

    @Override
    public synchronized void close() {
        Repository open = repository;
        if (open != null) {
            open.close();
            repository = null;
        }
    }
}
