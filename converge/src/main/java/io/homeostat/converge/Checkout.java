package io.homeostat.converge;

import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A snapshot laid out as files for tools that read nothing else, made when first needed and gone when closed. */
final class Checkout implements AutoCloseable {

    private final Snapshot snapshot;
    private @Nullable Path directory;

    Checkout(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** The root of the repository. */
    Path files() throws IOException {
        Path files = scratch().resolve("files");
        if (!Files.exists(files)) {
            snapshot.export(".", files);
        }
        return files;
    }

    /** A directory beside the files, to write to. */
    Path scratch() throws IOException {
        if (directory == null) {
            directory = Files.createTempDirectory("homeostat-files-");
        }
        return directory;
    }

    @Override
    public void close() {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            // A left-over temporary directory harms nobody; the next start of the machine removes it.
        }
    }
}
