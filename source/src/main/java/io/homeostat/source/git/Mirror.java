package io.homeostat.source.git;

import io.homeostat.source.Limits;
import io.homeostat.source.Snapshot;
import io.homeostat.source.internal.Entry;
import io.homeostat.source.internal.Tree;
import io.homeostat.source.internal.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * The bare repository that holds what was followed. Its refs are its memory: {@code refs/homeostat/followed} is the newest
 * commit, {@code refs/homeostat/keep/ID} a retained one. Whatever it holds came from elsewhere, so that it may be thrown away and
 * built again ({@link MirrorFiles}).
 */
final class Mirror implements AutoCloseable {
    private static final String FOLLOWED = "refs/homeostat/followed";
    private static final String KEEP = "refs/homeostat/keep/";

    private final Path directory;
    private volatile @Nullable Repository repository;
    private volatile boolean damaged;

    Mirror(Path directory) {
        this.directory = directory;
    }

    /** Opens it, or builds it again when something in it turned out to be broken. */
    Repository repository() throws IOException {
        Repository open = repository;
        if (open != null && !damaged) {
            return open;
        }
        synchronized (this) {
            if (repository != null && damaged) {
                repository.close();
                repository = null;
                MirrorFiles.setAside(directory);
            }
            if (repository == null) {
                repository = MirrorFiles.open(directory);
                damaged = false;
            }
            return repository;
        }
    }

    /** Something in here could not be read: the next {@link #repository()} builds it again. */
    void damaged() {
        damaged = true;
    }

    /** The commit that {@code id} is, or that the tag {@code id} names; null when it is not held. */
    @Nullable
    RevCommit commit(ObjectId id) throws IOException {
        try (RevWalk walk = new RevWalk(repository())) {
            walk.setRetainBody(true);
            return walk.parseCommit(id);
        } catch (MissingObjectException notHeld) {
            return null;
        }
    }

    /** Takes one commit and its files from another object database on this machine, without its history. */
    void adopt(ObjectReader from, ObjectId commit, ObjectId tree) throws IOException {
        adopt(repository(), from, commit, tree);
    }

    static void adopt(Repository into, ObjectReader from, ObjectId commit, ObjectId tree) throws IOException {
        try (ObjectInserter inserter = into.newObjectInserter()) {
            // Before the commit itself, so that nobody ever walks from it to parents that are not here.
            Set<ObjectId> shallow = new HashSet<>(into.getObjectDatabase().getShallowCommits());
            if (shallow.add(commit.copy())) {
                into.getObjectDatabase().setShallowCommits(shallow);
            }
            new TreeCopy(from, into.getObjectDatabase(), inserter).commit(commit, tree);
        }
    }

    /** The tree of a commit, sharing with an earlier one what is the same. */
    TreeSnapshot snapshot(RevCommit commit, String path, Limits limits, @Nullable TreeSnapshot earlier)
            throws IOException {
        try (ObjectReader reader = repository().newObjectReader()) {
            ObjectId top = below(commit.getTree(), path, reader, commit);
            Entry.Directory before = earlier == null ? null : earlier.tree().root();
            Tree tree = new Tree(new TreeBuilder(reader, limits.depth()).build(top, before));
            return new TreeSnapshot(commit.name(), origin(commit), tree, new GitBlobs(this), limits);
        }
    }

    private static ObjectId below(RevTree root, String path, ObjectReader reader, RevCommit commit) throws IOException {
        if (path.equals(".")) {
            return root;
        }
        try (TreeWalk walk = TreeWalk.forPath(reader, path, root)) {
            if (walk == null || !walk.isSubtree()) {
                throw new Refusal(
                        "there is no directory '" + path + "' at revision "
                                + commit.abbreviate(10).name(),
                        "commit one, or set the source's path to the directory that you mean");
            }
            return walk.getObjectId(0);
        }
    }

    private static Snapshot.Origin origin(RevCommit commit) {
        PersonIdent author = commit.getAuthorIdent();
        return author == null
                ? new Snapshot.Origin(
                        "unknown", Instant.ofEpochSecond(commit.getCommitTime()), commit.getShortMessage())
                : new Snapshot.Origin(author.getName(), author.getWhenAsInstant(), commit.getShortMessage());
    }

    @Nullable
    ObjectId followed() throws IOException {
        Ref ref = repository().exactRef(FOLLOWED);
        return ref == null ? null : ref.getObjectId();
    }

    void follow(ObjectId commit) throws IOException {
        if (!commit.equals(followed())) {
            point(FOLLOWED, commit);
        }
    }

    Set<ObjectId> kept() throws IOException {
        Set<ObjectId> kept = new HashSet<>();
        for (Ref ref : repository().getRefDatabase().getRefsByPrefix(KEEP)) {
            kept.add(ref.getObjectId());
        }
        return kept;
    }

    void keep(ObjectId commit) throws IOException {
        point(KEEP + commit.name(), commit);
    }

    static void keep(Repository in, ObjectId commit) throws IOException {
        point(in, KEEP + commit.name(), commit);
    }

    void release(ObjectId commit) throws IOException {
        RefUpdate update = repository().updateRef(KEEP + commit.name());
        update.setForceUpdate(true);
        expect(update.delete(), update.getName());
    }

    private void point(String name, ObjectId commit) throws IOException {
        point(repository(), name, commit);
    }

    private static void point(Repository in, String name, ObjectId commit) throws IOException {
        RefUpdate update = in.updateRef(name);
        update.setNewObjectId(commit);
        update.setForceUpdate(true);
        update.disableRefLog();
        expect(update.forceUpdate(), name);
    }

    private static void expect(RefUpdate.Result result, String name) throws IOException {
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw new IOException("the mirror's " + name + " could not be written: " + result);
        }
    }

    byte[] bytes(ObjectId blob, int most) throws IOException {
        try (ObjectReader reader = repository().newObjectReader()) {
            return reader.open(blob, Constants.OBJ_BLOB).getCachedBytes(most);
        }
    }

    @Override
    public synchronized void close() {
        if (repository != null) {
            repository.close();
            repository = null;
        }
    }
}
