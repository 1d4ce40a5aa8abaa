package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import java.util.List;

/**
 * What an API server would reject although every field has its type: values that do not fit together. Fields whose type is
 * wrong were reported before and are passed over here.
 */
public final class Rejections {

    private Rejections() {}

    public static void check(String kind, Node.Mapping content, List<Problem> problems) {
        Labels.checkMetadata(content.mapping("metadata"), problems);
        Node.Mapping spec = content.mapping("spec");
        switch (kind) {
            case "Deployment" -> WorkloadRules.deployment(spec, problems);
            case "StatefulSet" -> WorkloadRules.statefulSet(spec, problems);
            case "Job" -> WorkloadRules.job(spec, problems);
            case "CronJob" -> WorkloadRules.cronJob(content, problems);
            case "Service" -> ServiceRules.check(content, problems);
            case "ConfigMap" -> DataRules.configMap(content, problems);
            case "Secret" -> DataRules.secret(content, problems);
            default -> {}
        }
    }
}
