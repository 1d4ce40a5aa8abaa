/** The life of one run of an experiment, as a pure function of what was decided, what is seen and what time it is. */
@NullMarked
package io.homeostat.chaos.life;

import org.jspecify.annotations.NullMarked;
