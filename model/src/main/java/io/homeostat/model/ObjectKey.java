package io.homeostat.model;

import java.util.Comparator;

/**
 * What identifies an object. The version of its API is no part of it: {@code apps/v1} and {@code apps/v2} Deployments of one
 * name are one object.
 *
 * @param group API group; empty for the core group
 */
public record ObjectKey(String group, String kind, String namespace, String name) implements Comparable<ObjectKey> {

    public static final String DEFAULT_NAMESPACE = "default";

    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::kind)
            .thenComparing(ObjectKey::name)
            .thenComparing(ObjectKey::group);

    /** As people say it: {@code Deployment/web}, with the namespace in front when it is not the default one. */
    @Override
    public String toString() {
        return (namespace.equals(DEFAULT_NAMESPACE) ? "" : namespace + "/") + kind + "/" + name;
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }
}
