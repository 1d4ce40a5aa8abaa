/**
 * Objectives, kept: what is measured, how much of each error budget is left, who is told when it burns.
 *
 * <p>In come promises ({@code model.slo}) and readings from sources; out go a view of every objective, alert states as journal
 * events, a {@link io.homeostat.signal.BudgetGuard guard} that holds changes when a budget is spent, and messages to people.
 * Read in this order: {@code Evidence} and {@code Budget} (the arithmetic, pure), {@code BurnRates} and {@code AlertState} (when
 * somebody is called, pure), {@code series} (what is kept on disk), {@code source} (who is asked), {@code Signals} (the loop).
 */
@NullMarked
package io.homeostat.signal;

import org.jspecify.annotations.NullMarked;
