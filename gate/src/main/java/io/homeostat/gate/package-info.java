/**
 * The data plane, its own process: the address of each service, and connections balanced over its ready instances.
 *
 * <p>In comes a configuration, over the control socket ({@link io.homeostat.gate.control}); out go connections. It restarts from
 * what it wrote down, without the agent. Read in this order: {@code Gate} (the process), {@code ConfigStore}, {@code Balancer}
 * (from one configuration to the next), {@code LiveListener} and {@code LiveBackend}, {@code Choice} (who gets a connection),
 * {@code Session} (the life of one connection) and {@code Relay} (bytes one way).
 */
@NullMarked
package io.homeostat.gate;

import org.jspecify.annotations.NullMarked;
