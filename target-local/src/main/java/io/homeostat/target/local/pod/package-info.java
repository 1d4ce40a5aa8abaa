/**
 * One instance and its programs: the small kubelet.
 *
 * <p>In come a pod template, the ConfigMaps and Secrets it names, and the processes that run; out go launches, probes, stops and
 * the state of each container. Read in this order: {@code Pod}, {@code PodDecision} (what starts when), {@code PodRunner} (which
 * does it), {@code Kubelet} (all of them).
 */
@NullMarked
package io.homeostat.target.local.pod;

import org.jspecify.annotations.NullMarked;
