/**
 * What was counted, on disk: every 10 seconds for 6 hours, every minute for 94 days, in two files of fixed size per series.
 * {@code Ledger} says what a reading adds (resets, gaps, jumps of the clock); {@code Ring} is the file; {@code SeriesStore} is
 * the door.
 */
@NullMarked
package io.homeostat.signal.series;

import org.jspecify.annotations.NullMarked;
