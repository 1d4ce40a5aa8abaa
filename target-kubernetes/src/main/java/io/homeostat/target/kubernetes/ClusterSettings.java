package io.homeostat.target.kubernetes;

import io.homeostat.model.Environment;
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

    /** What an Environment says. */
    public static ClusterSettings of(Environment environment) {
        Environment.Cluster cluster = environment.cluster();
        String kubeconfig = cluster.kubeconfig();
        return new ClusterSettings(
                kubeconfig == null ? null : Path.of(kubeconfig),
                cluster.context(),
                cluster.namespace(),
                environment.name(),
                cluster.requestsPerSecond(),
                cluster.concurrency());
    }

    /** What was said on the command line counts more; null where nothing was. */
    public ClusterSettings over(@Nullable Path file, @Nullable String chosen) {
        return new ClusterSettings(
                file == null ? kubeconfig : file,
                // A context of another file would be a mistake.
                chosen == null && file != null ? null : (chosen == null ? context : chosen),
                namespace,
                environment,
                requestsPerSecond,
                concurrency);
    }
}
