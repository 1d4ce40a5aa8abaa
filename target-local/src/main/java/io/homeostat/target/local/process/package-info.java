/**
 * Processes that outlive the agent: started once, watched, signalled, adopted, and never doubled.
 *
 * <p>In comes a {@link io.homeostat.target.local.process.Launch}; out go an {@link
 * io.homeostat.target.local.process.Instance} and every change of it. What is known about an instance lies in its own
 * directory, so that another agent takes over where this one was killed. Read in this order: {@code Launch}, {@code
 * Instance}, {@code Claim} (why there is never a second one), the resource {@code shim.sh}, {@code Processes}.
 */
@NullMarked
package io.homeostat.target.local.process;

import org.jspecify.annotations.NullMarked;
