package io.homeostat.model.internal.view;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Paths inside the repository: relative to its root, with {@code /}, {@code "."} for the root itself. */
public final class RepositoryPath {
    public static final String ROOT = ".";

    private RepositoryPath() {}

    /** A path seen from a directory of the repository; null when it is absolute or leaves the repository. */
    public static @Nullable String resolve(String directory, String path) {
        if (path.startsWith("/")) {
            return null;
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (directory + "/" + path).split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> {
                    if (parts.pollLast() == null) {
                        return null;
                    }
                }
                default -> parts.addLast(part);
            }
        }
        return parts.isEmpty() ? ROOT : String.join("/", parts);
    }

    public static String directoryOf(String file) {
        int slash = file.lastIndexOf('/');
        return slash < 0 ? ROOT : file.substring(0, slash);
    }
}
