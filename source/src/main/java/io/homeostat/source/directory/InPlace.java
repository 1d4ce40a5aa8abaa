package io.homeostat.source.directory;

import io.homeostat.source.Limits;
import io.homeostat.source.Snapshot;
import io.homeostat.source.SourceException;
import io.homeostat.source.internal.TreeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;

/** A directory as a snapshot without a copy. */
public final class InPlace {
    private InPlace() {}

    public static Snapshot snapshot(Path directory, Limits limits) throws SourceException {
        if (!Files.isDirectory(directory)) {
            throw new SourceException(
                    directory + (Files.exists(directory) ? " is not a directory" : " does not exist"));
        }
        try {
            Reading.Result result = new Reading(directory, limits, Reading.DIGEST_ONLY).read();
            if (result == null) {
                throw new SourceException(directory + " is being written to; try again when that is done");
            }
            if (!result.problems().isEmpty()) {
                throw new SourceException(directory + " is refused: " + String.join("; ", result.problems()));
            }
            Path root = result.root();
            return new TreeSnapshot(
                    result.tree().root().id(),
                    origin(directory, result.newest()),
                    result.tree(),
                    (path, file) -> new Verified(Files.newInputStream(root.resolve(path)), file.id(), path),
                    limits);
        } catch (IOException failed) {
            throw new SourceException(directory + " cannot be read: " + failed, failed);
        }
    }

    /** Its owner, the time of its newest file. */
    static Snapshot.Origin origin(Path directory, Instant newest) throws IOException {
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        return new Snapshot.Origin(owner, newest, "files in " + directory);
    }
}
