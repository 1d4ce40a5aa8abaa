package io.homeostat.target.local.image;

import io.homeostat.converge.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an image consists of: a line for each file and link, {@code CONTENT PATH}. The content is {@code x} or {@code -} for
 * executable or not, with the SHA-256 of the bytes; or {@code l} with that of the link's target.
 */
final class Manifest {
    private static final int BLOCK = 64 << 10;

    private Manifest() {}

    static void write(Path files, Path manifest) throws IOException {
        List<String> lines = new ArrayList<>();
        read(files).forEach((path, content) -> lines.add(content + " " + path));
        Files.write(manifest, lines);
    }

    static List<String> differences(Path files, Path manifest) throws IOException {
        Map<String, String> expected = new TreeMap<>();
        for (String line : Files.readAllLines(manifest)) {
            int blank = line.indexOf(' ');
            expected.put(line.substring(blank + 1), line.substring(0, Math.max(0, blank)));
        }
        List<String> differences = new ArrayList<>();
        read(files).forEach((path, content) -> {
            String before = expected.remove(path);
            if (before == null) {
                differences.add(path + " was added");
            } else if (!before.equals(content)) {
                differences.add(path + " was changed");
            }
        });
        expected.keySet().forEach(path -> differences.add(path + " was removed"));
        return differences;
    }

    private static Map<String, String> read(Path files) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        Files.walkFileTree(files, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // A name may hold a line's end; none of ours does.
                String path = files.relativize(file).toString().replace("\n", "\\n");
                contents.put(path, content(file, attributes));
                return FileVisitResult.CONTINUE;
            }
        });
        return contents;
    }

    private static String content(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            return "l" + sha256(Files.readSymbolicLink(file).toString());
        }
        return (Files.isExecutable(file) ? "x" : "-") + sha256Of(file);
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String sha256Of(Path file) throws IOException {
        MessageDigest digest = Digests.sha256();
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                digest.update(block, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
