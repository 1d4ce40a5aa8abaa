/**
 * Two versions of a Deployment side by side in a cluster.
 *
 * <pre>
 *  Deployment web          paused, declared as Git says: its pods stay of the stable version
 *  Deployment web-canary   pods of the declared version, as many as the split says
 *  Deployment web-baseline pods of the stable version, as new and as many
 *  ConfigMap  flags        as the stable version reads it
 *  ConfigMap  flags-3f09…  as it is declared: those of the declared version read it
 * </pre>
 *
 * How it stands is written on the Deployment itself, so any agent goes on with it; what stands beside it belongs to it and goes with
 * it. The gates divide the traffic.
 */
@NullMarked
package io.homeostat.target.kubernetes.versions;

import org.jspecify.annotations.NullMarked;
