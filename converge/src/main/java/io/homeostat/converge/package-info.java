/**
 * Render, check, plan, apply, health, drift, roll back: the loop.
 *
 * <p>In come snapshots and what a {@link io.homeostat.converge.Target} observes; out go steps for the target and events for
 * the journal. Every decision is a pure function: {@code Planner} (what differs), {@code Aim} (which revision to go for),
 * {@code Kstatus} (is it healthy), {@code Guard}s (may this go now). {@code Converger} is the loop around them; it reads the
 * world anew each time and so may die at any instruction.
 */
@NullMarked
package io.homeostat.converge;

import org.jspecify.annotations.NullMarked;
