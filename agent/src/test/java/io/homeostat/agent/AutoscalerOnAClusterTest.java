package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A HorizontalPodAutoscaler keeps its say while a version is brought in, on a real cluster. There are no metrics in the small one,
 * so its controller decides nothing there; the test sets the scale in its place, by the same subresource.
 */
@Tag("cluster")
class AutoscalerOnAClusterTest {

    @TempDir
    Path directory;

    private ClusterShop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        shop.rollout(
                "canary",
                "{steps: [{weight: 50, approval: true}], judge: {inconclusive: promote, extend: 0s, latency: {warmup: 0s}}}");
        shop.write("apps/shop/scale.yaml", """
                apiVersion: autoscaling/v1
                kind: HorizontalPodAutoscaler
                metadata: {name: api, namespace: NS}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
                  minReplicas: 1
                  maxReplicas: 4
                  targetCPUUtilizationPercentage: 80
                """);
        api("one");
    }

    @AfterEach
    void close() throws Exception {
        if (shop != null) {
            shop.close();
        }
    }

    /** How many is not Git's to say. */
    private void api(String answer) throws IOException {
        shop.deployment(ClusterShop.template(answer, 0), "minReadySeconds: 0");
    }

    private void scale(int replicas) throws IOException {
        shop.call(Request.merge("/apis/apps/v1/namespaces/" + shop.namespace + "/deployments/api/scale", (Node.Mapping)
                Json.read("{\"spec\": {\"replicas\": %d}}".formatted(replicas))));
    }

    private int ready(String name) throws IOException {
        return shop.liveDeployment(name).mapping("status").integer("readyReplicas", 0);
    }

    @Test
    void whatIsScaledInTheMiddleStaysScaledAndTheCanaryFollows() throws Exception {
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first"));
            scale(2);
            shop.await("first", "two", () -> ready("api") == 2 && shop.isSynced("first"));
            shop.openForUsers();
            shop.awaitAnswers("first", 100);

            api("two");
            shop.await("first", "the stage", () -> shop.rollout("first").integer("weight", 0) == 50);
            assertThat(ready("api-canary")).isEqualTo(1);
            scale(4);
            shop.await("first", "four and two", () -> ready("api") == 4 && ready("api-canary") == 2);
            shop.awaitAnswers("first", 100);
            assertThat(shop.rollout("first").text("phase", "")).isEqualTo("running");
            assertThat(shop.rollout("first").integer("weight", 0)).isEqualTo(50);

            shop.post("first", "/api/v1/rollout", "{\"name\": \"api\", \"action\": \"promote\"}");
            shop.awaitPhase("first", "completed");
            shop.await("first", "the new version everywhere", () -> shop.isAlone() && shop.isSynced("first"));
            assertThat(shop.liveDeployment("api").mapping("spec").integer("replicas", 0))
                    .as("as it was scaled")
                    .isEqualTo(4);
            assertThat(shop.failed).as("nobody noticed: %s", shop.worst()).hasValue(0);
        }
    }
}
