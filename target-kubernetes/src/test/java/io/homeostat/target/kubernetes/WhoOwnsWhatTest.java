package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.model.Node;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several work on the same objects: nothing is taken from anybody unasked, and what is ours is put right. */
@Tag("cluster")
class WhoOwnsWhatTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: NS, annotations: {note: x}}
            data: {greeting: hello, colour: red}
            """;

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "owners");
        lab.start();
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void aFieldOfSomebodyElseIsRefusedWithItsOwnersNameAndTakenOnlyWhenAsked() throws Exception {
        String path = lab.path("configmaps", "settings");
        Cluster.apply(path, "their-tool", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: %s}
                data: {greeting: ours}
                """.formatted(lab.namespace));
        lab.write("shop.yaml", SETTINGS);
        lab.look();
        lab.await(
                "the refusal",
                () -> lab.messages(Facts.STEP_FAILED).stream()
                        .anyMatch(message -> message.contains("data.greeting belongs to 'their-tool'")));
        assertThat(Cluster.get(path).mapping("data").text("greeting")).isEqualTo("ours");

        lab.write("shop.yaml", SETTINGS.replace("note: x", "homeostat.io/conflicts: force"));
        lab.converge("default");
        assertThat(Cluster.get(path).mapping("data").text("greeting")).isEqualTo("hello");
    }

    @Test
    void whatIsIgnoredIsNeitherReportedNorWrittenOver() throws Exception {
        lab.write("environment.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  target:
                    kubernetes:
                      ignoreDifferences:
                        - {kind: ConfigMap, pointers: [/data/greeting]}
                        - {managers: [their-tool]}
                """);
        lab.write("shop.yaml", SETTINGS);
        lab.converge("default");
        String path = lab.path("configmaps", "settings");
        Cluster.patch(path, "kubectl-edit", "{\"data\": {\"greeting\": \"bye\"}}");
        Cluster.patch(path, "their-tool", "{\"metadata\": {\"annotations\": {\"note\": \"theirs\"}}}");
        Cluster.patch(path, "kubectl-edit", "{\"data\": {\"colour\": \"blue\"}}");
        lab.await(
                "the colour to be back",
                () -> "red".equals(Cluster.get(path).mapping("data").text("colour")));
        Node.Mapping now = Cluster.get(path);
        assertThat(now.mapping("data").text("greeting")).isEqualTo("bye");
        assertThat(now.mapping("metadata").mapping("annotations").text("note")).isEqualTo("theirs");
        assertThat(lab.messages(Facts.DRIFT_FOUND)).hasSize(1).allMatch(message -> message.contains("colour"));
        lab.await("an empty plan", () -> !lab.plan("default").hasChanges());
    }

    @Test
    void replicasThatAnAutoscalerSetStayAsTheyAre() throws Exception {
        lab.write("shop.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers: [{name: main, image: "localhost/busybox:1", command: [sleep, "100000"]}]
                """);
        lab.converge("default");
        String path = lab.path("apps/v1/deployments", "web");
        // As the controller of HorizontalPodAutoscalers writes.
        Cluster.patch(path, "kube-controller-manager", "{\"spec\": {\"replicas\": 1}}");
        lab.await("the pod", () -> Cluster.get(path).mapping("status").integer("availableReplicas", 0) == 1);
        assertThat(lab.plan("default").hasChanges()).isFalse();
        assertThat(lab.messages(Facts.DRIFT_FOUND)).isEmpty();
        lab.write(
                "shop.yaml",
                java.nio.file.Files.readString(lab.repository.resolve("shop.yaml"))
                        .replace("100000", "200000"));
        lab.converge("default");
        assertThat(Cluster.get(path).mapping("spec").integer("replicas", 0)).isEqualTo(1);
    }

    @Test
    void whatCannotBeChangedInPlaceIsMadeAnewOnlyWhereThatIsAllowed() throws Exception {
        String immutable = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: fixed, namespace: NS, annotations: {note: x}}
                immutable: true
                data: {a: "1"}
                """;
        lab.write("shop.yaml", immutable);
        lab.converge("default");
        String path = lab.path("configmaps", "fixed");
        String first = Cluster.get(path).mapping("metadata").text("uid");
        lab.write("shop.yaml", immutable.replace("\"1\"", "\"2\""));
        lab.look();
        lab.await(
                "the refusal",
                () -> lab.messages(Facts.STEP_FAILED).stream()
                        .anyMatch(message -> message.contains("homeostat.io/replace: allowed")));
        assertThat(Cluster.get(path).mapping("metadata").text("uid")).isEqualTo(first);

        lab.write("shop.yaml", immutable.replace("\"1\"", "\"2\"").replace("note: x", "homeostat.io/replace: allowed"));
        lab.converge("default");
        assertThat(Cluster.get(path).mapping("metadata").text("uid")).isNotEqualTo(first);
        assertThat(Cluster.get(path).mapping("data").text("a")).isEqualTo("2");
    }

    @Test
    void anObjectThatHangsInDeletionIsShownWithWhatItWaitsFor() throws Exception {
        lab.write("shop.yaml", SETTINGS.replace("annotations: {note: x}", "finalizers: [example.org/hold]"));
        lab.write("more.yaml", SETTINGS.replace("settings", "more"));
        lab.write("third.yaml", SETTINGS.replace("settings", "third"));
        lab.write("fourth.yaml", SETTINGS.replace("settings", "fourth"));
        lab.converge("default");
        lab.remove("shop.yaml");
        lab.look();
        lab.await("the word", () -> lab.converger().health("default").message().contains("example.org/hold"));
        Cluster.patch(lab.path("configmaps", "settings"), "their-tool", "{\"metadata\": {\"finalizers\": null}}");
        lab.await("it to be gone", () -> !Cluster.exists(lab.path("configmaps", "settings")));
        lab.await("health", () -> lab.isSettled("default"));
    }

    @Test
    void aDefinitionAndObjectsOfItComeInOneCommit() throws Exception {
        String group = lab.namespace + ".example.org";
        lab.write("shop.yaml", """
                apiVersion: GROUP/v1
                kind: Widget
                metadata: {name: one, namespace: NS}
                spec: {size: 3}
                ---
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
                      schema:
                        openAPIV3Schema:
                          type: object
                          properties: {spec: {type: object, properties: {size: {type: integer}}}}
                """.replace("GROUP", group));
        lab.converge("default");
        String path = "/apis/" + group + "/v1/namespaces/" + lab.namespace + "/widgets/one";
        assertThat(Cluster.get(path).mapping("spec").integer("size", 0)).isEqualTo(3);
        Cluster.patch(path, "kubectl-edit", "{\"spec\": {\"size\": 4}}");
        lab.await("the size to be back", () -> Cluster.get(path).mapping("spec").integer("size", 0) == 3);
        Cluster.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets." + group);
        lab.await("both to be back", () -> Cluster.exists(path));
    }
}
