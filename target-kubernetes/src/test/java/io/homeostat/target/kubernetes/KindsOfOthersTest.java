package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.converge.Health;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kind that homeostat knows nothing of, with rules that the Environment says in CEL. */
@Tag("cluster")
class KindsOfOthersTest {

    private static final String KIND = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.GROUP}
            spec:
              group: GROUP
              scope: Namespaced
              names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
              versions:
                - name: v1
                  served: true
                  storage: true
                  subresources: {status: {}}
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec: {type: object, properties: {size: {type: integer}, colour: {type: string}}}
                        status: {type: object, properties: {phase: {type: string}}}
            """;

    private static final String ENVIRONMENT = """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec:
              sync: {drift: DRIFT}
              target:
                kubernetes:
                  health:
                    - {group: GROUP, kind: Widget, healthy: object.status.phase == 'Ready', degraded: object.status.phase == 'Broken'}
                  ignoreDifferences:
                    - {group: GROUP, kind: Widget, where: ["path == '/spec/size' && found >= declared"]}
            """;

    private Lab lab;
    private String group;
    private String widget;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "kinds");
        group = lab.namespace + ".example.org";
        widget = "/apis/" + group + "/v1/namespaces/" + lab.namespace + "/widgets/one";
        environment("repair");
        lab.write("shop/kind.yaml", KIND.replace("GROUP", group));
        lab.write("shop/one.yaml", """
                apiVersion: GROUP/v1
                kind: Widget
                metadata: {name: one, namespace: NS}
                spec: {size: 3, colour: red}
                """.replace("GROUP", group));
        lab.start();
        lab.look();
        lab.await("the widget", () -> Cluster.exists(widget));
    }

    private void environment(String drift) throws Exception {
        lab.write("environment.yaml", ENVIRONMENT.replace("GROUP", group).replace("DRIFT", drift));
    }

    @AfterEach
    void close() throws Exception {
        lab.stop();
        Cluster.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets." + group);
        lab.close();
    }

    private void phase(String phase) throws Exception {
        Cluster.patch(widget + "/status", "widget-controller", "{\"status\": {\"phase\": \"" + phase + "\"}}");
    }

    private void awaitHealth(Health.Status status) throws Exception {
        lab.await("it to be " + status, () -> lab.converger().health("default").status() == status);
    }

    @Test
    void itIsHealthyWhenItsRuleSaysSo() throws Exception {
        awaitHealth(Health.Status.PROGRESSING);
        phase("Ready");
        awaitHealth(Health.Status.HEALTHY);
        lab.await("the sync to have succeeded", () -> lab.isSettled("default"));
        phase("Broken");
        awaitHealth(Health.Status.DEGRADED);
    }

    @Test
    void whatItsRuleLetsBeIsNoDrift() throws Exception {
        phase("Ready");
        lab.converge("default");
        Cluster.patch(widget, "widget-scaler", "{\"spec\": {\"size\": 5}}");
        Cluster.patch(widget, "kubectl-edit", "{\"spec\": {\"colour\": \"blue\"}}");
        lab.await(
                "the colour to be back",
                () -> "red".equals(Cluster.get(widget).mapping("spec").text("colour")));
        assertThat(Cluster.get(widget).mapping("spec").integer("size", 0)).isEqualTo(5);
        Cluster.patch(widget, "widget-scaler", "{\"spec\": {\"size\": 2}}");
        lab.await(
                "the size to be back", () -> Cluster.get(widget).mapping("spec").integer("size", 0) == 3);
    }

    @Test
    void whoDetectsOnlyIsToldWhoChangedWhat() throws Exception {
        phase("Ready");
        lab.converge("default");
        environment("detect");
        lab.converge("default");
        Cluster.patch(widget, "kubectl-edit", "{\"spec\": {\"colour\": \"blue\"}}");
        lab.await(
                "the word",
                () -> lab.messages(Facts.DRIFT_FOUND).stream()
                        .anyMatch(message -> message.contains("colour") && message.contains("kubectl-edit")));
        assertThat(Cluster.get(widget).mapping("spec").text("colour")).isEqualTo("blue");
        assertThat(lab.messages(Facts.STEP_DONE)).noneMatch(message -> message.contains("repair"));
    }
}
