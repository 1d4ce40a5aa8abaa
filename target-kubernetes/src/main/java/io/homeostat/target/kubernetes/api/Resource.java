package io.homeostat.target.kubernetes.api;

import org.jspecify.annotations.Nullable;

/**
 * A kind as an API server serves it.
 *
 * @param apiVersion {@code v1}, {@code apps/v1}
 * @param plural as it stands in paths
 */
public record Resource(String apiVersion, String kind, String plural, boolean isNamespaced) {

    /** Path of one object; {@code namespace} plays no part for cluster-wide kinds. */
    public String path(String namespace, String name) {
        return collection(namespace) + "/" + name;
    }

    /** Path of all of them, or of those of one namespace. */
    public String collection(@Nullable String namespace) {
        String base = base(apiVersion);
        return isNamespaced && namespace != null
                ? base + "/namespaces/" + namespace + "/" + plural
                : base + "/" + plural;
    }

    static String base(String apiVersion) {
        return (apiVersion.indexOf('/') < 0 ? "/api/" : "/apis/") + apiVersion;
    }
}
