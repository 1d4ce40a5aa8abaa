package io.homeostat.target.kubernetes;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster, and how to treat it.
 *
 * @param kubeconfig null: what {@code $KUBECONFIG} names, {@code ~/.kube/config}, or the service account of the pod we run in
 * @param context of the kubeconfig; null: its current one
 * @param namespace where the inventories of what is ours are kept; created when it is missing
 * @param environment whose inventories: several environments may share a namespace
 * @param requestsPerSecond upper bound on average, 1–10,000
 * @param concurrency requests under way at a time, 1–200; watches are not counted
 */
public record ClusterSettings(
        @Nullable Path kubeconfig,
        @Nullable String context,
        String namespace,
        String environment,
        int requestsPerSecond,
        int concurrency) {

    public static final String DEFAULT_NAMESPACE = "homeostat";
    public static final int DEFAULT_REQUESTS_PER_SECOND = 500;
    public static final int DEFAULT_CONCURRENCY = 16;

    public static ClusterSettings of(@Nullable Path kubeconfig, @Nullable String context, String environment) {
        return new ClusterSettings(
                kubeconfig,
                context,
                DEFAULT_NAMESPACE,
                environment,
                DEFAULT_REQUESTS_PER_SECOND,
                DEFAULT_CONCURRENCY);
    }
}
