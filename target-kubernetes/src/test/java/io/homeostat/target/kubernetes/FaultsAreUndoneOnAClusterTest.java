package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What would stay when its agent is gone is done only when somebody is there to undo it, leaves everything else alone, and is undone:
 * by the agent, and without it by the undoer, also after a time without an API server.
 */
@Tag("cluster")
class FaultsAreUndoneOnAClusterTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration LASTS = Duration.ofMinutes(10);

    /** The bar is five seconds, {@code -Dlatest=5}, which wants a quiet machine. */
    private static final Duration LATEST = Duration.ofSeconds(Integer.getInteger("latest", 8));

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey web = new ObjectKey("apps", "Deployment", "", "web");

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory, "undone");
        web = new ObjectKey("apps", "Deployment", lab.namespace, "web");
        web("one");
        lab.start();
        lab.converge("default");
    }

    private void web(String team) throws IOException {
        lab.write("apps/shop/web.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS, labels: {team: %s}}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - {name: main, image: "localhost/busybox:1", command: [sleep, "3600"]}
                """.formatted(team));
    }

    /** Also after a test that failed: the namespace takes the records with it, and a node stays closed for all that follow. */
    @AfterEach
    void close() throws Exception {
        lab.stop();
        if (records() > 0) {
            try (var _ = new UndoerProcess(lab.own)) {
                lab.await("nothing to be left", () -> records() == 0);
            }
        }
        lab.close();
    }

    private State held(Fault... faults) throws IOException {
        return lab.target().faults().hold("run", HEARTBEAT, List.of(faults)).stream()
                .reduce((first, last) -> last)
                .orElse(new State("", false, false, ""));
    }

    /** Who is asked may take longer to say no than a heartbeat leaves: the next call brings it. */
    private ThrowableAssert.ThrowingCallable refused(Fault fault) {
        return () -> lab.await("a refusal", () -> {
            State state = held(fault);
            return state.inForce() || state.observed();
        });
    }

    private Node.Mapping live() throws IOException {
        return Cluster.get(lab.path("apps/v1/deployments", "web"));
    }

    private int replicas() throws IOException {
        return live().mapping("spec").integer("replicas", 0);
    }

    private String team() throws IOException {
        return live().mapping("metadata").mapping("labels").text("team", "");
    }

    private int records() throws IOException {
        return Cluster.get("/api/v1/namespaces/" + lab.own + "/configmaps?labelSelector=homeostat.io/fault-of")
                .sequence("items")
                .size();
    }

    private Fault scale(int to) {
        return new Fault("scale-1", new Place.OnWorkload(web), new Effect.Scale(to), LASTS);
    }

    private Fault onNodeOf(String id, String pod, Effect effect) {
        return new Fault(id, new Place.OnInstance(web, pod), effect, LASTS);
    }

    @Test
    void nothingIsDoneThatNobodyWouldUndo() throws Exception {
        assertThatThrownBy(refused(scale(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nobody would undo this if the agent died")
                .hasMessageContaining("homeostat undoer");
        assertThat(replicas()).isEqualTo(2);
        assertThat(records()).isZero();
    }

    @Test
    void repairLeavesAHeldNumberAloneAndNothingElse() throws Exception {
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await("one instance", () -> held(scale(1)).observed());
            assertThat(replicas()).isEqualTo(1);
            assertThat(records()).isEqualTo(1);

            Cluster.patch(
                    lab.path("apps/v1/deployments", "web"),
                    "kubectl",
                    "{\"metadata\": {\"labels\": {\"team\": \"other\"}}}");
            lab.await("the rest to be repaired", () -> held(scale(1)).inForce() && team().equals("one"));
            assertThat(replicas()).isEqualTo(1);

            web("two");
            lab.look();
            lab.await("what Git says now", () -> held(scale(1)).inForce() && team().equals("two"));
            assertThat(replicas()).isEqualTo(1);

            assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
            assertThat(replicas()).isEqualTo(2);
            assertThat(records()).isZero();
            lab.converge("default");
            assertThat(lab.messages("drift.detected")).noneMatch(message -> message.contains("replicas"));
        }
    }

    @Test
    void whatAnAgentThatDiedHasDoneIsUndone() throws Exception {
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await("no instance", () -> held(scale(0)).observed());
            lab.stop();
            long died = System.nanoTime();
            lab.await("the declared number", () -> replicas() == 2 && records() == 0);
            System.out.println(
                    "undone " + (System.nanoTime() - died) / 1_000_000 + " ms after the last sign of the agent");
        }
    }

    @Test
    void theNextAgentUndoesWhatItFindsEvenWithoutAnUndoer() throws Exception {
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await("one instance", () -> held(scale(1)).observed());
        }
        lab.startElsewhere();
        lab.await("the declared number", () -> replicas() == 2 && records() == 0);
    }

    @Test
    void afterATimeWithoutAnApiServerItIsUndoneSoonerThanAnybodyCouldRenewIt() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Duration away = Duration.ofMillis(6_000 + new Random(seed).nextInt(6_000));
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await("one instance", () -> held(scale(1)).observed());
            component("stop");
            try {
                lab.stop();
                long gone = System.nanoTime();
                lab.await("more than a heartbeat without it", () -> System.nanoTime() - gone > away.toNanos());
            } finally {
                component("start");
            }
            lab.await("the API server", () -> isAnswered());
            long back = System.nanoTime();
            lab.await("the declared number", () -> replicas() == 2 && records() == 0);
            Duration undone = Duration.ofNanos(System.nanoTime() - back);
            System.out.println("undone " + undone.toMillis() + " ms after the API server was back, which was away for "
                    + away.toMillis() + " ms (seed " + seed + ")");
            assertThat(undone).as("seed %s", seed).isLessThanOrEqualTo(LATEST);
        }
    }

    @Test
    void aNodeIsClosedDrainedAsFarAsBudgetsLetItAndOpenAgain() throws Exception {
        // Old servers and new ones serve it in different versions.
        String budgets = "/apis/policy/v1/namespaces/" + lab.namespace + "/poddisruptionbudgets";
        boolean isNew = Cluster.exists(budgets);
        Cluster.api()
                .call(Request.post(isNew ? budgets : budgets.replace("/v1/", "/v1beta1/"), Cluster.yaml("""
                        apiVersion: policy/%s
                        kind: PodDisruptionBudget
                        metadata: {name: web}
                        spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
                        """.formatted(
                                isNew ? "v1" : "v1beta1"))));
        List<String> pods =
                lab.target().faults().instances(web).stream().map(Victim::name).toList();
        String node = node(pods.getFirst());
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await(
                    "the node to be closed",
                    () -> held(onNodeOf("cordon-1", pods.getFirst(), new Effect.Cordon()))
                            .observed());
            assertThat(isClosed(node)).isTrue();
            assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
            assertThat(isClosed(node)).isFalse();

            lab.await(
                    "the taint",
                    () -> held(onNodeOf("taint-1", pods.getFirst(), new Effect.Taint("NoSchedule")))
                            .observed());
            assertThat(taints(node)).contains("homeostat.io/chaos");
            assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
            assertThat(taints(node)).doesNotContain("homeostat.io/chaos");

            assertThatThrownBy(refused(onNodeOf("drain-1", pods.getFirst(), new Effect.Drain())))
                    .hasMessageContaining("1 more instances of " + web);
            assertThat(isClosed(node)).isFalse();

            List<Fault> both = new ArrayList<>();
            pods.forEach(pod -> both.add(onNodeOf("drain-" + (both.size() + 1), pod, new Effect.Drain())));
            lab.await(
                    "one of them to be evicted",
                    () -> lab.target().faults().hold("run", HEARTBEAT, both).stream()
                            .anyMatch(State::observed));
            assertThat(isClosed(node)).isTrue();
            assertThat(lab.target().faults().instances(web).stream()
                            .map(Victim::name)
                            .filter(pods::contains))
                    .as("the budget keeps the other one")
                    .hasSize(1);
            lab.stop();
            lab.await("the node to be open again", () -> !isClosed(node) && records() == 0);
            lab.await("all instances", () -> live().mapping("status").integer("readyReplicas", 0) == 2);
        }
    }

    @Test
    void aNodeOpensWhenTheLastOneLetsGoAndNeverWhatSomebodyElseHasClosed() throws Exception {
        List<String> pods =
                lab.target().faults().instances(web).stream().map(Victim::name).toList();
        String node = node(pods.getFirst());
        Fault cordon = onNodeOf("cordon-1", pods.getFirst(), new Effect.Cordon());
        try (var _ = new UndoerProcess(lab.own)) {
            awaitUndoer();
            lab.await("the node to be closed", () -> held(cordon).observed());
            // Nothing keeps the first from evicting the second's instance.
            List<Fault> both = pods.stream()
                    .map(pod -> onNodeOf("drain-" + pods.indexOf(pod), pod, new Effect.Drain()))
                    .toList();
            lab.await("both to be evicted", () -> {
                assertThat(held(cordon).inForce()).isTrue();
                return lab.target().faults().hold("other-run", HEARTBEAT, both).stream()
                                .filter(State::observed)
                                .count()
                        == both.size();
            });
            assertThat(lab.target().faults().hold("other-run", HEARTBEAT, List.of()))
                    .isEmpty();
            assertThat(isClosed(node)).as("the other run still wants it so").isTrue();
            assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
            assertThat(isClosed(node)).isFalse();
            lab.await("all instances", () -> live().mapping("status").integer("readyReplicas", 0) == 2);

            Cluster.patch("/api/v1/nodes/" + node, "kubectl", "{\"spec\": {\"unschedulable\": true}}");
            try {
                String pod = lab.target().faults().instances(web).getFirst().name();
                assertThatThrownBy(refused(onNodeOf("cordon-2", pod, new Effect.Cordon())))
                        .hasMessageContaining("cordoned already, by somebody else");
                assertThat(isClosed(node)).isTrue();
            } finally {
                Cluster.patch("/api/v1/nodes/" + node, "kubectl", "{\"spec\": {\"unschedulable\": null}}");
            }
        }
    }

    private void awaitUndoer() throws Exception {
        String lease = "/apis/coordination.k8s.io/v1/namespaces/" + lab.own + "/leases/homeostat-undoer";
        lab.await("the undoer", () -> Cluster.exists(lease));
    }

    private String node(String pod) throws IOException {
        return Cluster.get(lab.path("pods", pod)).mapping("spec").text("nodeName", "");
    }

    private static boolean isClosed(String node) throws IOException {
        return Cluster.get("/api/v1/nodes/" + node).mapping("spec").flag("unschedulable", false);
    }

    private static List<String> taints(String node) throws IOException {
        return Cluster.get("/api/v1/nodes/" + node).mapping("spec").sequence("taints").stream()
                .map(taint -> ((Node.Mapping) taint).text("key", ""))
                .toList();
    }

    private static boolean isAnswered() {
        try {
            return !Cluster.get("/api/v1/namespaces/default").isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Stops or starts the API server of a cluster of {@code dev/cluster}. */
    private static void component(String verb) throws Exception {
        Assumptions.assumeTrue(
                System.getenv("HOMEOSTAT_TEST_CLUSTER") != null,
                "SKIPPED: only a cluster of dev/cluster/up can be made to fail; HOMEOSTAT_TEST_CLUSTER names its directory");
        Process process = new ProcessBuilder(
                        "../dev/cluster/component", System.getenv("HOMEOSTAT_TEST_CLUSTER"), verb, "apiserver")
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
