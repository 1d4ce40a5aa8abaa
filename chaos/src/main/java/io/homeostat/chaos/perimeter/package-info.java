/** How much it takes until a promise breaks: what to try next, and what the trials say, as a pure function of them. */
@NullMarked
package io.homeostat.chaos.perimeter;

import org.jspecify.annotations.NullMarked;
