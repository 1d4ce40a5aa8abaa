/**
 * The commands: a thin client of the agent's HTTP API; {@code validate} and {@code plan} also work in-process, without one.
 *
 * <p>In come words a person typed; out go text or JSON and an exit code. Read in this order: {@code Main}, {@code Commands},
 * {@code command.Command}, then any command; {@code client} talks to the agent, {@code show} turns its answers into text,
 * {@code terminal} knows what can be shown where, {@code demo} plays the whole loop in front of a person.
 */
@NullMarked
package io.homeostat.cli;

import org.jspecify.annotations.NullMarked;
