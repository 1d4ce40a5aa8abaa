package io.homeostat.converge;

import io.homeostat.model.Node;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields that Kubernetes refuses to change in place. Source: the update validation of the API types; the same on every
 * target, so that a plan reads the same on one machine and on a cluster.
 */
final class Immutable {

    private static final Map<String, List<String>> FIELDS = Map.of(
            "apps/Deployment", List.of("spec.selector"),
            "apps/StatefulSet",
                    List.of(
                            "spec.selector",
                            "spec.serviceName",
                            "spec.volumeClaimTemplates",
                            "spec.podManagementPolicy"),
            "batch/Job", List.of("spec.selector", "spec.template", "spec.completions", "spec.completionMode"),
            "/Secret", List.of("type"));

    private Immutable() {}

    /** Why these changes need a replacement, or null when an update will do. */
    static @Nullable String reason(Step.Declared desired, Node.Mapping live, List<Change> changes) {
        String kind = desired.document().key().group() + "/"
                + desired.document().key().kind();
        for (Change change : changes) {
            for (String field : FIELDS.getOrDefault(kind, List.of())) {
                if (within(change.path(), field)) {
                    return field + " cannot be changed in place";
                }
            }
        }
        if ((kind.equals("/ConfigMap") || kind.equals("/Secret")) && live.flag("immutable", false)) {
            for (Change change : changes) {
                if (within(change.path(), "data")
                        || within(change.path(), "binaryData")
                        || within(change.path(), "immutable")) {
                    return "it is marked immutable";
                }
            }
        }
        return null;
    }

    private static boolean within(String path, String field) {
        return path.startsWith(field)
                && (path.length() == field.length() || ".[ ".indexOf(path.charAt(field.length())) >= 0);
    }
}
