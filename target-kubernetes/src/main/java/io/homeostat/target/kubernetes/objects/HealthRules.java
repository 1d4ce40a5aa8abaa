package io.homeostat.target.kubernetes.objects;

import io.homeostat.model.Environment;
import io.homeostat.model.Expressions;
import io.homeostat.model.Expressions.Outcome;
import io.homeostat.model.Node;
import java.util.List;

/**
 * Whether an object is healthy, where that has to be told by a condition of the user's: for kinds whose status does not say so in
 * the standard conditions. The conditions stand on the object itself, so they are known wherever it is.
 */
public final class HealthRules {

    private HealthRules() {}

    /** A document with what the rules say of its kind, unless it says so itself. */
    public static Node.Mapping add(Node.Mapping document, Environment.HealthRule rule) {
        Node.Mapping metadata = document.mapping("metadata");
        Node.Mapping annotations = metadata.mapping("annotations");
        if (annotations.get(Annotations.HEALTHY) != null || annotations.get(Annotations.DEGRADED) != null) {
            return document;
        }
        if (rule.healthy() != null) {
            annotations = annotations.with(Annotations.HEALTHY, rule.healthy());
        }
        if (rule.degraded() != null) {
            annotations = annotations.with(Annotations.DEGRADED, rule.degraded());
        }
        return document.with("metadata", metadata.with("annotations", annotations));
    }

    /**
     * The standard conditions that say the same as the object's own rules.
     *
     * @param live the whole object
     * @return none where it has no rules, or where they leave it to what else is known
     */
    static List<Node.Mapping> conditions(Node.Mapping live) {
        Node.Mapping annotations = live.mapping("metadata").mapping("annotations");
        String healthy = annotations.text(Annotations.HEALTHY);
        String degraded = annotations.text(Annotations.DEGRADED);
        if (healthy == null && degraded == null) {
            return List.of();
        }
        Node.Mapping object = live.with("metadata", live.mapping("metadata").without("managedFields"));
        Node.Mapping variables = Node.Mapping.EMPTY.with("object", object);
        if (degraded != null && tell(degraded, variables) instanceof Outcome.Holds) {
            return List.of(Presented.condition("Stalled", "True", "Rule", "its rule says so: " + degraded));
        }
        Node.Mapping fine = Presented.condition("Stalled", "False", "Rule", "");
        if (healthy == null) {
            return List.of();
        }
        return switch (tell(healthy, variables)) {
            case Outcome.Holds _ ->
                List.of(
                        fine,
                        Presented.condition("Reconciling", "False", "Rule", ""),
                        Presented.condition("Ready", "True", "Rule", ""));
            case Outcome.HoldsNot _ -> List.of(fine, waiting("its rule does not hold yet: " + healthy));
            case Outcome.Failed failed -> List.of(fine, waiting("its rule cannot be told yet: " + failed.reason()));
        };
    }

    private static Outcome tell(String condition, Node.Mapping variables) {
        return Expressions.evaluate(Expressions.Over.OBJECT, condition, variables);
    }

    private static Node.Mapping waiting(String message) {
        return Presented.condition("Reconciling", "True", "Rule", message);
    }
}
