/** What experiments showed to be wrong, until they show that it is not any longer: a fold over the journal, pure. */
@NullMarked
package io.homeostat.chaos.finding;

import org.jspecify.annotations.NullMarked;
