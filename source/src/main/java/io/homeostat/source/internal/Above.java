package io.homeostat.source.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The directories above a watched one. They are watched too, because it may be moved away and another put in its place. */
public final class Above {
    private Above() {}

    public static void add(Path path, Set<Path> directories) {
        for (Path up = path.getParent(); up != null; up = up.getParent()) {
            if (Files.isDirectory(up) && Files.isReadable(up)) {
                directories.add(up);
            }
        }
    }

    /** Whether {@code changed} is the path itself or lies above it. */
    public static boolean isOnTheWay(Path changed, Path path) {
        return path.startsWith(changed);
    }
}
