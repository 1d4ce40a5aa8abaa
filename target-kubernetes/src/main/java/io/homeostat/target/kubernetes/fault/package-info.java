/**
 * What is done to a cluster on purpose through its API server: to pods, workloads and nodes. What would not end by itself is written
 * down in the cluster before it is done, with the way back, and whoever outlives the agent undoes it from there.
 */
@NullMarked
package io.homeostat.target.kubernetes.fault;

import org.jspecify.annotations.NullMarked;
