package io.homeostat.target.kubernetes.objects;

import static io.homeostat.target.kubernetes.objects.Yamls.applied;
import static io.homeostat.target.kubernetes.objects.Yamls.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InventoryTextTest {

    private static final String SECRET = """
            apiVersion: v1
            kind: Secret
            metadata: {name: password, namespace: shop}
            data: {word: dGlnZXI=}
            """;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Applied settings = applied("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: b}}");
        Inventory inventory = Inventory.empty("shop")
                .with(settings.withSettled(settings.content().with("data", Node.Mapping.EMPTY)))
                .as("shop:deployer")
                .remembering("frozen");
        assertThat(InventoryText.read(InventoryText.write(inventory))).isEqualTo(inventory);
    }

    @Test
    void secretValuesComeBackFromTheClusterOnly() throws Exception {
        Applied secret = applied(SECRET);
        Applied read = InventoryText.read(
                        InventoryText.write(Inventory.empty("shop").with(secret)))
                .objects()
                .values()
                .iterator()
                .next();
        assertThat(new String(Json.writeRevealing(read.content()), StandardCharsets.UTF_8))
                .doesNotContain("dGlnZXI=");

        Node.Mapping live = (Node.Mapping) Json.read(Json.writeRevealing(secret.content()));
        assertThat(read.unsealedBy(live).content()).isEqualTo(secret.content());
        Node.Mapping other = live.with("data", Node.Mapping.EMPTY.with("word", "bGlvbg=="));
        assertThat(Comparison.of(read.unsealedBy(other), other).content())
                .isEqualTo(Documents.restore(other).content())
                .isNotEqualTo(secret.content());
    }

    @Test
    void whatIsDeclaredIsCompletedOnce() {
        Node.Mapping service = tree("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, creationTimestamp: null}
                spec: {ports: [{port: 80}, {port: 53, protocol: UDP}], clusterIP: null}
                status: {loadBalancer: {}}
                """);
        Node.Mapping completed = Declaration.of("Service", service);
        assertThat(completed).isEqualTo(tree("""
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {ports: [{port: 80, protocol: TCP}, {port: 53, protocol: UDP}]}
                """));
        assertThat(Declaration.of("Service", completed)).isEqualTo(completed);
    }
}
