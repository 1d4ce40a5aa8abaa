package io.homeostat.target.local.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Puts the entries of an archive into a directory, and nothing anywhere else.
 *
 * <p>Names with {@code ..} and absolute ones are refused. Links are made after everything else, so that no file is ever written
 * through one, and then each is followed: it has to end at something inside.
 */
final class Unpacking {
    private static final int BLOCK = 64 << 10;

    private final Path root;
    private final String archive;
    private final UnpackLimits limits;
    private final Map<Path, String> links = new LinkedHashMap<>();
    private long bytes;
    private int entries;

    /** @param archive how messages call it */
    Unpacking(Path root, String archive, UnpackLimits limits) throws IOException {
        this.root = Files.createDirectory(root).toRealPath();
        this.archive = archive;
        this.limits = limits;
    }

    void directory(String name) throws IOException {
        count(name);
        directories(place(name), name);
    }

    void file(String name, boolean executable, InputStream content) throws IOException {
        count(name);
        Path file = place(name);
        directories(parent(file), name);
        // A later entry of the same name replaces the earlier one, as tar does.
        if (Files.isRegularFile(file)) {
            Files.delete(file);
        }
        links.remove(file);
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            byte[] block = new byte[BLOCK];
            for (int count = content.read(block); count >= 0; count = content.read(block)) {
                bytes += count;
                if (bytes > limits.unpackedBytes()) {
                    throw refused("it unpacks to more than " + limits.unpackedBytes() + " bytes");
                }
                out.write(block, 0, count);
            }
        } catch (FileAlreadyExistsException directory) {
            throw refused("'" + name + "' is both a file and a directory");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    void symbolicLink(String name, String target) throws IOException {
        count(name);
        links.put(place(name), target);
    }

    /** The same file under another name; here a copy. */
    void hardLink(String name, String target) throws IOException {
        Path original = place(target);
        if (!Files.isRegularFile(original)) {
            throw refused("'" + name + "' links to '" + target + "', which is no earlier file of the archive");
        }
        if (!original.equals(place(name))) {
            try (InputStream content = Files.newInputStream(original)) {
                file(name, Files.isExecutable(original), content);
            }
        }
    }

    IOException refused(String why) {
        return new IOException(archive + " was refused: " + why + ". Nothing of it is used");
    }

    /** After the last entry. */
    void finish() throws IOException {
        for (Map.Entry<Path, String> link : links.entrySet()) {
            String name = root.relativize(link.getKey()).toString();
            directories(parent(link.getKey()), name);
            try {
                Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
            } catch (FileAlreadyExistsException taken) {
                throw refused("'" + name + "' is both a link and something else");
            } catch (InvalidPathException malformed) {
                throw refused("the link '" + name + "' leads to no possible name");
            }
        }
        for (Map.Entry<Path, String> link : links.entrySet()) {
            if (!leadsInside(link.getKey()) || Path.of(link.getValue()).isAbsolute()) {
                throw refused("the link '" + root.relativize(link.getKey()) + "' leads to '" + link.getValue()
                        + "', which is not in the archive");
            }
        }
    }

    private boolean leadsInside(Path link) {
        try {
            return link.toRealPath().startsWith(root);
        } catch (IOException nowhere) {
            return false;
        }
    }

    private void count(String name) throws IOException {
        if (++entries > limits.entries()) {
            throw refused("it has more than " + limits.entries() + " entries, '" + name + "' is one too many");
        }
    }

    private Path place(String name) throws IOException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException malformed) {
            throw refused("an entry has an impossible name");
        }
        if (path.isAbsolute()) {
            throw refused("the entry '" + name + "' has an absolute name");
        }
        for (Path part : path) {
            if (part.toString().equals("..")) {
                throw refused("the entry '" + name + "' leads out of the archive");
            }
        }
        return root.resolve(path).normalize();
    }

    /** Links do not exist yet, so this follows none. */
    private void directories(Path directory, String name) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException file) {
            throw refused("'" + name + "' lies in something that is no directory");
        }
    }

    private Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (file.equals(root) || parent == null) {
            throw refused("an entry stands for the whole directory");
        }
        return parent;
    }
}
