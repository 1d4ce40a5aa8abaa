package io.homeostat.source.git;

import io.homeostat.source.Source;
import io.homeostat.source.internal.Watcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryBuilder;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/**
 * A repository on this machine: bare, a work tree or a linked one. Its refs and objects are read directly. It is opened anew each
 * time, because it belongs to somebody else, who may replace or pack it while we look away.
 */
record LocalUpstream(Path path) implements Upstream {

    /** Whether there is a Git repository at this very place (and not just somewhere above it). */
    static boolean isRepository(Path path) {
        return Files.exists(path.resolve(".git")) || isBare(path);
    }

    private static boolean isBare(Path path) {
        return Files.isRegularFile(path.resolve("HEAD"))
                && Files.isDirectory(path.resolve("objects"))
                && Files.isDirectory(path.resolve("refs"));
    }

    Repository open() throws IOException {
        Hermetic.install();
        if (!isRepository(path)) {
            throw Files.exists(path)
                    ? new Refusal(path + " is not a Git repository any more", "restore it, or give another location")
                    : new Refusal(path + " does not exist", "restore it, or give another location");
        }
        RepositoryBuilder builder = new RepositoryBuilder().setMustExist(true);
        return Files.exists(path.resolve(".git"))
                ? builder.setWorkTree(path.toFile()).build()
                : builder.setGitDir(path.toFile()).build();
    }

    /** Those before it can be had at any time. */
    @Override
    public boolean bringsHistory() {
        return false;
    }

    @Override
    public <T> T ask(Mirror mirror, Question<T> question) throws IOException {
        try (Repository repository = open()) {
            return question.of(new Opened(repository));
        }
    }

    @Override
    public @Nullable RevCommit recall(ObjectId commit, Mirror mirror) throws IOException {
        return ask(mirror, connection -> connection.bring(commit, mirror));
    }

    @Override
    public @Nullable ObjectId named(String name, @Nullable ObjectId followed) throws IOException {
        try (Repository repository = open()) {
            return Naming.resolve(repository, name, followed);
        }
    }

    @Override
    public void publish(Mirror mirror, Publication publication) throws IOException {
        try (Repository repository = open()) {
            publication.by(new LocalPublisher(repository));
        }
    }

    @Override
    public Source.Watch watch(Runnable changed) {
        return Watcher.start(new RefFiles(path), changed);
    }

    private record Opened(Repository repository) implements Connection {

        @Override
        public @Nullable String head() throws IOException {
            Ref head = repository.exactRef("HEAD");
            return head == null || !head.isSymbolic() ? null : head.getTarget().getName();
        }

        @Override
        public @Nullable ObjectId exact(String name) throws IOException {
            Ref ref = repository.exactRef(name);
            return ref == null ? null : ref.getObjectId();
        }

        @Override
        public SortedMap<String, ObjectId> list(String prefix) throws IOException {
            SortedMap<String, ObjectId> refs = new TreeMap<>();
            for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
                if (ref.getObjectId() != null) {
                    refs.put(ref.getName().substring(prefix.length()), ref.getObjectId());
                }
            }
            return refs;
        }

        @Override
        public RevCommit bring(ObjectId id, Mirror mirror) throws IOException {
            try (ObjectReader objects = repository.newObjectReader();
                    RevWalk walk = new RevWalk(objects)) {
                RevCommit commit = walk.parseCommit(id);
                mirror.adopt(objects, commit, commit.getTree());
                return commit;
            } catch (IncorrectObjectTypeException notACommit) {
                throw new Refusal(id.name() + " is no commit (" + notACommit.getMessage() + ")", "follow a commit");
            } catch (IOException failed) {
                throw explained(id, failed);
            }
        }

        /** What cannot be read in there is theirs to mend; what the system says itself is not. */
        private IOException explained(ObjectId id, IOException failed) {
            if (failed instanceof MissingObjectException missing && id.equals(missing.getObjectId())) {
                return new Refusal(
                        "there is no commit " + id.name() + " in " + where(), "follow one that exists", failed);
            }
            return Mirror.isDamage(failed)
                    ? new Refusal(
                            "the repository " + where() + " is damaged (" + failed.getMessage() + ")",
                            "run git fsck in it and restore what is missing",
                            failed)
                    : failed;
        }

        private String where() {
            return repository.getDirectory().getPath();
        }
    }
}
