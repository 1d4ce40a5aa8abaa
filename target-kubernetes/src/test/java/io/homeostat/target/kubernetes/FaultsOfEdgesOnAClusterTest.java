package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Requests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of calls to a Service of a cluster: seen by who calls and by the gates, at every gate pod, and gone afterwards. */
@Tag("cluster")
class FaultsOfEdgesOnAClusterTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration LASTS = Duration.ofMinutes(10);
    private static final int CALLS = 40;

    @TempDir
    Path directory;

    private Lab lab;
    private String address = "";
    private String api = "";

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(
                Json.write(Cluster.get("/api/v1/nodes")).contains('"' + IMAGE + '"'),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        lab = new Lab(directory, "edges");
        lab.write("environments/test.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  include: [apps]
                  sync: {interval: 1s}
                  target: {kubernetes: {gate: {image: "%s", replicas: 2}}}
                """.formatted(IMAGE));
        lab.write("apps/shop/api.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c, "mkdir /tmp/www; echo hello >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: enabled}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: open, namespace: NS}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: web
                          image: localhost/busybox:1
                          command: [sh, -c, "while :; do wget -q -O - http://$API_SERVICE_HOST/ || echo failed; sleep 0.2; done"]
                """);
        lab.start();
        lab.converge("shop");
        api = lab.namespace + "/Service/api";
        address = Cluster.get(lab.path("services", "api")).mapping("spec").text("clusterIP", "");
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    private Fault fault(String id, String caller, Effect effect, double share) {
        return new Fault(id, new Place.OnEdge(caller, api, Requests.ALL, share), effect, LASTS);
    }

    @Test
    void whoCallsIsHitAtEveryGatePodAndNobodyAfterwards() throws Exception {
        Faults faults = lab.target().faults();
        assertThat(faults.classes()).containsAll(FaultClass.ofEdges());
        assertThat(faults.objection(api)).isNull();
        assertThat(faults.objection(lab.namespace + "/Service/open"))
                .contains("no gate stands in front of")
                .contains("homeostat.io/gate: enabled");
        String web = lab.namespace + "/Deployment/web";
        lab.await(
                "the edge to be seen",
                () -> faults.calls().stream()
                        .anyMatch(call ->
                                call.caller().equals(web) && call.callee().equals(api)));
        assertThat(answered200()).as("before").isEqualTo(CALLS);

        // One caller and no other.
        Fault ofWeb = fault("error-1", web, new Effect.Failure(503), 1);
        lab.await("web to be hit", () -> held("one", ofWeb).observed());
        assertThat(answered200()).as("others are not touched").isEqualTo(CALLS);
        undo("one");

        // Everybody, at both pods, and at one that comes later.
        Fault ofAll = fault("reset-1", "*", new Effect.Reset(), 1);
        awaitForce("two", ofAll);
        lab.await("everybody to be hit", () -> {
            held("two", ofAll);
            return answered200() == 0;
        });
        lab.await("the hits to be counted", () -> held("two", ofAll).observed());
        Set<String> before = gatePods();
        Cluster.delete("/api/v1/namespaces/" + lab.namespace + "/pods/"
                + before.iterator().next());
        lab.await("another gate pod", () -> {
            held("two", ofAll);
            Set<String> now = gatePods();
            return now.size() == 2
                    && now.stream().anyMatch(pod -> !before.contains(pod))
                    && Cluster.get(lab.path("apps/v1/deployments", "api-gate"))
                                    .mapping("status")
                                    .integer("readyReplicas", 0)
                            == 2;
        });
        lab.await("the new one to be told", () -> {
            held("two", ofAll);
            return answered200() == 0;
        });
        assertThat(held("two", ofAll).seen()).contains("requests were hit");
        undo("two");
        lab.await("nobody to be hit any more", () -> answered200() == CALLS);

        // Only a share.
        Fault half = fault("error-3", "*", new Effect.Failure(500), 0.5);
        awaitForce("three", half);
        assertThat(answered200()).as("half of them").isStrictlyBetween(0, CALLS);

        // Nobody says any more that it is wanted, as after a kill -9.
        lab.stop();
        long since = System.nanoTime();
        lab.await("the faults to end by themselves", () -> answered200() == CALLS);
        System.out.println("without its holder a fault was gone within " + (System.nanoTime() - since) / 1_000_000
                + " ms (heartbeat " + HEARTBEAT.toMillis() + " ms)");
    }

    @Test
    void onlyRequestsThatMatchAreHit() throws Exception {
        lab.await("both gate pods", () -> gatePods().size() == 2 && answered200() == CALLS);
        Requests marked = new Requests("GET", "/index", Map.of("x-test", "yes"));
        Fault ofMarked = new Fault("error-1", new Place.OnEdge("*", api, marked, 1), new Effect.Failure(503), LASTS);
        awaitForce("matching", ofMarked);
        String page = "GET /index.html HTTP/1.1";
        lab.await("every gate pod to be told", () -> {
            assertThat(held("matching", ofMarked).inForce()).isTrue();
            return answered200(page, "X-Test: yes\r\n") == 0;
        });
        assertThat(answered200(page, "X-Test: no\r\n")).as("of another value").isEqualTo(CALLS);
        assertThat(answered200(page, "")).as("without the header").isEqualTo(CALLS);
        assertThat(held("matching", ofMarked).inForce()).isTrue();
        assertThat(answered200("GET / HTTP/1.1", "X-Test: yes\r\n"))
                .as("of another path")
                .isEqualTo(CALLS);
        lab.await("the hits to be counted", () -> held("matching", ofMarked).observed());
        Fault half = new Fault("error-2", new Place.OnEdge("*", api, marked, 0.5), new Effect.Failure(503), LASTS);
        awaitForce("matching", half);
        assertThat(answered200(page, "X-Test: yes\r\n")).as("half of them").isStrictlyBetween(0, CALLS);
        undo("matching");
        lab.await("nobody to be hit any more", () -> answered200(page, "X-Test: yes\r\n") == CALLS);
    }

    /** Whoever is asked may take longer than a heartbeat leaves: a later call brings it. */
    private void awaitForce(String holder, Fault fault) throws Exception {
        lab.await(fault + " to be in force", () -> held(holder, fault).inForce());
    }

    /** As a run does: it is said until every gate has heard it. */
    private void undo(String holder) throws Exception {
        lab.await("every gate to let go", () -> {
            try {
                return lab.target().faults().hold(holder, HEARTBEAT, List.of()).isEmpty();
            } catch (IOException busy) {
                return false;
            }
        });
    }

    private State held(String holder, Fault fault) throws IOException {
        return lab.target().faults().hold(holder, HEARTBEAT, List.of(fault)).stream()
                .findFirst()
                .orElse(new State(fault.id(), false, false, ""));
    }

    private Set<String> gatePods() throws IOException {
        return Set.copyOf(
                Cluster.get("/api/v1/namespaces/" + lab.namespace + "/pods?labelSelector=homeostat.io/gate%3Dapi")
                        .sequence("items")
                        .stream()
                        .map(Node.Mapping.class::cast)
                        .filter(pod -> pod.mapping("metadata").text("deletionTimestamp") == null)
                        .map(pod -> pod.mapping("metadata").text("name", ""))
                        .toList());
    }

    /** How many of some calls, each with a connection of its own, are answered with 200. */
    private int answered200() {
        return answered200("GET / HTTP/1.1", "");
    }

    /** @param header with the end of its line; empty for none */
    private int answered200(String request, String header) {
        int good = 0;
        int hits = 0;
        for (int i = 0; i < CALLS; i++) {
            try (Socket socket = new Socket(address, 80)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write((request + "\r\nHost: api\r\nConnection: close\r\n" + header + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                String status = in.readLine();
                good += status != null && status.contains(" 200 ") ? 1 : 0;
            } catch (IOException reset) {
                hits++;
            }
        }
        assertThat(good + hits).isLessThanOrEqualTo(CALLS);
        return good;
    }
}
