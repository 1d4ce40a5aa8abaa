/** What a hypothesis says, looked at again and again while a run goes on. */
@NullMarked
package io.homeostat.chaos.check;

import org.jspecify.annotations.NullMarked;
