package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left to Chaos Mesh: the object that it gets, and when that counts as done and as undone. Chaos Mesh itself is not on the
 * test cluster: its kind is defined here in the least that an API server needs, and a stand-in says of an object what its controller
 * says (conditions, pause, finalizer) and does nothing to pods.
 */
@Tag("cluster")
class ChaosMeshFaultsTest {

    private static final String CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey web = new ObjectKey("apps", "Deployment", "", "web");
    private volatile boolean isOver;
    private Thread standIn;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeFalse(
                Cluster.exists(CRD + "/networkchaos.chaos-mesh.org"), "SKIPPED: a real Chaos Mesh would act on this");
        Cluster.api().call(Request.post(CRD, Cluster.yaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: networkchaos.chaos-mesh.org}
                spec:
                  group: chaos-mesh.org
                  scope: Namespaced
                  names: {kind: NetworkChaos, plural: networkchaos, singular: networkchaos}
                  versions:
                    - name: v1alpha1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """)));
        lab = new Lab(directory, "mesh");
        web = new ObjectKey("apps", "Deployment", lab.namespace, "web");
        lab.write("apps/shop/web.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - {name: main, image: "localhost/busybox:1", command: [sleep, "3600"]}
                """);
        lab.await("the kind to be served", () -> Cluster.exists("/apis/chaos-mesh.org/v1alpha1"));
        lab.start();
        lab.converge("default");
        standIn = Thread.ofVirtual().start(() -> {
            while (!isOver) {
                try {
                    for (Node each : objects()) {
                        act((Node.Mapping) each);
                    }
                } catch (IOException changing) {
                    // It looks again.
                }
                LockSupport.parkNanos(50_000_000);
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        isOver = true;
        if (standIn != null) {
            standIn.join();
        }
        if (lab != null) {
            Cluster.delete(CRD + "/networkchaos.chaos-mesh.org");
            lab.close();
        }
    }

    private String collection() {
        return "/apis/chaos-mesh.org/v1alpha1/namespaces/" + lab.namespace + "/networkchaos";
    }

    private List<Node> objects() throws IOException {
        return Cluster.get(collection()).sequence("items");
    }

    private void act(Node.Mapping object) throws IOException {
        Node.Mapping metadata = object.mapping("metadata");
        String path = collection() + "/" + metadata.text("name", "");
        boolean isLeaving = metadata.text("deletionTimestamp") != null;
        boolean isPaused = metadata.mapping("annotations")
                .text("experiment.chaos-mesh.org/pause", "")
                .equals("true");
        boolean isInjected = !isLeaving && !isPaused;
        Cluster.patch(path, "stand-in", """
                {"metadata": {"finalizers": %s},
                 "status": {"conditions": [{"type": "AllInjected", "status": "%s"}, {"type": "AllRecovered", "status": "%s"}]}}
                """.formatted(
                        isLeaving ? "[]" : "[\"chaos-mesh/records\"]", says(isInjected), says(!isInjected)));
    }

    private static String says(boolean yes) {
        return yes ? "True" : "False";
    }

    @Test
    void anObjectIsMadeWatchedAndTakenAwayWhenItHasRecovered() throws Exception {
        assertThat(lab.target().faults().classes())
                .contains(FaultClass.NETWORK_CHAOS)
                .doesNotContain(FaultClass.STRESS_CHAOS, FaultClass.IO_CHAOS);
        String pod = lab.target().faults().instances(web).getFirst().name();
        Node.Mapping spec = Cluster.tree("{\"action\": \"delay\", \"delay\": {\"latency\": \"100ms\"}}");
        Fault fault = new Fault(
                "networkChaos-1-1",
                new Place.OnInstance(web, pod),
                new Effect.Mesh(FaultClass.NETWORK_CHAOS, spec),
                Duration.ofMinutes(3));
        try (var _ = new UndoerProcess(lab.own)) {
            String lease = "/apis/coordination.k8s.io/v1/namespaces/" + lab.own + "/leases/homeostat-undoer";
            lab.await("the undoer", () -> Cluster.exists(lease));
            lab.await("all of it to be injected", () -> held(fault).observed());
            assertThat(held(fault).seen()).contains("all of it is injected");
            Node.Mapping made = ((Node.Mapping) objects().getFirst()).mapping("spec");
            assertThat(made.text("action", "")).isEqualTo("delay");
            assertThat(made.text("mode", "")).isEqualTo("all");
            assertThat(made.text("duration", "")).isEqualTo("180000ms");
            assertThat(made.mapping("selector").mapping("pods").sequence(lab.namespace).stream()
                            .map(Node::toString))
                    .containsExactly(pod);

            assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
            assertThat(objects()).isEmpty();

            lab.await(
                    "another run",
                    () -> lab.target().faults().hold("next-run", HEARTBEAT, List.of(fault)).stream()
                            .anyMatch(State::observed));
            lab.stop();
            lab.await("the undoer to take it away", () -> objects().isEmpty());
        }
    }

    private State held(Fault fault) throws IOException {
        return lab.target().faults().hold("run", HEARTBEAT, List.of(fault)).stream()
                .findFirst()
                .orElse(new State(fault.id(), false, false, ""));
    }
}
