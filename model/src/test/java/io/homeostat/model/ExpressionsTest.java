package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Expressions.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
    private static final Node.Mapping HEALTHY = variables("healthy", true);
    private static final Node.Mapping DEGRADED = variables("degraded", false);

    @Test
    void conditionsAreEvaluatedOverTheApplication() {
        assertThat(Expressions.isTrue("application.ready", HEALTHY)).isTrue();
        assertThat(Expressions.isTrue("application.ready", DEGRADED)).isFalse();
        assertThat(Expressions.isTrue(
                        "application.health in ['healthy', 'progressing'] && application.revision.startsWith('abc')",
                        HEALTHY))
                .isTrue();
        assertThat(Expressions.isTrue("['degraded', 'unknown'].exists(h, h == application.health)", DEGRADED))
                .isTrue();
    }

    @Test
    void conditionsOverAnObjectAreCheckedByTheirVariablesOnly() {
        List<Problem> problems = new ArrayList<>();
        Node.Text fine = Node.Text.of("object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')");
        Expressions.check(Expressions.Over.OBJECT, fine, problems);
        assertThat(problems).isEmpty();
        Expressions.check(Expressions.Over.OBJECT, Node.Text.of("application.ready"), problems);
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("application"));
        Node.Mapping status = Node.Mapping.EMPTY.with(
                "conditions",
                new Node.Sequence(
                        List.of(Node.Mapping.EMPTY.with("type", "Ready").with("status", "True")), Position.NONE));
        Node.Mapping variables = Node.Mapping.EMPTY.with("object", Node.Mapping.EMPTY.with("status", status));
        assertThat(Expressions.evaluate(Expressions.Over.OBJECT, fine.value(), variables))
                .isInstanceOf(Outcome.Holds.class);
        // The same words over something else are another condition.
        assertThat(Expressions.evaluate(fine.value(), variables)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void whatCannotBeToldIsNotTrueAndSaysWhy() {
        assertThat(Expressions.evaluate("application.ready", Node.Mapping.EMPTY))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason()).isNotBlank());
        assertThat(Expressions.isTrue("1 / 0 == 1", HEALTHY)).isFalse();
    }

    @Test
    void mistakesAreFoundBeforeAnythingRuns() {
        for (String wrong : List.of(
                "application.helth == 'healthy'",
                "application.ready &&",
                "app.ready",
                "application.name",
                "application.ready == 'yes'",
                "(".repeat(1000) + "true" + ")".repeat(1000),
                "x".repeat(10_000))) {
            List<Problem> problems = new ArrayList<>();
            Expressions.check(new Node.Text(wrong, new Position("a.yaml", 7, 13)), problems);
            assertThat(problems).as(wrong).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.code()).isEqualTo("bad-expression");
                assertThat(problem.at().file()).isEqualTo("a.yaml");
                assertThat(problem.at().line()).isEqualTo(7);
                assertThat(problem.at().column()).isGreaterThanOrEqualTo(13);
            });
        }
    }

    @Test
    void aMistakeInADependencyIsReportedAtItsPlace() {
        List<Problem> problems = new ArrayList<>();
        Documents.Parsed parsed = DocumentsTest.parse("""
                apiVersion: homeostat.io/v1
                kind: Application
                metadata: {name: shop}
                spec:
                  dependsOn:
                    - application: db
                      when: application.helth == 'healthy'
                """);
        Applications.read(parsed.documents().getFirst(), SyncPolicy.DEFAULT, problems);
        assertThat(problems).singleElement().asString().startsWith("f.yaml:7:").contains("helth");
    }

    private static Node.Mapping variables(String health, boolean ready) {
        Node.Mapping application = Node.Mapping.EMPTY
                .with("name", "db")
                .with("health", health)
                .with("revision", "abcdef")
                .with("ready", Node.Bool.of(ready));
        return Node.Mapping.EMPTY.with("application", application);
    }
}
