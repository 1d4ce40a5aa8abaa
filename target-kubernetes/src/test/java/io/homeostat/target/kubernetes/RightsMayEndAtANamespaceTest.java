package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that may see nothing but its own namespaces watches those. */
@Tag("cluster")
class RightsMayEndAtANamespaceTest {

    private static final String SETTINGS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: NS}
            data: {greeting: hello}
            """;

    @Test
    void whatIsOursThereIsKeptAlthoughTheRestCannotBeSeen(@TempDir Path directory) throws Exception {
        try (Lab lab = new Lab(directory, "rights")) {
            lab.kubeconfig = kubeconfig(lab, directory.resolve("kubeconfig"));
            lab.write("settings.yaml", SETTINGS);
            lab.start();
            lab.converge("default");
            String path = lab.path("configmaps", "settings");
            Cluster.patch(path, "kubectl-edit", "{\"data\": {\"greeting\": \"bye\"}}");
            lab.await(
                    "the greeting to be back",
                    () -> Cluster.get(path).mapping("data").text("greeting", "").equals("hello"));
            lab.startElsewhere();
            lab.converge("default");
            Cluster.delete(path);
            lab.await("the settings to be back", () -> Cluster.exists(path));
            assertThat(lab.messages("drift.found")).anyMatch(message -> message.contains("is missing"));
        }
    }

    /** Of an account that may do anything in two namespaces and nothing elsewhere. */
    private static Path kubeconfig(Lab lab, Path file) throws IOException {
        String account = "/api/v1/namespaces/" + lab.own + "/serviceaccounts";
        Cluster.api().call(Request.post(account, Cluster.yaml("""
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: agent}}""")));
        for (String namespace : new String[] {lab.namespace, lab.own}) {
            String rights = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
            Cluster.api().call(Request.post(rights + "/roles", Cluster.yaml("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: all}
                    rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                    """)));
            Cluster.api().call(Request.post(rights + "/rolebindings", Cluster.yaml("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: all}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}
                    subjects: [{kind: ServiceAccount, name: agent, namespace: %s}]
                    """.formatted(lab.own))));
        }
        Node.Mapping token = Cluster.api().call(Request.post(account + "/agent/token", Cluster.tree("""
                {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}""")));
        String administrator = Files.readString(Cluster.kubeconfig());
        return Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters:
                - name: test
                  cluster: {server: "%s", certificate-authority-data: %s}
                users:
                - name: agent
                  user: {token: %s}
                contexts:
                - name: test
                  context: {cluster: test, user: agent}
                current-context: test
                """.formatted(
                        Cluster.api().url(),
                        value(administrator, "certificate-authority-data"),
                        token.mapping("status").text("token", "")));
    }

    private static String value(String kubeconfig, String key) {
        Matcher found = Pattern.compile(key + ": *(\\S+)").matcher(kubeconfig);
        assertThat(found.find()).as("%s of the administrator", key).isTrue();
        return found.group(1);
    }
}
