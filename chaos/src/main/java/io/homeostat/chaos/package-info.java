/**
 * Experiments: what is declared is disturbed on purpose, what must hold meanwhile is checked, everything is undone, and what was
 * shown adds up to coverage and to the perimeter of stability.
 *
 * <p>{@link io.homeostat.chaos.Experiments} is the door. A run's decisions are {@link io.homeostat.chaos.life.Life}, pure; whether
 * one may begin is {@link io.homeostat.chaos.Preflight}, pure; what all of them add up to is {@link
 * io.homeostat.chaos.coverage.Coverage}, a fold over the journal. Faults are done by the target ({@link
 * io.homeostat.converge.Faults}) and undone by who outlives this process.
 */
@NullMarked
package io.homeostat.chaos;

import org.jspecify.annotations.NullMarked;
