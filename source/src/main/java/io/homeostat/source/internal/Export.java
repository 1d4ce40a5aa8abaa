package io.homeostat.source.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a directory of a snapshot to disk. A link stays a link when it means the same thing in the new place; otherwise what it
 * names is written in its stead, so that the copy needs nothing from outside.
 */
final class Export {
    private final Tree tree;
    private final Blobs blobs;

    private Export(Tree tree, Blobs blobs) {
        this.tree = tree;
        this.blobs = blobs;
    }

    static void write(Tree tree, String real, Entry.Directory directory, Blobs blobs, Path into) throws IOException {
        Files.createDirectories(into);
        try (Stream<Path> there = Files.list(into)) {
            if (there.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(into.toString());
            }
        }
        new Export(tree, blobs).directory(real, directory, into, 0);
    }

    /** @param below how deep we are below the top, or below the last link that was written as a directory */
    private void directory(String real, Entry.Directory directory, Path into, int below) throws IOException {
        Files.createDirectories(into);
        for (Map.Entry<String, Entry> child : directory.children().entrySet()) {
            Path to = into.resolve(child.getKey());
            String path = Tree.join(real, child.getKey());
            switch (child.getValue()) {
                case Entry.Directory sub -> directory(path, sub, to, below + 1);
                case Entry.File file -> file(path, file, to);
                case Entry.Link link -> link(path, link, to, below);
                case Entry.Refused refused -> throw new IOException(path + ": " + refused.why());
            }
        }
    }

    private void link(String path, Entry.Link link, Path to, int below) throws IOException {
        if (staysInside(link.target(), below)) {
            Files.createSymbolicLink(to, Path.of(link.target()));
            return;
        }
        switch (tree.resolve(path)) {
            case Tree.Resolved.Found(String target, Entry.File file) -> file(target, file, to);
            case Tree.Resolved.Found(String target, Entry.Directory sub) -> directory(target, sub, to, 0);
            default -> {} // leads to nothing here, and would there
        }
    }

    /** Only ups that stay below the top, then only downs: then no link on the way can give it another meaning. */
    private static boolean staysInside(String target, int below) {
        int ups = 0;
        boolean down = false;
        for (String name : target.split("/")) {
            if (name.equals("..")) {
                if (down || ++ups > below) {
                    return false;
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                down = true;
            }
        }
        return true;
    }

    private void file(String path, Entry.File file, Path to) throws IOException {
        try (InputStream in = blobs.open(path, file)) {
            Files.copy(in, to);
        }
        if (file.executable()) {
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
