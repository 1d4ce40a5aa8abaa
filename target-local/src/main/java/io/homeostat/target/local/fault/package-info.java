/**
 * Faults done to instances of this machine on purpose. Each that lasts has a watchdog, a process of its own beside the one that it
 * is done to, which undoes it when the lease ends or nobody renews it: so nothing is left behind whoever dies.
 */
@NullMarked
package io.homeostat.target.local.fault;

import org.jspecify.annotations.NullMarked;
