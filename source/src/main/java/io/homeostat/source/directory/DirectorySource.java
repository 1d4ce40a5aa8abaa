package io.homeostat.source.directory;

import io.homeostat.source.Reference;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.internal.TreeSnapshot;
import io.homeostat.source.internal.Watcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Follows a plain directory: reads it until it held still, keeps a copy, and serves snapshots from the copies. */
public final class DirectorySource implements Source {
    /** So few name one revision among many by chance only. */
    private static final int FEWEST_DIGITS = 4;

    private final SourceSpec spec;
    private final Path directory;
    private final Store store;
    private final Reading reading;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String last;

    private DirectorySource(SourceSpec spec, Path directory, Path store) {
        this.spec = spec;
        this.directory = directory;
        this.store = new Store(store);
        this.reading = new Reading(directory, spec.limits(), this.store);
    }

    public static Source open(SourceSpec spec, Path directory, Path store) throws SourceException {
        if (!(spec.reference() instanceof Reference.Default)) {
            throw new SourceException(spec.location().text() + " is a plain directory, which has no "
                    + spec.reference().words() + "; leave the reference out");
        }
        Path root = directory.resolve(spec.path()).normalize();
        if (!root.startsWith(directory)) {
            throw new SourceException("the path '" + spec.path() + "' leads out of " + directory);
        }
        return new DirectorySource(spec, root, store);
    }

    @Override
    public String location() {
        return spec.location().text();
    }

    @Override
    public Snapshot fetch() throws SourceException {
        lock.lock();
        try {
            if (!Files.isDirectory(directory)) {
                throw failure(directory + " does not exist", "restore it, or give another location", null);
            }
            Reading.Result result = reading.read();
            if (result == null) {
                throw failure(directory + " is being written to without a pause", "it is read again soon", null);
            }
            if (!result.problems().isEmpty()) {
                throw failure(
                        directory + " is refused: " + String.join("; ", result.problems()), "correct it there", null);
            }
            Manifest manifest = new Manifest(result.tree(), InPlace.origin(directory, result.newest()));
            store.put(manifest);
            last = manifest.revision();
            return snapshot(manifest);
        } catch (IOException failed) {
            throw failed(failed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String revision(String name) throws SourceException {
        String digits = name.startsWith("sha256:") ? name.substring("sha256:".length()) : name;
        if (digits.length() == 64) {
            return "sha256:" + digits;
        }
        try {
            List<String> held = digits.length() < FEWEST_DIGITS ? List.of() : store.beginningWith(digits);
            if (held.size() == 1) {
                return held.getFirst();
            }
            throw new SourceException("'" + name + "' is "
                    + (held.isEmpty() ? "not a revision of " : "the beginning of several revisions of ") + directory
                    + " that is held here; expected its digest (sha256:…) or the beginning of it");
        } catch (IOException failed) {
            throw failed(failed);
        }
    }

    @Override
    public Snapshot at(String revision) throws SourceException {
        if (!revision.matches("sha256:[0-9a-f]{64}")) {
            throw new SourceException("'" + revision + "' is not a revision of the directory " + directory
                    + "; expected sha256: and 64 hexadecimal digits");
        }
        try {
            Manifest manifest = store.get(revision);
            if (manifest == null) {
                throw failure(
                        "revision " + revision + " of " + directory + " is not held here",
                        "a directory's earlier states are held only while they are retained",
                        null);
            }
            return snapshot(manifest);
        } catch (IOException damaged) {
            throw failure(
                    "the copy of revision " + revision + " of " + directory + " cannot be read (" + damaged + ")",
                    "the next fetch takes a new copy of what is there",
                    damaged);
        }
    }

    private Snapshot snapshot(Manifest manifest) {
        return new TreeSnapshot(manifest.revision(), manifest.origin(), manifest.tree(), store::open, spec.limits());
    }

    @Override
    public void retain(Set<String> revisions) throws SourceException {
        lock.lock();
        try {
            Set<String> retained = new HashSet<>(revisions);
            if (last != null) {
                retained.add(last);
            }
            store.keepOnly(retained);
        } catch (IOException failed) {
            throw failed(failed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Watch watch(Runnable changed) {
        return Watcher.start(new DirectoryScope(directory), changed);
    }

    @Override
    public void writeBack(WriteBack message) throws SourceException {
        throw new SourceException(directory
                + " is a plain directory, into which nothing is written back; follow a Git repository for that");
    }

    private SourceException failed(IOException failed) {
        String why = String.valueOf(failed.getMessage());
        return why.contains("No space left on device")
                ? failure("the disk is full: " + why, "free some space; it is tried again by itself", failed)
                : failure(directory + " cannot be read: " + failed, "it is tried again by itself", failed);
    }

    private SourceException failure(String what, String todo, @Nullable Throwable cause) {
        String safe = last == null ? "nothing was changed" : "the running system stays at " + shown(last);
        String message = what + "; " + safe + "; " + todo;
        return cause == null ? new SourceException(message) : new SourceException(message, cause);
    }

    private static String shown(String revision) {
        return revision.substring(0, Math.min("sha256:".length() + 10, revision.length()));
    }

    @Override
    public void close() {}
}
