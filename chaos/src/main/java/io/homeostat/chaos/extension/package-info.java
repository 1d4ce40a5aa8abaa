/**
 * Faults that somebody else's program does: a program, a service, a class in a jar. Each is held by a process of its own, which
 * undoes it when nobody renews it any more; so it is a lease like any other, whoever dies.
 */
@NullMarked
package io.homeostat.chaos.extension;

import org.jspecify.annotations.NullMarked;
