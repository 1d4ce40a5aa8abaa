package io.homeostat.cli.demo;

import io.homeostat.cli.show.Brief;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.revwalk.RevCommit;

/** The Git repository that says what should run, as somebody works in it. */
public final class Repository implements AutoCloseable {

    private static final String AUTHOR = "Ada";
    private static final String EMAIL = "ada@example.org";

    private final Path root;
    private final Git git;

    private Repository(Path root, Git git) {
        this.root = root;
        this.git = git;
    }

    /** A commit, by its whole id. */
    public record Commit(String id, String subject) {
        @Override
        public String toString() {
            return "commit " + Brief.revision(id) + " “" + subject + "”";
        }
    }

    /** A new repository with a copy of {@code example} in it, nothing committed yet. */
    static Repository create(Path root, Path example) throws IOException, GitAPIException {
        copy(example, root);
        return new Repository(
                root,
                Git.init().setDirectory(root.toFile()).setInitialBranch("main").call());
    }

    public Path root() {
        return root;
    }

    /** Replaces the one place where {@code from} stands in a file. */
    public void edit(String file, String from, String to) throws IOException {
        Path path = root.resolve(file);
        String content = Files.readString(path);
        int at = content.indexOf(from);
        if (at < 0 || content.indexOf(from, at + 1) >= 0) {
            throw new IOException(path + " does not say '" + from + "' exactly once");
        }
        Files.writeString(path, content.replace(from, to));
    }

    public void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    public void remove(String file) throws IOException {
        Files.delete(root.resolve(file));
    }

    /** Commits everything as it is now. */
    public Commit commit(String subject) throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        RevCommit commit = git.commit()
                .setMessage(subject)
                .setAuthor(AUTHOR, EMAIL)
                .setCommitter(AUTHOR, EMAIL)
                .setSign(false)
                .setNoVerify(true)
                .call();
        return new Commit(commit.name(), subject);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() {
        git.close();
    }
}
