/**
 * What both kinds of source share: a snapshot's tree in memory, how links are followed in it, what it may not hold, how it is
 * read and written out, and how changes of files are noticed.
 *
 * <p>Trees come in, already named by content; snapshots go out. Nothing in here knows Git.
 */
@NullMarked
package io.homeostat.source.internal;

import org.jspecify.annotations.NullMarked;
