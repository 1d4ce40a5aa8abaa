/**
 * A plain directory as a source. Its revisions are {@code sha256:…} over names, bytes and executable bits; each that was taken is
 * kept as an immutable copy, equal files once.
 *
 * <p>Read in this order: {@code DirectorySource} (the story), {@code Listing} (what is there now), {@code Reading} (its
 * digests, and whether it held still), {@code Store} (the copies).
 */
@NullMarked
package io.homeostat.source.directory;

import org.jspecify.annotations.NullMarked;
