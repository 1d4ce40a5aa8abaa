package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Facts;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application has the rights of the account that it names, in the namespaces that it names, and no others. */
@Tag("cluster")
class TenantsTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: NS}
            data: {a: b}
            """;

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "tenants");
        Cluster.apply("/api/v1/namespaces/" + lab.namespace + "/serviceaccounts/deployer", "test", """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: deployer}
                """);
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + lab.namespace;
        Cluster.apply(rbac + "/roles/deployer", "test", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: deployer}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: ["*"]}]
                """);
        Cluster.apply(rbac + "/rolebindings/deployer", "test", """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: deployer}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deployer}
                subjects: [{kind: ServiceAccount, name: deployer, namespace: %s}]
                """.formatted(lab.namespace));
        lab.write("app.yaml", """
                apiVersion: homeostat.io/v1
                kind: Application
                metadata: {name: shop}
                spec: {serviceAccount: NS/deployer}
                """);
        lab.write("settings.yaml", SETTINGS);
        lab.start();
        lab.converge("shop");
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void whatTheAccountMayNotDoIsRefusedWithItsName() throws Exception {
        lab.write("service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: NS}
                spec: {ports: [{port: 80}]}
                """);
        lab.look();
        lab.await(
                "the refusal",
                () -> lab.messages(Facts.STEP_FAILED).stream()
                        .anyMatch(message -> message.contains("service account '" + lab.namespace + "/deployer'")
                                && message.contains("services")));
        assertThat(Cluster.exists(lab.path("services", "web"))).isFalse();
    }

    @Test
    void anObjectInAnotherNamespaceIsRefusedBeforeAnythingIsDone() throws Exception {
        lab.write("settings.yaml", SETTINGS.replace("a: b", "a: c"));
        lab.write("foreign.yaml", SETTINGS.replace("NS", lab.own));
        lab.look();
        var rendered = lab.converger().revisions().head();
        assertThat(String.valueOf(rendered == null ? "" : rendered.rendering().problems()))
                .contains("application 'shop' may have nothing in namespace '" + lab.own + "'");
        assertThat(Cluster.get(lab.path("configmaps", "settings"))
                        .mapping("data")
                        .text("a"))
                .isEqualTo("b");
    }

    @Test
    void whatLeavesGitIsDeletedAsTheAccountThatMadeIt() throws Exception {
        lab.write("more.yaml", SETTINGS.replace("settings", "more"));
        lab.write("third.yaml", SETTINGS.replace("settings", "third"));
        lab.write("fourth.yaml", SETTINGS.replace("settings", "fourth"));
        lab.converge("shop");
        Cluster.delete("/apis/rbac.authorization.k8s.io/v1/namespaces/" + lab.namespace + "/rolebindings/deployer");
        lab.remove("more.yaml");
        lab.look();
        lab.await(
                "the refusal",
                () -> lab.messages(Facts.STEP_FAILED).stream()
                        .anyMatch(message -> message.contains("delete") && message.contains("cannot delete")));
        assertThat(Cluster.exists(lab.path("configmaps", "more"))).isTrue();
    }
}
