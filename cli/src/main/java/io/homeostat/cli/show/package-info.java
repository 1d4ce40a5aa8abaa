/** Answers of the agent, and plans, as lines for people. Pure functions from JSON to lines; nothing is asked or printed. */
@NullMarked
package io.homeostat.cli.show;

import org.jspecify.annotations.NullMarked;
