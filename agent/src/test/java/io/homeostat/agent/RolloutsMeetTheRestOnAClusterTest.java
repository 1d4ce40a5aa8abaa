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

/** What a rollout on a real cluster meets on its way: a hand that changes something, a freeze, a newer commit. */
@Tag("cluster")
class RolloutsMeetTheRestOnAClusterTest {

    @TempDir
    Path directory;

    private ClusterShop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        shop.rollout("canary", "{steps: [{weight: 50, hold: 0s, approval: true}]}");
        shop.write("apps/shop/settings.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS}
                data: {level: info}
                """);
        api("one");
    }

    @AfterEach
    void close() throws Exception {
        if (shop != null) {
            shop.close();
        }
    }

    private void api(String answer) throws IOException {
        shop.deployment(ClusterShop.template(answer, 0), "replicas: 2");
    }

    private void awaitCanary(String answer) throws Exception {
        shop.await(
                "first",
                "a canary that waits for approval",
                () -> shop.rollout("first").text("message", "").contains("waits for approval"));
        shop.answers.clear();
        shop.await("first", "its answers", () -> shop.answers.containsKey(answer));
    }

    @Test
    void whatIsChangedByHandIsPutBackAFreezeHoldsItAndANewerCommitTakesItsPlace() throws Exception {
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first"));
            shop.openForUsers();
            shop.awaitAnswers("first", 100);

            api("two");
            awaitCanary("two");
            String settings = "/api/v1/namespaces/" + shop.namespace + "/configmaps/settings";
            Node.Mapping live = shop.get(settings);
            shop.call(Request.put(settings, live.with("data", (Node.Mapping) Json.read("{\"level\": \"wrong\"}"))));
            shop.await(
                    "first",
                    "the hand's change to be gone",
                    () -> shop.get(settings).mapping("data").text("level", "").equals("info"));
            assertThat(shop.story("first")).contains("drift.found");
            assertThat(shop.rollout("first").text("message", "")).contains("waits for approval");

            shop.post(
                    "first",
                    "/api/v1/freeze",
                    "{\"application\": \"shop\", \"owner\": \"ann\", \"reason\": \"a look\", \"for\": \"10m\"}");
            shop.post("first", "/api/v1/rollout", "{\"name\": \"api\", \"action\": \"promote\"}");
            shop.await(
                    "first",
                    "the freeze",
                    () -> shop.application("first").text("state", "").equals("frozen"));
            shop.awaitAnswers("first", 200);
            assertThat(shop.story("first")).doesNotContain("rollout.completed");
            assertThat(shop.answers.keySet()).contains("one", "two");
            shop.post("first", "/api/v1/unfreeze", "{\"application\": \"shop\"}");
            shop.awaitPhase("first", "completed");

            api("three");
            awaitCanary("three");
            api("four");
            shop.await(
                    "first",
                    "the newer one to take its place",
                    () -> shop.story("first").contains("rollout.superseded"));
            awaitCanary("four");
            shop.post("first", "/api/v1/rollout", "{\"name\": \"api\", \"action\": \"promote\"}");
            shop.awaitPhase("first", "completed");
            shop.await("first", "the newest everywhere", () -> shop.isAlone() && shop.isSynced("first"));
            shop.answers.clear();
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("four");
            assertThat(shop.failed).as("nobody noticed: %s", shop.worst()).hasValue(0);
        }
    }
}
