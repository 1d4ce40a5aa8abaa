package io.homeostat.source.internal;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a snapshot's files are. */
@FunctionalInterface
public interface Blobs {
    /** @param path without any link in it */
    InputStream open(String path, Entry.File file) throws IOException;
}
