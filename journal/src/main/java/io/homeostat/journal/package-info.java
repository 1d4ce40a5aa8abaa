/**
 * The one append-only, hash-chained history.
 *
 * <p>In come {@link io.homeostat.journal.Entry entries}; out go {@link io.homeostat.journal.Event events}, numbered and
 * chained, to whoever folds or follows them. Everything the agent knows about the past is a fold over this; there is no
 * second truth. Nothing that is in here is ever changed.
 *
 * <p>{@link io.homeostat.journal.FileJournal} keeps it in files. Read on in this order: {@code Records} (the form of a line, and
 * how anybody checks the chain), {@code Opening} (what a crash left), {@code Chain} (what verification finds, and what it cannot
 * find without a head kept elsewhere).
 */
@NullMarked
package io.homeostat.journal;

import org.jspecify.annotations.NullMarked;
