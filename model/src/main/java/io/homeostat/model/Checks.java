package io.homeostat.model;

import io.homeostat.model.internal.across.Across;
import java.util.List;

/** What only shows when all documents are seen together. {@link Documents#parse} has checked each one alone. */
public final class Checks {

    private Checks() {}

    /**
     * Duplicate objects, dangling references (ConfigMaps, Secrets and keys in them, the pods behind a Service, a StatefulSet's
     * Service, applications), dependency cycles. Sorted by place.
     */
    public static List<Problem> across(List<Document> documents, List<Application> applications) {
        return Across.check(documents, applications);
    }
}
