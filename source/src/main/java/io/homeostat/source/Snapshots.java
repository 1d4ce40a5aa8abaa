package io.homeostat.source;

import io.homeostat.source.directory.InPlace;
import java.nio.file.Path;

/** Snapshots without a source. */
public final class Snapshots {
    private Snapshots() {}

    /**
     * A directory as it is now, read where it lies, for commands that look once and go. A file that changes between the look and
     * the read ends in an {@link java.io.IOException}, never in a mixture of old and new.
     *
     * @throws SourceException when it does not exist or holds what no snapshot may hold
     */
    public static Snapshot ofDirectory(Path directory) throws SourceException {
        return ofDirectory(directory, Limits.DEFAULT);
    }

    public static Snapshot ofDirectory(Path directory, Limits limits) throws SourceException {
        return InPlace.snapshot(directory.toAbsolutePath().normalize(), limits);
    }
}
