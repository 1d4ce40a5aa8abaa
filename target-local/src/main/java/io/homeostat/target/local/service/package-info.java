/**
 * Services: an address that stays, for instances that come and go.
 *
 * <p>In come Services and ready instances; out goes the configuration of the gate, which serves the addresses in a process of its
 * own. Read in this order: {@code Addresses}, {@code Routes}, {@code GateControl}.
 */
@NullMarked
package io.homeostat.target.local.service;

import org.jspecify.annotations.NullMarked;
