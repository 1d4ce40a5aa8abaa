/**
 * A Kubernetes cluster as a target.
 *
 * <p>In: the steps of a plan. Out: server-side apply requests of field manager {@code homeostat}, and what the cluster says of
 * the objects that we own, kept current by watches. What is ours is written down in the cluster itself, one Secret for each
 * application, so that an agent with an empty disk goes on where the last one stopped.
 *
 * <p>Start with {@link io.homeostat.target.kubernetes.KubernetesTarget}; the decisions are pure functions in {@code objects}, the
 * conversation with the API server is in {@code api}.
 */
@NullMarked
package io.homeostat.target.kubernetes;

import org.jspecify.annotations.NullMarked;
