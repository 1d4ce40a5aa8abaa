package io.homeostat.source.directory;

import io.homeostat.source.internal.Above;
import io.homeostat.source.internal.Watcher;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** A directory with all that is below it, and the way to it. */
record DirectoryScope(Path top) implements Watcher.Scope {
    /** Editors and archives write many files one after the other; each pause of this length ends a burst. */
    private static final Duration QUIET = Duration.ofMillis(10);

    @Override
    public Set<Path> directories() throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        Above.add(top, directories);
        if (Files.isDirectory(top)) {
            // The real one, because the walk does not follow a link, and the top may be one.
            Path real = top.toRealPath();
            Above.add(real, directories);
            Files.walkFileTree(real, new Collector(directories));
        }
        return directories;
    }

    @Override
    public boolean concerns(Path directory, String name) {
        Path changed = directory.resolve(name);
        Path real = real();
        if (Above.isOnTheWay(changed, top) || Above.isOnTheWay(changed, real)) {
            return true;
        }
        return changed.startsWith(real) && !Listing.isIgnored(name);
    }

    private Path real() {
        try {
            return top.toRealPath();
        } catch (IOException gone) {
            return top;
        }
    }

    @Override
    public Duration quiet() {
        return QUIET;
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Set<Path> directories;

        Collector(Set<Path> directories) {
            this.directories = directories;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (Listing.isIgnored(directory.getFileName().toString())) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            directories.add(directory);
            return FileVisitResult.CONTINUE;
        }

        /** It went away while we looked: its parent tells us again. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @org.jspecify.annotations.Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
