package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts of a StatefulSet on a real cluster: by its last pods, and back again. */
@Tag("cluster")
class StatefulSetOnAClusterTest {

    @TempDir
    Path directory;

    private ClusterShop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        shop.write("apps/shop/own.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: own, namespace: NS}
                spec:
                  clusterIP: None
                  selector: {app: api}
                  ports: [{name: http, port: 8080}]
                """);
        rollout("canary: {steps: [{weight: 30, hold: 5s}, {weight: 60, hold: 5s}],"
                + " judge: {inconclusive: promote, extend: 0s, latency: {warmup: 0s}}}");
    }

    @AfterEach
    void close() throws Exception {
        if (shop != null) {
            shop.close();
        }
    }

    private void rollout(String strategy) throws IOException {
        shop.write("reliability/api.yaml", """
                apiVersion: homeostat.io/v1
                kind: Rollout
                metadata: {name: api}
                spec:
                  workload: {kind: StatefulSet, name: api, namespace: NS}
                  %s
                """.formatted(strategy));
    }

    private void api(String answer, int failing, int replicas, String more) throws IOException {
        api(ClusterShop.template(answer, failing), replicas, more);
    }

    private void api(String template, int replicas, String more) throws IOException {
        shop.write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  replicas: %d
                  serviceName: own
                  %s
                  selector: {matchLabels: {app: api}}
                """.formatted(replicas, more) + "  " + template);
    }

    private Node.Mapping live() throws IOException {
        return shop.get("/apis/apps/v1/namespaces/" + shop.namespace + "/statefulsets/api");
    }

    private boolean isWhole() throws IOException {
        Node.Mapping live = live();
        Node.Mapping status = live.mapping("status");
        return live.mapping("metadata").mapping("annotations").text("homeostat.io/split") == null
                && live.mapping("spec")
                                .mapping("updateStrategy")
                                .mapping("rollingUpdate")
                                .integer("partition", 0)
                        == 0
                && status.integer("readyReplicas", 0) == status.integer("replicas", 0)
                && status.integer("updatedReplicas", 0) == status.integer("replicas", 0);
    }

    /** Which pod there is, by name and uid. */
    private Map<String, String> pods() throws IOException {
        Map<String, String> pods = new TreeMap<>();
        shop.get("/api/v1/namespaces/" + shop.namespace + "/pods?labelSelector=app%3Dapi")
                .sequence("items")
                .forEach(pod -> {
                    Node.Mapping metadata = ((Node.Mapping) pod).mapping("metadata");
                    pods.put(metadata.text("name", ""), metadata.text("uid", ""));
                });
        return pods;
    }

    @Test
    void aBadVersionIsTakenBackFromTheLastPodsAndAGoodOneGoesAllTheWay() throws Exception {
        api("one", 0, 3, "");
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first") && isWhole());
            shop.openForUsers();
            shop.awaitAnswers("first", 100);
            assertThat(shop.failed).hasValue(0);
            Map<String, String> before = pods();

            api("two", 50, 3, "");
            shop.awaitPhase("first", "failed");
            assertThat(shop.rollout("first").text("message", "")).contains("errors: ");
            shop.await("first", "the old version everywhere", this::isWhole);
            shop.await(
                    "first",
                    "the quarantine",
                    () -> !shop.application("first").mapping("quarantine").isEmpty());
            assertThat(pods()).containsEntry("api-0", before.get("api-0")).containsEntry("api-1", before.get("api-1"));
            assertThat(pods().get("api-2")).isNotEqualTo(before.get("api-2"));
            long failed = shop.failed.get();
            assertThat(failed).isPositive();
            shop.answers.clear();
            shop.awaitAnswers("first", 100);
            assertThat(shop.failed).as("none fails any more").hasValue(failed);
            assertThat(shop.answers.keySet()).doesNotContain("two");

            api("three", 0, 3, "");
            shop.await(
                    "first", "a stage with traffic", () -> shop.rollout("first").integer("weight", 0) > 0);
        }
        long failed = shop.failed.get();
        try (Agent _ = shop.agent("second")) {
            shop.awaitPhase("second", "completed");
            shop.await("second", "the new version everywhere", () -> isWhole() && shop.isSynced("second"));
            shop.answers.clear();
            shop.awaitAnswers("second", 100);
            assertThat(shop.answers.keySet()).containsExactly("three");
            assertThat(shop.failed)
                    .as("a good version costs nobody anything, whichever agent brings it: %s", shop.worst())
                    .hasValue(failed);
        }
    }

    @Test
    void aCommitThatBreaksTheLastPodIsTakenBackThoughItsControllerWaitsForThatPod() throws Exception {
        shop.write("reliability/api.yaml", "");
        api("one", 0, 2, "");
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first") && isWhole());
            Map<String, String> before = pods();
            api(ClusterShop.template("two", 0).replace("exec httpd", "exit 3; exec httpd"), 2, "");
            shop.await(
                    "first",
                    "the quarantine",
                    () -> !shop.application("first").mapping("quarantine").isEmpty());
            shop.await("first", "the old version everywhere", this::isWhole);
            assertThat(pods()).containsEntry("api-0", before.get("api-0"));
        }
    }

    @Test
    void oneInstanceCannotGoByStagesWhichIsSaidAndNotDone() throws Exception {
        api("one", 0, 1, "");
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first") && isWhole());
            Map<String, String> before = pods();
            api("two", 0, 1, "");
            shop.await("first", "a word", () -> shop.story("first").contains("has one instance"));
            assertThat(pods()).isEqualTo(before);

            api("one", 0, 2, "");
            shop.await("first", "two of them", () -> shop.isSynced("first") && pods().size() == 2);
            assertThat(pods()).as("what is no other version is not held").containsAllEntriesOf(before);
        }
    }

    @Test
    void whatIsReplacedByHandCannotGoByStagesEither() throws Exception {
        api("one", 0, 2, "updateStrategy: {type: OnDelete}");
        try (Agent _ = shop.agent("first")) {
            shop.await("first", "the shop", () -> shop.isSynced("first") && isWhole());
            Map<String, String> before = pods();
            api("two", 0, 2, "updateStrategy: {type: OnDelete}");
            shop.await("first", "a word", () -> shop.story("first").contains("has updateStrategy OnDelete"));
            assertThat(pods()).isEqualTo(before);
        }
    }
}
