package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import io.homeostat.model.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
class ObjectsAreKeptAsGitSaysTest {

    static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: NS}
            spec:
              replicas: 1
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: main
                      image: localhost/busybox:1
                      command: [sh, -c, "exec sleep 1000000"]
                      ports: [{containerPort: 80}]
                      resources: {requests: {cpu: 10m, memory: 8192Ki}, limits: {cpu: "1000m"}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: NS}
            spec:
              selector: {app: web}
              ports: [{port: 80}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: NS}
            data: {greeting: hello, colour: red}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: password, namespace: NS}
            stringData: {word: tiger}
            """;

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "objects");
        lab.write("apps/shop/shop.yaml", WEB);
        lab.write("apps/shop/app.yaml", """
                apiVersion: homeostat.io/v1
                kind: Application
                metadata: {name: shop}
                """);
        lab.start();
        lab.converge("shop");
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void whatGitDeclaresRunsAndTheNextPlanIsEmpty() throws Exception {
        Node.Mapping deployment = Cluster.get(lab.path("apps/v1/deployments", "web"));
        assertThat(deployment.mapping("status").integer("availableReplicas", 0)).isEqualTo(1);
        assertThat(lab.plan("shop").hasChanges()).isFalse();
    }

    @Test
    void whatIsChangedByHandIsPutRight() throws Exception {
        String path = lab.path("configmaps", "settings");
        Cluster.patch(path, "kubectl-edit", "{\"data\": {\"greeting\": \"bye\", \"size\": \"9\"}}");
        lab.await("the greeting to be back", () -> greeting(path).equals("hello"));
        // What nobody declared is not ours to take away.
        assertThat(Cluster.get(path).mapping("data").text("size")).isEqualTo("9");
        assertThat(lab.messages(Facts.DRIFT_FOUND)).anyMatch(message -> message.contains("greeting"));
    }

    @Test
    void whatIsDeletedByHandComesBack() throws Exception {
        String path = lab.path("configmaps", "settings");
        Cluster.delete(path);
        lab.await("the settings to be back", () -> Cluster.exists(path));
        Cluster.delete(lab.path("secrets", "password"));
        lab.await("the password to be back", () -> Cluster.exists(lab.path("secrets", "password")));
        assertThat(Cluster.get(lab.path("secrets", "password")).mapping("data").text("word"))
                .isEqualTo("dGlnZXI=");
    }

    @Test
    void whatLeavesGitLeavesTheCluster() throws Exception {
        lab.write("apps/shop/shop.yaml", WEB.substring(0, WEB.lastIndexOf("---")));
        lab.converge("shop");
        assertThat(Cluster.exists(lab.path("secrets", "password"))).isFalse();
        assertThat(Cluster.exists(lab.path("configmaps", "settings"))).isTrue();
    }

    @Test
    void whatIsTooMuchToDeleteWaitsForAPerson() throws Exception {
        lab.write("apps/shop/shop.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {greeting: hello, colour: red}
                """);
        lab.look();
        lab.await("the hold", () -> !lab.messages(Facts.HELD).isEmpty());
        assertThat(Cluster.exists(lab.path("apps/v1/deployments", "web"))).isTrue();
        assertThat(Cluster.exists(lab.path("secrets", "password"))).isTrue();
        var hold = Objects.requireNonNull(
                lab.converger().history().application("shop").hold());
        lab.converger().history().record(Facts.confirmed("shop", hold));
        lab.converger().look(List.of("shop"));
        lab.await("the prune", () -> !Cluster.exists(lab.path("apps/v1/deployments", "web")));
        lab.await("the rest of it", () -> !Cluster.exists(lab.path("secrets", "password")));
    }

    @Test
    void aFieldThatLeavesGitLeavesTheObject() throws Exception {
        lab.write("apps/shop/shop.yaml", WEB.replace(", colour: red", ""));
        lab.converge("shop");
        assertThat(Cluster.get(lab.path("configmaps", "settings"))
                        .mapping("data")
                        .text("colour"))
                .isNull();
    }

    @Test
    void anAgentWithAnEmptyDiskGoesOnAndPrunesWhatTheLastOneMade() throws Exception {
        lab.write("apps/shop/shop.yaml", WEB.substring(0, WEB.lastIndexOf("---")));
        lab.startElsewhere();
        lab.converge("shop");
        lab.await("the password to be gone", () -> !Cluster.exists(lab.path("secrets", "password")));
        assertThat(lab.messages(Facts.STEP_DONE)).hasSize(1).allMatch(message -> message.contains("delete"));
    }

    @Test
    void secretsStandInNoInventory() throws Exception {
        Node.Mapping inventory = Cluster.get("/api/v1/namespaces/" + lab.own + "/secrets/" + lab.own + ".test.shop");
        byte[] text =
                java.util.Base64.getDecoder().decode(inventory.mapping("data").text("inventory", ""));
        String json = new String(
                new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(text)).readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
        assertThat(json).contains("password").doesNotContain("tiger").doesNotContain("dGlnZXI=");
    }

    private static String greeting(String path) throws Exception {
        return Cluster.get(path).mapping("data").text("greeting", "");
    }
}
