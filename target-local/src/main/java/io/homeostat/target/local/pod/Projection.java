package io.homeostat.target.local.pod;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one ConfigMap or Secret volume, put there as the kubelet does: all of them lie in one directory that the link
 * {@code ..data} points to, and each visible name is a link through it. So a program sees all of the old content or all of the
 * new, and one that watches {@code ..data} learns of the change.
 *
 * @param files by path within the volume
 */
record Projection(Map<String, File> files) {

    private static final String DATA = "..data";
    private static final int NAME_DIGITS = 16;

    /** Content and permission bits, such as 0644. */
    static final class File {
        private final byte[] content;
        private final int mode;

        File(byte[] content, int mode) {
            this.content = content.clone();
            this.mode = mode;
        }
    }

    /** What a volume of a pod ought to hold; null when it is none of ConfigMap or Secret, or that is missing. */
    static @Nullable Projection of(String namespace, Node.Mapping volume, Configs configs) {
        boolean secret = volume.get("secret") instanceof Node.Mapping;
        Node.Mapping source = volume.mapping(secret ? "secret" : "configMap");
        String name = source.text(secret ? "secretName" : "name");
        if (name == null) {
            return null;
        }
        Map<String, byte[]> data =
                configs.data(secret ? Configs.secret(namespace, name) : Configs.configMap(namespace, name));
        if (data == null) {
            return source.flag("optional", false) ? new Projection(Map.of()) : null;
        }
        int mode = source.integer("defaultMode", 0644);
        Map<String, File> files = new TreeMap<>();
        List<Node.Mapping> items = Templates.mappings(source, "items");
        if (items.isEmpty()) {
            data.forEach((key, content) -> files.put(key, new File(content, mode)));
        }
        for (Node.Mapping item : items) {
            byte[] content = data.get(item.text("key", ""));
            if (content != null) {
                files.put(item.text("path", ""), new File(content, item.integer("mode", mode)));
            }
        }
        return new Projection(files);
    }

    /** Makes the volume hold exactly this. Does nothing when it does already. */
    void write(Path volume) throws IOException {
        PrivateFiles.directories(volume);
        if (differences(volume).isEmpty()) {
            return;
        }
        Path fresh = fresh(volume);
        PrivateFiles.directories(fresh);
        for (Map.Entry<String, File> file : files.entrySet()) {
            Path path = inside(fresh, file.getKey());
            PrivateFiles.directories(path.resolveSibling(".").normalize());
            Files.write(path, file.getValue().content);
            Files.setPosixFilePermissions(path, permissions(file.getValue().mode));
        }
        link(volume, DATA, fresh.getFileName());
        for (String name : visible()) {
            Path target = Path.of(DATA, name);
            Path link = volume.resolve(name);
            if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).equals(target)) {
                link(volume, name, target);
            }
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(volume)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.equals(DATA) && !entry.equals(fresh) && !visible().contains(name)) {
                    PrivateFiles.deleteTree(entry);
                }
            }
        }
    }

    /** What is not as it ought to be: by path within the volume, in words. */
    Map<String, String> differences(Path volume) {
        Map<String, String> found = new TreeMap<>();
        Path data = volume.resolve(DATA);
        for (Map.Entry<String, File> file : files.entrySet()) {
            try {
                byte[] there = Files.readAllBytes(inside(volume, file.getKey()));
                byte[] behind = Files.readAllBytes(inside(data, file.getKey()));
                if (!Arrays.equals(there, file.getValue().content) || !Arrays.equals(behind, there)) {
                    found.put(file.getKey(), "its content was changed");
                }
            } catch (IOException gone) {
                found.put(file.getKey(), "the file is missing");
            }
        }
        Set<String> visible = visible();
        try (Stream<Path> entries = Files.list(volume)) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("..") && !visible.contains(name))
                    .forEach(name -> found.put(name, "nobody declared this file"));
        } catch (IOException gone) {
            found.put("", "the directory is missing");
        }
        try (Stream<Path> entries = Files.walk(data.toRealPath())) {
            Path root = data.toRealPath();
            entries.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !files.containsKey(name))
                    .forEach(name -> found.put(name, "nobody declared this file"));
        } catch (IOException | UncheckedIOException gone) {
            found.putIfAbsent("", "the directory is missing");
        }
        return found;
    }

    boolean sameAs(@Nullable Projection other) {
        return other != null
                && files.keySet().equals(other.files.keySet())
                && files.entrySet().stream().allMatch(file -> {
                    File that = other.files.get(file.getKey());
                    return that != null
                            && that.mode == file.getValue().mode
                            && Arrays.equals(that.content, file.getValue().content);
                });
    }

    /** Directories in which a change would be seen. */
    static List<Path> watched(Path volume) {
        try {
            return List.of(volume, volume.resolve(DATA).toRealPath());
        } catch (IOException gone) {
            return List.of(volume);
        }
    }

    private Set<String> visible() {
        Set<String> names = new TreeSet<>();
        for (String path : files.keySet()) {
            names.add(Path.of(path).getName(0).toString());
        }
        return names;
    }

    /** A directory that nobody has seen yet, named after the content. */
    private Path fresh(Path volume) {
        var digest = Digests.sha256();
        files.forEach((name, file) -> {
            digest.update((name + "\0" + file.content.length + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(file.content);
        });
        String name = ".." + HexFormat.of().formatHex(digest.digest()).substring(0, NAME_DIGITS);
        Path fresh = volume.resolve(name);
        for (int n = 2; Files.exists(fresh, LinkOption.NOFOLLOW_LINKS); n++) {
            fresh = volume.resolve(name + "-" + n);
        }
        return fresh;
    }

    private static Path inside(Path directory, String path) throws IOException {
        Path resolved = directory.resolve(path).normalize();
        if (path.isEmpty() || !resolved.startsWith(directory) || resolved.equals(directory)) {
            throw new IOException("'" + path + "' is no path within a volume");
        }
        return resolved;
    }

    private static void link(Path volume, String name, Path target) throws IOException {
        Path unfinished = volume.resolve("..new-link");
        Files.deleteIfExists(unfinished);
        Files.createSymbolicLink(unfinished, target);
        Path link = volume.resolve(name);
        if (Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.deleteTree(link);
        }
        try {
            Files.move(unfinished, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException impossible) {
            throw new IOException("links cannot be replaced in " + volume, impossible);
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] bits = {
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_READ
        };
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < bits.length; bit++) {
            if ((mode & (1 << bit)) != 0) {
                permissions.add(bits[bit]);
            }
        }
        return permissions;
    }
}
