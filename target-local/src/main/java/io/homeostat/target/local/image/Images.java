package io.homeostat.target.local.image;

import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The store of images, {@code STATE/target/images}. What is in it never changes; equal content lies in it once. Safe for use by
 * many threads; one agent at a time.
 *
 * <p>An image id is {@code dir-} or {@code archive-} and the hash of its content: it can be written into an object, compared and
 * given back to {@link #collect}.
 */
public interface Images {

    /** The id that {@link #directory} will give; reads the snapshot, writes nothing. */
    String idOf(Snapshot snapshot, String path) throws IOException;

    /** A {@code dir:PATH} image: taken from the snapshot unless it is here. */
    Image directory(Snapshot snapshot, String path) throws IOException;

    /**
     * An {@code archive:URL#sha256=…} image: downloaded, verified and unpacked unless it is here.
     *
     * @param url https, http or file; tar, tar.gz or zip
     * @param sha256 64 hex digits
     * @throws IOException the message is for the user: unreachable, another digest (both are shown), an unsafe entry, too large
     */
    Image archive(String url, String sha256) throws IOException;

    /** What is in the store. */
    Set<String> ids() throws IOException;

    /** Deletes every image that is not in use; answers what went. */
    Set<String> collect(Set<String> inUse) throws IOException;

    /** Reads an image and tells what is not as it was unpacked, one sentence per file; none: untouched. */
    List<String> verify(String id) throws IOException;

    /** @param directory read-only, absolute */
    record Image(String id, Path directory) {}
}
