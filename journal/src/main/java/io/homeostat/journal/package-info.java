/**
 * The one append-only, hash-chained history.
 *
 * <p>In come {@link io.homeostat.journal.Entry entries}; out go {@link io.homeostat.journal.Event events}, numbered and
 * chained, to whoever folds or follows them. Everything the agent knows about the past is a fold over this; there is no
 * second truth. Nothing that is in here is ever changed.
 */
@NullMarked
package io.homeostat.journal;

import org.jspecify.annotations.NullMarked;
