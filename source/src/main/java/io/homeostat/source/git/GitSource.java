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
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/** Follows a Git repository: asks it where the reference is, brings what is not here, and reads from the mirror. */
public final class GitSource implements Source {
    private final SourceSpec spec;
    private final String location;
    private final Upstream upstream;
    private final Mirror mirror;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Recent recent = new Recent();
    private @Nullable TreeSnapshot last;

    private GitSource(SourceSpec spec, Upstream upstream, Path mirror, InstantSource clock) {
        this.spec = spec;
        this.location = spec.location().text();
        this.upstream = upstream;
        this.mirror = new Mirror(mirror, upstream.bringsHistory());
        this.clock = clock;
    }

    public static Source open(SourceSpec spec, Path mirror, InstantSource clock) throws SourceException {
        Hermetic.install();
        return new GitSource(spec, Upstreams.of(spec), mirror, clock);
    }

    /** Whether there is a Git repository at this very place (and not just somewhere above it). */
    public static boolean isRepository(Path path) {
        return LocalUpstream.isRepository(path);
    }

    /** Whether something was fetched into this mirror before. */
    public static boolean hasMirror(Path mirror) {
        return MirrorFiles.exist(mirror);
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
        Optional<RevCommit> fixed = spec.reference() instanceof Reference.Commit(String id)
                ? mirror.commit(ObjectId.fromString(id))
                : Optional.empty();
        return fixed.isPresent()
                ? fixed.get()
                : upstream.ask(mirror, connection -> {
                    ObjectId id = Choice.of(spec.reference(), connection, location);
                    Optional<RevCommit> held = mirror.commit(id);
                    return held.isPresent() ? held.get() : connection.bring(id, mirror);
                });
    }

    @Override
    public Snapshot at(String revision) throws SourceException {
        if (!ObjectId.isId(revision)) {
            throw new SourceException("'" + revision + "' is not a revision of " + location
                    + "; expected a whole commit id (40 hexadecimal digits)");
        }
        return guarded(() -> take(held(ObjectId.fromString(revision))));
    }

    @Override
    public String revision(String name) throws SourceException {
        return ObjectId.isId(name) ? name : guarded(() -> named(name)).name();
    }

    private ObjectId named(String name) throws IOException {
        ObjectId there = upstream.named(name, mirror.followed());
        ObjectId id = there == null ? mirror.named(name) : there;
        if (id == null) {
            throw new Refusal(
                    "'" + name + "' is not a revision of " + location + " that is held here",
                    "give a commit id or the beginning of one, or HEAD~1 for the one before what is followed");
        }
        return id;
    }

    /** A commit that is here, or can be had without the network. */
    private RevCommit held(ObjectId id) throws IOException {
        RevCommit here = mirror.commit(id).orElse(null);
        RevCommit commit = here == null ? upstream.recall(id, mirror) : here;
        if (commit == null) {
            throw new Refusal(
                    "revision " + shown(id.name()) + " of " + location + " is not held here",
                    "follow it (commit:" + id.name() + ") or a branch that holds it");
        }
        return commit;
    }

    /** Reads and checks a commit's tree. */
    private TreeSnapshot take(RevCommit commit) throws IOException {
        TreeSnapshot known = recent.get(commit.name(), mirror.generation());
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
        recent.put(snapshot);
        return snapshot;
    }

    @Override
    public void retain(Set<String> revisions) throws SourceException {
        guarded(() -> {
            Set<ObjectId> wanted = ids(revisions);
            Refusal lost = keep(wanted);
            mirror.collect(ids(recent.revisions()));
            if (lost != null) {
                throw lost;
            }
            return wanted;
        });
    }

    /** Another kind of revision cannot be one of ours, and is nothing to keep. */
    private static Set<ObjectId> ids(Set<String> revisions) {
        Set<ObjectId> ids = new HashSet<>();
        for (String revision : revisions) {
            if (ObjectId.isId(revision)) {
                ids.add(ObjectId.fromString(revision));
            }
        }
        return ids;
    }

    /** What keeps one of them from being kept does not keep the others from it. */
    private @Nullable Refusal keep(Set<ObjectId> wanted) throws IOException {
        Refusal lost = null;
        Set<ObjectId> kept = mirror.kept();
        for (ObjectId id : wanted) {
            try {
                if (!kept.contains(id)) {
                    held(id);
                    mirror.keep(id);
                }
            } catch (Refusal gone) {
                lost = gone;
            }
        }
        for (ObjectId id : kept) {
            if (!wanted.contains(id)) {
                mirror.release(id);
            }
        }
        return lost;
    }

    @Override
    public Watch watch(Runnable changed) {
        return upstream.watch(changed);
    }

    @Override
    public void writeBack(WriteBack message) throws SourceException {
        if (!ObjectId.isId(message.revision())) {
            throw new SourceException("'" + message.revision() + "' is not a commit of " + location);
        }
        guarded(() -> {
            String branch = message instanceof WriteBack.Revert ? branch() : null;
            upstream.publish(mirror, publisher -> WriteBacks.write(message, publisher, branch, clock));
            return message;
        });
    }

    /** The full name of the branch that is followed; null when it is not a branch. */
    private @Nullable String branch() throws IOException {
        return switch (spec.reference()) {
            case Reference.Default() ->
                upstream.ask(mirror, c -> Optional.ofNullable(c.head())).orElse(null);
            case Reference.Branch(String name) -> "refs/heads/" + name;
            case Reference.Tag _, Reference.Versions _, Reference.Commit _ -> null;
        };
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /** One at a time; what goes wrong becomes words; and a mirror that turns out to be broken is built again, once. */
    private <T> T guarded(Work<T> work) throws SourceException {
        lock.lock();
        try {
            return attempted(work);
        } catch (IOException failed) {
            Refusal refusal = Trouble.of(failed, spec, null);
            throw new SourceException(refusal.getMessage() + "; " + safe() + "; " + refusal.todo(), refusal);
        } finally {
            lock.unlock();
        }
    }

    private <T> T attempted(Work<T> work) throws IOException {
        try {
            return unwrapped(work);
        } catch (Mirror.Damaged mended) {
            return unwrapped(work);
        }
    }

    /** JGit throws what it cannot read of a repository's configuration as a bug. */
    private <T> T unwrapped(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (RuntimeException wrapped) {
            if (!(wrapped.getCause() instanceof IOException cause)) {
                throw wrapped;
            }
            mirror.damaged(mirror.generation());
            throw new Mirror.Damaged(cause);
        }
    }

    private String safe() {
        String revision = last == null ? followed() : last.revision();
        return revision == null ? "nothing was changed" : "the running system stays at " + shown(revision);
    }

    private @Nullable String followed() {
        try {
            ObjectId followed = mirror.followed();
            return followed == null ? null : followed.name();
        } catch (IOException unknown) {
            return null;
        }
    }

    private static String shown(String revision) {
        return revision.substring(0, Math.min(10, revision.length()));
    }

    @Override
    public void close() {
        mirror.close();
    }
}
