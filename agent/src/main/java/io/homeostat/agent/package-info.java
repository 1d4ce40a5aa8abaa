/**
 * The composition root: one agent, one environment, one state directory.
 *
 * <p>{@link io.homeostat.agent.Agent} wires source, journal, target and loop, and opens the HTTP API that the CLI is a client
 * of. {@code Views} turns what the loop knows into JSON; {@code Operations} are the things a person may ask for. No decision
 * is taken here.
 */
@NullMarked
package io.homeostat.agent;

import org.jspecify.annotations.NullMarked;
