/**
 * The data plane, its own process: the address of each service, and connections balanced over its ready instances.
 *
 * <p>In comes a configuration, over the control socket ({@link io.homeostat.gate.control}); out go connections and requests. It
 * restarts from what it wrote down, without the agent. Read in this order: {@code Gate} (the process), {@code ConfigStore}, {@code
 * Balancer} (from one configuration to the next), {@code LiveListener} (an address, which stands for an edge), {@code LiveCallee}
 * and {@code LiveBackend}, {@code Choice} (who is next), {@code Reach} (the way to a backend).
 *
 * <p>From there, plain TCP: {@code Session}, {@code Tunnel}, {@code Relay} (bytes one way). HTTP/1: {@code Http1Caller} (a caller's
 * connection), {@code Exchange} (one request), {@code Http1Instance} (a backend's connection), over the bytes of {@code http}.
 * HTTP/2 the same: {@code Http2Caller}, {@code Http2Exchange}, {@code Http2Instance}. What is counted: {@code Account} (of one
 * request), {@code Tallies}, {@code EdgeTally}, {@code VersionTally}.
 */
@NullMarked
package io.homeostat.gate;

import org.jspecify.annotations.NullMarked;
