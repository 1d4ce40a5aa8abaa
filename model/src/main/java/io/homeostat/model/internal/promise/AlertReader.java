package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Promise;
import io.homeostat.model.Shorthands;
import io.homeostat.model.slo.AlertPolicy;
import io.homeostat.model.slo.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Alert policies, their condition and who is told, written in full or referred to at each level. */
final class AlertReader {

    private final Library library;

    AlertReader(Library library) {
        this.library = library;
    }

    /** One written out: what it is called, and what it says. */
    private record Written(String name, Node.Mapping spec) {}

    /** @return null when none are declared, or when one cannot be read, which is reported */
    @Nullable
    List<AlertPolicy> read(Document slo) {
        if (slo.spec().get("alertPolicies") == null) {
            return null;
        }
        List<AlertPolicy> policies = new ArrayList<>();
        for (Node element : slo.spec().sequence("alertPolicies")) {
            Written policy = element instanceof Node.Text name
                    ? referred("AlertPolicy", name)
                    : written(element, "alertPolicyRef", "AlertPolicy");
            AlertPolicy read = policy == null ? null : policy(policy);
            if (read == null) {
                return null;
            }
            policies.add(read);
        }
        return List.copyOf(policies);
    }

    private @Nullable AlertPolicy policy(Written policy) {
        Node.Mapping spec = policy.spec();
        List<AlertPolicy.Recipient> recipients = new ArrayList<>();
        for (Node element : spec.sequence("notificationTargets")) {
            Written target = written(element, "targetRef", "AlertNotificationTarget");
            if (target == null) {
                return null;
            }
            recipients.add(
                    new AlertPolicy.Recipient(target.name(), target.spec().text("target", "")));
        }
        for (Node element : spec.sequence("conditions")) {
            Written condition = written(element, "conditionRef", "AlertCondition");
            return condition == null
                    ? null
                    : new AlertPolicy(
                            policy.name(),
                            spec.flag("alertWhenBreaching", false),
                            spec.flag("alertWhenResolved", false),
                            spec.flag("alertWhenNoData", false),
                            condition(condition),
                            List.copyOf(recipients));
        }
        return null;
    }

    private static AlertPolicy.Condition condition(Written condition) {
        Node.Mapping of = condition.spec().mapping("condition");
        return new AlertPolicy.Condition(
                condition.name(),
                condition.spec().text("severity", ""),
                Comparison.of(of.text("op", ""), Comparison.GTE),
                SloReader.number(of, "threshold", 0),
                length(of.text("lookbackWindow", "")),
                length(of.text("alertAfter", "")));
    }

    private static Duration length(String text) {
        Duration length = Shorthands.exact(text);
        return length == null ? Duration.ZERO : length;
    }

    private @Nullable Written written(Node element, String reference, String kind) {
        if (!(element instanceof Node.Mapping mapping)) {
            return null;
        }
        return mapping.get(reference) instanceof Node.Text name
                ? referred(kind, name)
                : new Written(mapping.mapping("metadata").text("name", ""), mapping.mapping("spec"));
    }

    private @Nullable Written referred(String kind, Node.Text name) {
        Document document = library.find(Promise.OPEN_SLO, kind, name);
        return document == null ? null : new Written(document.key().name(), document.spec());
    }
}
