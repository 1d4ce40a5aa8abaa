/**
 * Helm charts to documents, in this process: no helm binary, no release kept in the cluster. Charts come from the repository
 * itself, from a chart repository or from an OCI registry, and those from elsewhere are kept by content.
 *
 * <p>One door: {@link io.homeostat.helm.HelmCharts}, which {@code converge} finds by itself. Nothing of Helm is loaded before.
 */
@NullMarked
package io.homeostat.helm;

import org.jspecify.annotations.NullMarked;
