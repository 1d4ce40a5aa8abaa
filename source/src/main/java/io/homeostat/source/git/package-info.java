/**
 * Git, read with JGit: a bare mirror below the state directory holds what was followed and what is retained; snapshots are read
 * from its object database without a checkout.
 *
 * <p>Read in this order: {@code GitSource} (the story), {@code Upstream} (the repository that is followed, on this machine or
 * across the network), {@code Mirror} (what is kept here), {@code Trouble} (what may go wrong, in words).
 */
@NullMarked
package io.homeostat.source.git;

import org.jspecify.annotations.NullMarked;
