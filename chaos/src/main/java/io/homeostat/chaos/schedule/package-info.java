/** When experiments run by themselves, when they may not, and why one did not: pure functions of what is declared and what time it is. */
@NullMarked
package io.homeostat.chaos.schedule;

import org.jspecify.annotations.NullMarked;
