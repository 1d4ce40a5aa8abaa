/**
 * What was declared to the local target, on disk and in memory: the small API server.
 *
 * <p>In come objects that were applied; out go the same objects, and whatever somebody did to their files meanwhile. Start with
 * {@code ObjectStore}.
 */
@NullMarked
package io.homeostat.target.local.objects;

import org.jspecify.annotations.NullMarked;
