package io.homeostat.target.local;

import io.homeostat.converge.Digests;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A directory as it is now, read as a snapshot. */
record DirectorySnapshot(Path root) implements Snapshot {

    @Override
    public String revision() {
        return "now";
    }

    @Override
    public Origin origin() {
        return new Origin("test", Instant.EPOCH, "as it is now");
    }

    @Override
    public List<File> files(String directory) throws IOException {
        List<File> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root.resolve(directory))) {
            for (Path path : found.filter(Files::isRegularFile).sorted().toList()) {
                byte[] content = Files.readAllBytes(path);
                String id = HexFormat.of().formatHex(Digests.sha256().digest(content));
                files.add(new File(root.relativize(path).toString(), id, content.length));
            }
        }
        return files;
    }

    @Override
    public byte[] read(String path) throws IOException {
        return Files.readAllBytes(root.resolve(path));
    }

    @Override
    public String contentId(String directory) throws IOException {
        return HexFormat.of()
                .formatHex(Digests.sha256().digest(files(directory).toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void export(String directory, Path into) throws IOException {
        for (File file : files(directory)) {
            Path to = into.resolve(root.resolve(directory)
                    .relativize(root.resolve(file.path()))
                    .toString());
            Files.createDirectories(to.getParent());
            Files.copy(root.resolve(file.path()), to, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
