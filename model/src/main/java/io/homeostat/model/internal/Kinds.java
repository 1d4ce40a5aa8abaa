package io.homeostat.model.internal;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.internal.kube.KnownKinds;
import io.homeostat.model.internal.kube.KubernetesTypes;
import io.homeostat.model.internal.kube.Rejections;
import io.homeostat.model.internal.our.OurKinds;
import io.homeostat.model.internal.our.SloRules;
import io.homeostat.model.internal.shape.Checker;
import io.homeostat.model.internal.shape.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which check a document gets, by what it says it is. */
public final class Kinds {
    /** The kinds we know in every detail, as {@code apiVersion/kind}. The type of Kubernetes has the kind's name. */
    public static final Map<String, List<String>> DETAILED = Map.of(
            "apps/v1", List.of("Deployment", "StatefulSet"),
            "batch/v1", List.of("Job", "CronJob"),
            "v1", List.of("Service", "ConfigMap", "Secret"));

    private Kinds() {}

    /** Everything that is wrong with one document, seen alone. */
    public static void check(Node.Mapping content, List<Problem> problems) {
        if (!(content.get("apiVersion") instanceof Node.Text apiVersion)
                || !(content.get("kind") instanceof Node.Text kind)) {
            return;
        }
        Problem unknown = KnownKinds.check(apiVersion.value(), apiVersion.at(), kind.value(), kind.at());
        if (unknown != null) {
            problems.add(unknown);
            return;
        }
        Shape.Fields shape = shape(apiVersion.value(), kind.value());
        if (shape == null) {
            return;
        }
        Checker.check(shape, content, problems);
        if (OurKinds.isOpenSlo(shape)) {
            SloRules.check(kind.value(), content, problems);
        } else {
            Rejections.check(kind.value(), content, problems);
        }
    }

    private static Shape.@Nullable Fields shape(String apiVersion, String kind) {
        Shape.Fields ours = OurKinds.find(apiVersion, kind);
        if (ours != null) {
            return ours;
        }
        List<String> kinds = DETAILED.get(apiVersion);
        return kinds != null && kinds.contains(kind) ? KubernetesTypes.named(kind) : null;
    }
}
