package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches and answers overtake each other. */
class ObservedTest {

    private static final Resource CLAIMS = new Resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);
    private static final ObjectKey KEY = new ObjectKey("", "PersistentVolumeClaim", "shop", "data");

    private ApiServer nobody;
    private Observed observed;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: it, cluster: {server: "http://127.0.0.1:1"}}]
                users: [{name: me, user: {}}]
                contexts: [{name: it, context: {cluster: it, user: me}}]
                current-context: it
                """);
        nobody = ApiServer.of(kubeconfig, null, 1, 1);
        observed = new Observed(new Inventories(nobody, "own", "test"), application -> {});
    }

    @AfterEach
    void close() {
        nobody.close();
    }

    private static Node.Mapping claim(String uid, int version, String more) throws IOException {
        return (Node.Mapping) Json.read("""
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "shop",
                 "uid": "%s", "resourceVersion": "%d", "labels": {"homeostat.io/application": "shop"}%s}}
                """.formatted(uid, version, more));
    }

    @Test
    void theAnswerToADeletionDoesNotBringBackWhatIsGone() throws Exception {
        observed.hear(CLAIMS, claim("a", 1, ""));
        Node.Mapping answer = claim("a", 2, ", \"deletionTimestamp\": \"2026-01-01T00:00:00Z\"");
        observed.gone(CLAIMS, claim("a", 3, ""));
        observed.take(CLAIMS, answer);
        assertThat(observed.find(KEY)).isNull();
    }

    @Test
    void whatIsMadeAnewUnderTheSameNameIsSeen() throws Exception {
        observed.hear(CLAIMS, claim("a", 1, ""));
        observed.gone(CLAIMS, claim("a", 3, ""));
        observed.take(CLAIMS, claim("b", 4, ""));
        assertThat(observed.find(KEY)).isNotNull();
        observed.gone(CLAIMS, claim("a", 3, ""));
        assertThat(observed.find(KEY))
                .as("an old end says nothing about the new one")
                .isNotNull();
    }
}
