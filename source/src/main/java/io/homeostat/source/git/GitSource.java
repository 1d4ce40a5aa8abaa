package io.homeostat.source.git;

import io.homeostat.source.Reference;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.internal.Check;
import io.homeostat.source.internal.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/** Follows a Git repository: asks it where the reference is, brings what is not here, and reads from the mirror. */
public final class GitSource implements Source {
    private static final int RECENT = 16;

    private final SourceSpec spec;
    private final String location;
    private final Upstream upstream;
    private final Mirror mirror;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TreeSnapshot> recent = new LinkedHashMap<>(RECENT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TreeSnapshot> eldest) {
            return size() > RECENT;
        }
    };
    private @Nullable TreeSnapshot last;

    private GitSource(SourceSpec spec, Upstream upstream, Path mirror) {
        this.spec = spec;
        this.location = spec.location().text();
        this.upstream = upstream;
        this.mirror = new Mirror(mirror);
    }

    public static Source open(SourceSpec spec, Path mirror) throws SourceException {
        Hermetic.install();
        return new GitSource(spec, Upstreams.of(spec), mirror);
    }

    /** Whether there is a Git repository at this very place (and not just somewhere above it). */
    public static boolean isRepository(Path path) {
        return LocalUpstream.isRepository(path);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Snapshot fetch() throws SourceException {
        return guarded(() -> {
            RevCommit commit = newest();
            TreeSnapshot snapshot = take(commit);
            mirror.follow(commit);
            last = snapshot;
            return snapshot;
        });
    }

    private RevCommit newest() throws IOException {
        // A commit that is here cannot change, so that nobody need be asked.
        RevCommit fixed =
                spec.reference() instanceof Reference.Commit(String id) ? mirror.commit(ObjectId.fromString(id)) : null;
        return fixed != null
                ? fixed
                : upstream.ask(mirror, connection -> {
                    ObjectId id = Choice.of(spec.reference(), connection, location);
                    RevCommit held = mirror.commit(id);
                    return held == null ? connection.bring(id, mirror) : held;
                });
    }

    @Override
    public Snapshot at(String revision) throws SourceException {
        if (!ObjectId.isId(revision)) {
            throw new SourceException("'" + revision + "' is not a revision of " + location
                    + "; expected a whole commit id (40 hexadecimal digits)");
        }
        return guarded(() -> {
            TreeSnapshot known = recent.get(revision);
            if (known != null) {
                return known;
            }
            ObjectId id = ObjectId.fromString(revision);
            RevCommit commit = mirror.commit(id);
            commit = commit == null ? upstream.recall(id, mirror) : commit;
            if (commit == null) {
                throw new Refusal(
                        "revision " + shown(revision) + " of " + location + " is not held here",
                        "follow it (commit:" + revision + ") or a branch that holds it");
            }
            return take(commit);
        });
    }

    /** Reads and checks a commit's tree. Whoever holds one may read it for good. */
    private TreeSnapshot take(RevCommit commit) throws IOException {
        TreeSnapshot known = recent.get(commit.name());
        if (known != null) {
            return known;
        }
        TreeSnapshot snapshot = mirror.snapshot(commit, spec.path(), spec.limits(), last);
        List<String> problems = Check.problems(snapshot.tree(), spec.limits());
        if (!problems.isEmpty()) {
            throw new Refusal(
                    "revision " + shown(commit.name()) + " of " + location + " is refused: "
                            + String.join("; ", problems),
                    "commit a correction");
        }
        recent.put(snapshot.revision(), snapshot);
        return snapshot;
    }

    @Override
    public void retain(Set<String> revisions) throws SourceException {
        guarded(() -> {
            Set<ObjectId> wanted = new HashSet<>();
            for (String revision : revisions) {
                wanted.add(ObjectId.fromString(revision));
            }
            Set<ObjectId> kept = mirror.kept();
            for (ObjectId id : wanted) {
                if (!kept.contains(id) && (mirror.commit(id) != null || upstream.recall(id, mirror) != null)) {
                    mirror.keep(id);
                }
            }
            for (ObjectId id : kept) {
                if (!wanted.contains(id)) {
                    mirror.release(id);
                }
            }
            return revisions;
        });
    }

    @Override
    public Watch watch(Runnable changed) {
        return upstream.watch(changed);
    }

    @Override
    public void writeBack(WriteBack message) throws SourceException {
        throw new SourceException("writing back to " + location + " comes with the next change");
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** One at a time; what goes wrong becomes words; and a mirror that turns out to be broken is built again, once. */
    private <T> T guarded(Work<T> work) throws SourceException {
        lock.lock();
        try {
            try {
                return work.run();
            } catch (MissingObjectException | CorruptObjectException broken) {
                mirror.damaged();
                return work.run();
            }
        } catch (IOException failed) {
            Refusal refusal = Trouble.of(failed, spec, null);
            throw new SourceException(refusal.getMessage() + "; " + safe() + "; " + refusal.todo(), refusal);
        } finally {
            lock.unlock();
        }
    }

    private String safe() {
        return last == null ? "nothing was changed" : "the running system stays at " + shown(last.revision());
    }

    private static String shown(String revision) {
        return revision.substring(0, Math.min(10, revision.length()));
    }

    @Override
    public void close() {
        mirror.close();
    }
}
