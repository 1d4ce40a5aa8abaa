/** Experiments as they are declared: what is done to what, what must hold meanwhile, and what ends it. */
@NullMarked
package io.homeostat.model.chaos;

import org.jspecify.annotations.NullMarked;
