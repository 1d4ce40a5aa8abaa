package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blue-green on a real cluster: everything new stands there before anybody is sent to it. */
@Tag("cluster")
class BlueGreenOnAClusterTest {

    @TempDir
    Path directory;

    private ClusterShop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        shop.rollout("blueGreen", "{approval: true, keep: 3s}");
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

    @Test
    void everybodyIsSwitchedAtOnceWhenSomebodyApprovesAndNobodyMeetsWhatCannotStart() throws Exception {
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first"));
            shop.openForUsers();
            shop.awaitAnswers("first", 100);

            api("two");
            shop.await(
                    "first",
                    "the preview",
                    () -> shop.rollout("first").text("message", "").contains("waits for approval"));
            assertThat(shop.liveDeployment("api-canary").mapping("status").integer("readyReplicas", 0))
                    .isEqualTo(2);
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("one");
            shop.post("first", "/api/v1/rollout", "{\"name\": \"api\", \"action\": \"promote\"}");
            shop.awaitPhase("first", "completed");
            shop.await("first", "the new version everywhere", () -> shop.isAlone() && shop.isSynced("first"));
            shop.answers.clear();
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("two");

            shop.deployment(
                    ClusterShop.template("three", 0).replace("exec httpd", "exit 3; exec httpd"), "replicas: 2");
            shop.awaitPhase("first", "failed");
            shop.await("first", "the preview to go", shop::isAlone);
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("two");
            assertThat(shop.failed).as("nobody noticed: %s", shop.worst()).hasValue(0);
        }
    }
}
