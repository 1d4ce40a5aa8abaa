/**
 * What Kubernetes knows of its kinds: names and types of all fields ({@code types.txt}, derived from a client's model), which
 * of them are required and in what range ({@code rules.txt}), which kinds there are ({@code kinds.txt}), and what an API server
 * would reject although each field is well-formed.
 */
@NullMarked
package io.homeostat.model.internal.kube;

import org.jspecify.annotations.NullMarked;
