/** How much of the surface was exercised, and passed: a fold over the journal, pure. */
@NullMarked
package io.homeostat.chaos.coverage;

import org.jspecify.annotations.NullMarked;
