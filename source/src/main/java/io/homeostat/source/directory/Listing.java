package io.homeostat.source.directory;

import io.homeostat.source.Limits;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is in a directory now, without the bytes: paths relative to it, with what the file system says about each. Two equal
 * listings mean that nothing was added, removed or (as far as the clock of the file system tells) changed in between.
 *
 * @param root without links in it
 */
record Listing(Path root, SortedMap<String, Stat> files) {

    sealed interface Stat {
        /** @param changed when bytes, name or permissions last changed; unlike the time of modification nobody can set it */
        record File(long inode, long size, FileTime modified, FileTime changed, boolean executable) implements Stat {}

        record Link(String target) implements Stat {}

        record Other(String why) implements Stat {}
    }

    static Listing of(Path directory, Limits limits) throws IOException {
        SortedMap<String, Stat> files = new TreeMap<>();
        Path root = directory.toRealPath();
        list(root, "", 0, limits, files);
        return new Listing(root, files);
    }

    private static void list(Path directory, String prefix, int depth, Limits limits, SortedMap<String, Stat> files)
            throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                if (isIgnored(name)) {
                    continue;
                }
                if (files.size() > limits.files()) {
                    return; // more than the check allows is enough to know
                }
                String path = prefix + name;
                Map<String, Object> attributes = Files.readAttributes(child, "unix:*", LinkOption.NOFOLLOW_LINKS);
                if (Boolean.TRUE.equals(attributes.get("isDirectory"))) {
                    if (depth < limits.depth()) {
                        list(child, path + "/", depth + 1, limits, files);
                    } else {
                        files.put(path, new Stat.Other("directories nest deeper than " + limits.depth()));
                    }
                } else {
                    files.put(path, stat(child, attributes));
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
    }

    private static Stat stat(Path file, Map<String, Object> attributes) throws IOException {
        if (Boolean.TRUE.equals(attributes.get("isSymbolicLink"))) {
            return new Stat.Link(Files.readSymbolicLink(file).toString());
        }
        if (Boolean.TRUE.equals(attributes.get("isRegularFile"))
                && attributes.get("ino") instanceof Long inode
                && attributes.get("size") instanceof Long size
                && attributes.get("lastModifiedTime") instanceof FileTime modified
                && attributes.get("ctime") instanceof FileTime changed
                && attributes.get("mode") instanceof Integer mode) {
            return new Stat.File(inode, size, modified, changed, (mode & 0100) != 0);
        }
        return new Stat.Other("neither a file, a directory nor a link; remove it");
    }

    /** Git's own files, and what editors leave beside a file while it is open in them. */
    static boolean isIgnored(String name) {
        return name.equals(".git")
                || name.endsWith(".swp")
                || name.endsWith(".swx")
                || name.endsWith("~")
                || name.startsWith(".#");
    }
}
