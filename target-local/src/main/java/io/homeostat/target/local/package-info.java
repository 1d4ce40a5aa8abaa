/**
 * This machine as a target: Kubernetes' documents, run as processes.
 *
 * <p>In come the steps of a plan; out go objects with their {@code status}, events for the journal, and running processes. A small
 * API server ({@code objects}), controllers that only decide ({@code control}) and others that do it ({@code controllers}), a
 * kubelet ({@code pod}) over processes that outlive the agent ({@code process}), and addresses that a process of its own serves
 * ({@code service}). Everything that changes is changed on one thread ({@code runtime.Loop}).
 *
 * <p>Read in this order: {@link io.homeostat.target.local.LocalTarget} (the door), {@code Keeper} (what is declared, kept), {@code
 * control.RollingUpdate} and its neighbours, {@code pod.PodRunner}.
 */
@NullMarked
package io.homeostat.target.local;

import org.jspecify.annotations.NullMarked;
