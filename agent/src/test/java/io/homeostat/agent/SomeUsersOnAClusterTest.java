package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real cluster, the new version for those who ask for it, and for copies of requests that nobody waits for. */
@Tag("cluster")
class SomeUsersOnAClusterTest {

    @TempDir
    Path directory;

    private ClusterShop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        api("one", 0);
    }

    @AfterEach
    void close() throws Exception {
        if (shop != null) {
            shop.close();
        }
    }

    private void api(String answer, int failing) throws IOException {
        shop.deployment(ClusterShop.template(answer, failing), "replicas: 2");
    }

    @Test
    void whoAsksGetsItAndCopiesThatFailCostNobodyARequest() throws Exception {
        shop.rollout("abTest", "{match: [{header: x-beta, value: \"yes\"}], approval: true}");
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first"));
            shop.openForUsers();
            shop.awaitAnswers("first", 100);

            api("two", 0);
            shop.await(
                    "first",
                    "who asks for it to get it",
                    () -> shop.answerTo("x-beta: yes").equals("two"));
            assertThat(shop.answerTo("x-beta: no")).isEqualTo("one");
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("one");
            shop.post("first", "/api/v1/rollout", "{\"name\": \"api\", \"action\": \"promote\"}");
            shop.awaitPhase("first", "completed");
            shop.await("first", "the new version everywhere", () -> shop.isAlone() && shop.isSynced("first"));
            shop.answers.clear();

            shop.rollout("mirror", "{hold: 5m}");
            api("three", 60);
            shop.awaitPhase("first", "failed");
            assertThat(shop.rollout("first").text("message", "")).startsWith("worse than the baseline: errors");
            shop.await("first", "the copies' pods to go", shop::isAlone);
            shop.awaitAnswers("first", 100);
            assertThat(shop.answers.keySet()).containsExactly("two");
            assertThat(shop.failed).as("nobody noticed: %s", shop.worst()).hasValue(0);
        }
    }
}
