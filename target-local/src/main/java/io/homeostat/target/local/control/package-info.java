/**
 * What Deployments, StatefulSets, Jobs and CronJobs do next, and how they are: pure functions over records, with the time passed
 * in.
 *
 * <p>In come what is declared and the {@link io.homeostat.target.local.control.Member members} that exist; out go who is to be
 * created, who is to be stopped, and a {@code status} in Kubernetes' own form. Nothing in here remembers anything: what must
 * outlive a decision (when a rollout began, when a job last ran) is a record that is handed in and out.
 */
@NullMarked
package io.homeostat.target.local.control;

import org.jspecify.annotations.NullMarked;
