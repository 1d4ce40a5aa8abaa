/**
 * Gates in front of Services of a cluster.
 *
 * <p>{@link io.homeostat.target.kubernetes.gate.GatedService} turns a Service that asks for a gate into the objects that this takes,
 * which are applied, kept and pruned like all others. {@link io.homeostat.target.kubernetes.gate.Gates} tells the gate pods what only
 * shows while things run: which instances there are ({@link io.homeostat.target.kubernetes.gate.Instances}) and who calls from where
 * ({@link io.homeostat.target.kubernetes.gate.Workloads}).
 */
@NullMarked
package io.homeostat.target.kubernetes.gate;

import org.jspecify.annotations.NullMarked;
