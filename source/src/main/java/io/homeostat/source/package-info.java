/**
 * Git and other sources, to immutable snapshots.
 *
 * <p>In come a location and a reference; out go {@link io.homeostat.source.Snapshot}s, keyed by revision, that never change.
 * Whatever goes wrong out there is a {@link io.homeostat.source.SourceException} that says what happened; the snapshots taken
 * before stay readable. Read in this order: {@code Snapshot}, {@code Source}, {@code Sources}.
 */
@NullMarked
package io.homeostat.source;

import org.jspecify.annotations.NullMarked;
