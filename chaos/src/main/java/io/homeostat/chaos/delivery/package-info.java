/** Bad changes sent through everything that a commit goes through, to see that something catches them. */
@NullMarked
package io.homeostat.chaos.delivery;

import org.jspecify.annotations.NullMarked;
