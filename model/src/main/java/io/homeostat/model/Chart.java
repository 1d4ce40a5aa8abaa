package io.homeostat.model;

import java.util.List;

/**
 * {@code spec.helm} of an Application: the Helm chart that its documents are rendered from.
 *
 * @param release Helm's {@code .Release.Name}
 * @param namespace Helm's {@code .Release.Namespace}
 * @param valuesFiles paths relative to the root of the repository; later ones win over earlier ones
 * @param values wins over every file
 * @param kubeVersion what the chart is told the cluster is: rendering asks no cluster
 */
public record Chart(
        Origin origin,
        String release,
        String namespace,
        List<String> valuesFiles,
        Node.Mapping values,
        String kubeVersion,
        Position at) {

    public static final String DEFAULT_KUBE_VERSION = "1.34.0";

    /** Where a chart comes from. Wherever that is, the same Application means the same chart tomorrow. */
    public sealed interface Origin {

        /** @param path directory of the repository, relative to its root */
        record Directory(String path) implements Origin {
            @Override
            public String toString() {
                return path;
            }
        }

        /**
         * A chart repository: an {@code index.yaml} over HTTP.
         *
         * @param version an exact one
         */
        record Repository(String url, String name, String version) implements Origin {
            @Override
            public String toString() {
                return name + " " + version + " of " + url;
            }
        }

        /**
         * An OCI registry.
         *
         * @param reference without scheme and tag: {@code registry.example.org/charts/shop}
         * @param version an exact one; the tag, with {@code +} written as {@code _}
         */
        record Oci(String reference, String version) implements Origin {
            @Override
            public String toString() {
                return "oci://" + reference + " " + version;
            }
        }
    }
}
