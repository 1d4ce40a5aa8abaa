/** Faults of homeostat's own surroundings: its source, people, and those who must be refused. All of them end with the agent. */
@NullMarked
package io.homeostat.chaos.outside;

import org.jspecify.annotations.NullMarked;
