package io.homeostat.source.git;

import io.homeostat.source.internal.Above;
import io.homeostat.source.internal.Watcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a repository on this machine keeps its refs: {@code HEAD}, {@code packed-refs}, {@code refs/} and {@code reftable/}. Logs
 * are left out: Git writes them before the ref, which would call us a moment too early.
 */
record RefFiles(Path path) implements Watcher.Scope {

    @Override
    public Set<Path> directories() throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        Above.add(path, directories);
        add(path, directories);
        Path git = gitDirectory();
        if (git != null) {
            Above.add(git, directories);
            add(git, directories);
            Path common = commonDirectory(git);
            add(common, directories);
            add(common.resolve("reftable"), directories);
            add(common.resolve("refs"), directories);
            below(common.resolve("refs/heads"), directories);
            below(common.resolve("refs/tags"), directories);
        }
        return directories;
    }

    private static void add(Path directory, Set<Path> directories) {
        if (Files.isDirectory(directory)) {
            directories.add(directory);
        }
    }

    private static void below(Path top, Set<Path> directories) throws IOException {
        if (!Files.isDirectory(top)) {
            return;
        }
        try (Stream<Path> below = Files.walk(top)) {
            below.filter(Files::isDirectory).forEach(directories::add);
        } catch (UncheckedIOException vanished) {
            // A branch's directory went away while we looked: its parent tells us again.
        }
    }

    private @Nullable Path gitDirectory() {
        Path dotGit = path.resolve(".git");
        if (Files.isDirectory(dotGit)) {
            return dotGit;
        }
        if (!Files.isRegularFile(dotGit)) {
            return Files.isRegularFile(path.resolve("HEAD")) ? path : null;
        }
        String line = firstLine(dotGit);
        return line.startsWith("gitdir:")
                ? path.resolve(line.substring("gitdir:".length()).strip()).normalize()
                : null;
    }

    private static Path commonDirectory(Path git) {
        String line = firstLine(git.resolve("commondir"));
        return line.isEmpty() ? git : git.resolve(line).normalize();
    }

    private static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException notThere) {
            return "";
        }
    }

    @Override
    public boolean concerns(Path directory, String name) {
        if (name.endsWith(".lock")) {
            return false; // Git renames it to what it locks when it is done
        }
        Path changed = directory.resolve(name);
        Path git = gitDirectory();
        if (Above.isOnTheWay(changed, path) || (git != null && Above.isOnTheWay(changed, git))) {
            return true;
        }
        return switch (name) {
            case ".git", "HEAD", "packed-refs", "refs", "reftable", "tables.list", "commondir" -> true;
            default -> git != null && changed.startsWith(commonDirectory(git).resolve("refs"));
        };
    }

    @Override
    public Duration quiet() {
        return Duration.ZERO;
    }
}
