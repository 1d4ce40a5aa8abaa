/**
 * Images of the local target: content-addressed directories of programs.
 *
 * <p>In come directories of a snapshot and archives from the network; out go read-only directories whose name is the
 * identity of their content. Start with {@code Images}.
 */
@NullMarked
package io.homeostat.target.local.image;

import org.jspecify.annotations.NullMarked;
