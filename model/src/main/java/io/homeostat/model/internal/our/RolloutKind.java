package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Fields;
import java.util.List;

/** How a workload gets from one version to the next. */
public final class RolloutKind {

    private static final Fields BLUE_GREEN = Fields.of(
            "BlueGreen",
            optional(
                            "preview",
                            OurKinds.DURATION,
                            "How long all new instances have to be ready, beside the old ones and without traffic,"
                                    + " before the traffic is switched.")
                    .orElse("\"0s\""),
            optional("approval", Shape.FLAG, "The switch waits for `homeostat rollout promote`.")
                    .orElse("false"),
            optional(
                            "keep",
                            OurKinds.DURATION,
                            "How long the old instances stay after the switch, so that the way back is one switch too.")
                    .orElse("\"5m\""));

    public static final Fields ROLLOUT = OurKinds.kind(
            "Rollout",
            "How a workload gets from one version to the next.",
            Fields.of(
                    "RolloutSpec",
                    required(
                            "workload",
                            Fields.of(
                                    "Workload",
                                    optional("kind", Shape.choice("Deployment"), "Its kind.")
                                            .orElse("\"Deployment\""),
                                    required("name", OurKinds.NAME, "Its name."),
                                    optional("namespace", OurKinds.NAME, "Its namespace.")
                                            .orElse("\"default\"")),
                            "The workload, which stays as it is: any change of its template, or of a ConfigMap or"
                                    + " Secret in its environment, goes this way."),
                    required(
                            "blueGreen",
                            BLUE_GREEN,
                            "All new instances beside the old ones, then all traffic at once.")));

    public static final List<Fields> ALL = List.of(ROLLOUT);

    private RolloutKind() {}
}
