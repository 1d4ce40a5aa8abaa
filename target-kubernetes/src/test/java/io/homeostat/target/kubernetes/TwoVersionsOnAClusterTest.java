package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a Deployment stand side by side on a real cluster, under load; nobody who calls gets an error. */
@Tag("cluster")
class TwoVersionsOnAClusterTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final int CALLERS = 3;

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey api;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(
                Json.write(Cluster.get("/api/v1/nodes")).contains('"' + IMAGE + '"'),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        lab = new Lab(directory, "sides");
        api = new ObjectKey("apps", "Deployment", lab.namespace, "api");
        lab.write("environments/test.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  include: [apps]
                  sync: {interval: 1s}
                  target: {kubernetes: {gate: {image: "%s", replicas: 2}}}
                """.formatted(IMAGE));
        declare("one");
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private void declare(String answer) throws IOException {
        lab.write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  replicas: 2
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 15
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c, "mkdir /tmp/www; echo %s >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
                          lifecycle: {preStop: {exec: {command: [sleep, "10"]}}}
                """.formatted(answer));
    }

    private void service(String gate) throws IOException {
        lab.write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS%s}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """.formatted(gate));
    }

    @Test
    void withoutAGateTheTrafficOfAServiceCannotBeDivided() throws Exception {
        service("");
        lab.start();
        lab.converge("shop");

        assertThatThrownBy(() -> lab.target().traffic().split(api, new Split(50, 0)))
                .hasMessageContaining("Service/api leads to Deployment/api without a gate")
                .hasMessageContaining("homeostat.io/gate: enabled");
        assertThat(lab.target().traffic().arms(api)).isNull();

        service(", annotations: {homeostat.io/gate: disabled}");
        lab.converge("shop");
        lab.target().traffic().split(api, new Split(50, 0));
        lab.target().traffic().split(api, null);
        assertThat(Json.write(deployment("api"))).doesNotContain("homeostat.io/split");
    }

    @Test
    void whatSomebodyElseHasBesideItIsNotTouched() throws Exception {
        service(", annotations: {homeostat.io/gate: disabled}");
        lab.start();
        lab.converge("shop");
        Cluster.api()
                .call(Request.post("/apis/apps/v1/namespaces/" + lab.namespace + "/deployments", Cluster.yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api-canary}
                spec:
                  replicas: 0
                  selector: {matchLabels: {a: b}}
                  template:
                    metadata: {labels: {a: b}}
                    spec: {containers: [{name: c, image: "localhost/busybox:1"}]}
                """)));

        lab.target().traffic().split(api, new Split(50, 0));
        declare("two");
        lab.look();
        lab.await(
                "the split",
                () -> Json.write(deployment("api")).contains("homeostat.io/split")
                        && Json.write(deployment("api")).contains("echo two"));
        assertThatThrownBy(() -> lab.target().traffic().arms(api))
                .hasMessageContaining("Deployment/api-canary is somebody else's");
        lab.target().traffic().split(api, null);
        lab.await(
                "the new version",
                () -> !Json.write(deployment("api")).contains("homeostat.io/split")
                        && !deployment("api").mapping("spec").flag("paused", false));
        assertThat(deployment("api-canary").mapping("spec").integer("replicas", -1))
                .isZero();
    }

    @Test
    void aNewVersionStandsBesideTheOldOneAndReplacesItOrGoes() throws Exception {
        service(", annotations: {homeostat.io/gate: enabled}");
        lab.start();
        lab.converge("shop");
        String address =
                Cluster.get(lab.path("services", "api")).mapping("spec").text("clusterIP", "");
        try (Callers callers = new Callers(address, 80, CALLERS)) {
            lab.await("answers", () -> callers.answered() > 100);
            Set<String> before = pods();

            begin("two", new Split(50, 0, true, List.of(), null));
            assertThat(callers.said("two")).as("before it has traffic").isZero();
            assertThat(deployment("api").mapping("spec").flag("paused", false)).isTrue();

            Split fifth = new Split(50, 20, true, List.of(), null);
            lab.target().traffic().split(api, fifth);
            lab.await("a fifth of the traffic", () -> arms().inEffect() && canary() > 20);
            Arms first = arms();
            lab.await("enough to count", () -> canary() > requests(first.canary()) + 300);
            Arms arms = arms();
            assertThat(arms.split()).isEqualTo(fifth);
            long canary = requests(arms.canary()) - requests(first.canary());
            long stable = requests(arms.stable()) - requests(first.stable());
            long baseline = requests(Objects.requireNonNull(arms.baseline()))
                    - requests(Objects.requireNonNull(first.baseline()));
            assertThat(baseline).as("a fifth, too").isBetween(canary * 3 / 5, canary * 5 / 3);
            assertThat(stable).as("three fifths").isBetween(canary * 2, canary * 9 / 2);
            assertThat(arms.canary().version()).isNotEqualTo(arms.stable().version());
            quiet(callers, "two versions stood side by side");

            lab.startElsewhere();
            lab.await("the next agent to see the same", () -> {
                Arms now = lab.target().traffic().arms(api);
                return now != null && fifth.equals(now.split()) && now.inEffect() && canary() > 50;
            });
            assertThat(arms().canary().version()).isEqualTo(arms.canary().version());

            lab.target().traffic().split(api, null);
            lab.await("the new version to be everywhere", () -> isAlone() && pods().size() == 2);
            lab.await(
                    "the last of the old ones to end",
                    Duration.ofMinutes(3),
                    () -> all().stream().noneMatch(before::contains));
            long old = callers.said("one");
            long answered = callers.answered();
            lab.await("answers of the new version", () -> callers.answered() > answered + 200);
            assertThat(callers.said("one")).isEqualTo(old);
            assertThat(pods()).doesNotContainAnyElementsOf(before);
            assertThat(lab.target().traffic().arms(api)).isNull();
            quiet(callers, "the new version replaced the old one");

            Set<String> kept = pods();
            begin("three", new Split(50, 0));
            lab.target().traffic().split(api, new Split(50, 100));
            lab.await("all of the traffic", () -> arms().inEffect() && callers.said("three") > 50);
            lab.target().traffic().split(api, new Split(50, 0));
            lab.await("none of it", () -> arms().inEffect());
            long bad = callers.said("three");
            long then = callers.answered();
            lab.await("answers", () -> callers.answered() > then + 200);
            assertThat(callers.said("three")).isBetween(bad, bad + CALLERS);
            declare("two");
            lab.look();
            lab.await("it is declared again", () -> lab.isSettled("shop"));
            lab.target().traffic().split(api, null);
            lab.await("the canary to go", this::isAlone);
            assertThat(pods()).isEqualTo(kept);
            quiet(callers, "the new version was taken back");
        }
    }

    /** Lets a version stand beside the one that is there. */
    private void begin(String answer, Split split) throws Exception {
        lab.target().traffic().split(api, split);
        declare(answer);
        lab.look();
        lab.await("both to be there", () -> {
            Arms arms = lab.target().traffic().arms(api);
            return arms != null
                    && arms.canary().available() == 1
                    && arms.stable().available() == 2
                    && (arms.baseline() == null || arms.baseline().available() == 1)
                    && arms.inEffect();
        });
    }

    private Arms arms() throws IOException {
        return Objects.requireNonNull(lab.target().traffic().arms(api));
    }

    private long canary() throws IOException {
        return requests(arms().canary());
    }

    private static long requests(Arm arm) {
        return Objects.requireNonNull(arm.tally()).requests();
    }

    private Node.Mapping deployment(String name) throws IOException {
        return Cluster.get(lab.path("apps/v1/deployments", name));
    }

    private boolean isAlone() throws IOException {
        return !Cluster.exists(lab.path("apps/v1/deployments", "api-canary"))
                && !Cluster.exists(lab.path("apps/v1/deployments", "api-baseline"))
                && !Json.write(deployment("api")).contains("homeostat.io/split")
                && !deployment("api").mapping("spec").flag("paused", false);
    }

    /** The Deployment's own. */
    private Set<String> all() throws IOException {
        return names(pod -> true);
    }

    /** Those of them that are to stay. */
    private Set<String> pods() throws IOException {
        return names(pod -> pod.text("deletionTimestamp") == null);
    }

    private Set<String> names(Predicate<Node.Mapping> which) throws IOException {
        return Cluster.get("/api/v1/namespaces/" + lab.namespace + "/pods?labelSelector=app%3Dapi,!homeostat.io/side")
                .sequence("items")
                .stream()
                .map(pod -> ((Node.Mapping) pod).mapping("metadata"))
                .filter(which)
                .map(metadata -> metadata.text("name", ""))
                .collect(Collectors.toSet());
    }

    private static void quiet(Callers callers, String when) {
        System.out.println(
                callers.answered() + " answers, " + callers.failures().size() + " failures when " + when);
        assertThat(callers.failures()).as(when).isEmpty();
    }
}
