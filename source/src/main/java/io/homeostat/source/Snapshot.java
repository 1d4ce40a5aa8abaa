package io.homeostat.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One immutable version of a source, read where it lies. Paths are relative to the root and use {@code /}; {@code "."} is the
 * root.
 */
public interface Snapshot {

    /** The commit id, or {@code sha256:…} over the content for a plain directory. */
    String revision();

    /** Who made the revision, when, and the first line of why. */
    Origin origin();

    /** Every regular file below a directory, sorted by path; none when the directory does not exist. */
    List<File> files(String directory) throws IOException;

    /** Content of one file, following links that stay inside. */
    byte[] read(String path) throws IOException;

    /** Identity of a directory's whole content (names, bytes, executable bits): equal content, equal id. */
    String contentId(String directory) throws IOException;

    /** Writes a directory's content into {@code into}, which must be empty or absent. */
    void export(String directory, Path into) throws IOException;

    /**
     * @param contentId equal content, equal id
     * @param size in bytes
     */
    record File(String path, String contentId, long size) {}

    /**
     * @param subject the first line of what the author said of it
     * @param message all of it
     */
    record Origin(String author, Instant time, String subject, String message) {

        /** Of which nothing but a first line was said. */
        public Origin(String author, Instant time, String subject) {
            this(author, time, subject, subject);
        }
    }
}
