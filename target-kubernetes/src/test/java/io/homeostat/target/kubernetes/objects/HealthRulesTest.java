package io.homeostat.target.kubernetes.objects;

import static io.homeostat.target.kubernetes.objects.Yamls.document;
import static io.homeostat.target.kubernetes.objects.Yamls.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.converge.Target;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kinds that do not say in the standard conditions how they are, and what the user knows of them. */
class HealthRulesTest {

    private static final String EXPERIMENT = """
            apiVersion: chaos-mesh.org/v1alpha1
            kind: PodChaos
            metadata:
              name: kill
              annotations:
                homeostat.io/healthy-when: object.status.phase == 'Running'
                homeostat.io/degraded-when: has(object.status) && object.status.failures > object.spec.most
            spec: {most: 3}
            """;

    private static Health health(String yaml) {
        Document document = document(yaml);
        Node.Mapping live = document.content();
        Node.Mapping status =
                Presented.status(document.key().group(), document.key().kind(), live, Presented.ruled(live), null);
        return Kstatus.of(new Target.Live(
                document.key(), "app", "r1", "test.yaml", "d1", live.without("status"), status, List.of()));
    }

    @Test
    void itIsHealthyWhereTheRuleHolds() {
        assertThat(health(EXPERIMENT + "status: {phase: Running, failures: 0}").status())
                .isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void itIsProgressingWhereTheRuleDoesNotHoldYet() {
        Health health = health(EXPERIMENT + "status: {phase: Injecting, failures: 0}");
        assertThat(health.status()).isEqualTo(Health.Status.PROGRESSING);
        assertThat(health.message()).contains("does not hold yet", "object.status.phase == 'Running'");
    }

    @Test
    void whatCannotBeToldYetIsNoFailure() {
        Health health = health(EXPERIMENT);
        assertThat(health.status()).isEqualTo(Health.Status.PROGRESSING);
        assertThat(health.message()).contains("cannot be told yet", "status");
    }

    @Test
    void itIsDegradedWhereItsRuleSaysSo() {
        assertThat(health(EXPERIMENT + "status: {phase: Running, failures: 4}").status())
                .isEqualTo(Health.Status.DEGRADED);
    }

    @Test
    void aRuleCountsBeforeTheConditionsThatTheKindHas() {
        String conditions = "status: {phase: Running, failures: 0, conditions: [{type: Ready, status: 'False'}]}";
        assertThat(health(EXPERIMENT + conditions).status()).isEqualTo(Health.Status.HEALTHY);
        assertThat(health(EXPERIMENT.replace("homeostat.io/healthy-when", "note") + conditions)
                        .status())
                .isEqualTo(Health.Status.PROGRESSING);
    }

    @Test
    void theEnvironmentsRuleStandsOnEachObjectOfTheKindThatHasNoneOfItsOwn() {
        Environment.HealthRule rule = new Environment.HealthRule("chaos-mesh.org", "PodChaos", "true", null);
        Node.Mapping plain = tree("{apiVersion: chaos-mesh.org/v1alpha1, kind: PodChaos, metadata: {name: kill}}");
        assertThat(annotation(HealthRules.add(plain, rule))).isEqualTo("true");
        assertThat(annotation(HealthRules.add(tree(EXPERIMENT), rule))).isEqualTo("object.status.phase == 'Running'");
        assertThat(rule.concerns(document(EXPERIMENT).key())).isTrue();
    }

    private static String annotation(Node.Mapping document) {
        return document.mapping("metadata").mapping("annotations").text(Annotations.HEALTHY, "");
    }
}
