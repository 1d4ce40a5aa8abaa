package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.gate.control.Counters;
import io.homeostat.gate.control.Counters.EdgeCounters;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gate is put in front of a Service that is in use, loses pods, loses the agent, sees its instances replaced, and is taken out
 * again; nobody who calls the Service's address notices. {@code -Dhomeostat.gate.requests=1000000} is the whole of it.
 */
@Tag("cluster")
class AGateComesAndGoesTest {

    private static final String IMAGE =
            System.getenv().getOrDefault("HOMEOSTAT_TEST_IMAGE", "localhost/homeostat:0.1.0");
    private static final long REQUESTS = Long.getLong("homeostat.gate.requests", 10_000);
    private static final int CALLERS = 4;

    @TempDir
    Path directory;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(
                isOnANode(),
                () -> "no node has " + IMAGE + ": deploy/image makes it, dev/cluster/component DIR load imports it");
        lab = new Lab(directory, "gate");
        lab.write("environments/test.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec:
                  include: [apps]
                  sync: {interval: 1s, prune: {maxDeletedPercent: 90}}
                  target: {kubernetes: {gate: {image: "%s"}}}
                """.formatted(IMAGE));
        api("one");
        lab.write("apps/shop/web.yaml", """
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
                          command: [sh, -c, "while :; do wget -q -O - http://$API_SERVICE_HOST/; sleep 0.2; done"]
                """);
    }

    private static boolean isOnANode() throws IOException {
        return Json.write(Cluster.get("/api/v1/nodes")).contains('"' + IMAGE + '"');
    }

    private void api(String answer) throws IOException {
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
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                          lifecycle: {preStop: {exec: {command: [sleep, "10"]}}}
                """.formatted(answer));
    }

    private void service(boolean gated) throws IOException {
        lab.write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: %s}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """.formatted(gated ? "enabled" : "disabled"));
    }

    @AfterEach
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void nobodyWhoCallsNotices() throws Exception {
        service(false);
        lab.start();
        lab.converge("shop");
        String address =
                Cluster.get(lab.path("services", "api")).mapping("spec").text("clusterIP", "");
        try (Callers callers = new Callers(address, 80, CALLERS)) {
            lab.await("answers without a gate", () -> callers.answered() > 100);
            service(true);
            lab.converge("shop");
            String web = lab.namespace + "/Deployment/web";
            lab.await("the edge of who calls", () -> !versions(web).isEmpty());
            assertThat(versions("")).as("those who are no pods").isNotEmpty();
            quiet(callers, "a gate was put in");

            Cluster.delete(pods("homeostat.io/gate=api").getFirst());
            awaitGate();
            quiet(callers, "a gate pod ended");

            Set<String> before = versions(web);
            api("two");
            lab.converge("shop");
            lab.await("the edge to the new version", () -> versions(web).size() > before.size());
            quiet(callers, "the instances were replaced");

            lab.stop();
            Cluster.delete(pods("homeostat.io/gate=api").getFirst());
            awaitGate();
            quiet(callers, "a new gate pod serves without an agent");
            lab.startElsewhere();
            lab.converge("shop");
            lab.await(
                    "the new agent to know the gates",
                    () -> lab.target().counters().size() == 2);
            lab.await("all of it", Duration.ofHours(2), () -> callers.answered() >= REQUESTS - 1_000);

            service(false);
            lab.converge("shop");
            lab.await(
                    "the gate's end",
                    Duration.ofMinutes(3),
                    () -> pods("homeostat.io/gate=api").isEmpty());
            assertThat(Cluster.exists(lab.path("services", "api-origin"))).isFalse();
            long then = callers.answered();
            lab.await("answers without a gate", () -> callers.answered() > then + 1_000);
            quiet(callers, "the gate was taken out");
        }
    }

    private static void quiet(Callers callers, String when) {
        System.out.println(
                callers.answered() + " answers, " + callers.failures().size() + " failures when " + when);
        assertThat(callers.failures()).as(when).isEmpty();
    }

    private void awaitGate() throws Exception {
        lab.await("the gate to be whole again", () -> {
            Node.Mapping status =
                    Cluster.get(lab.path("apps/v1/deployments", "api-gate")).mapping("status");
            return status.integer("readyReplicas", 0) == 2
                    && pods("homeostat.io/gate=api").size() == 2;
        });
    }

    /** Paths of the pods with a label. */
    private List<String> pods(String label) throws IOException {
        String all = "/api/v1/namespaces/" + lab.namespace + "/pods";
        return Cluster.get(all + "?labelSelector=" + label.replace("=", "%3D")).sequence("items").stream()
                .map(pod -> all + "/" + ((Node.Mapping) pod).mapping("metadata").text("name", ""))
                .toList();
    }

    /** The versions of api that somebody has reached. */
    private Set<String> versions(String caller) {
        return lab.target().counters().stream()
                .map(Counters::edges)
                .flatMap(List::stream)
                .filter(edge -> edge.edge().caller().equals(caller)
                        && edge.edge().callee().equals(lab.namespace + "/Service/api"))
                .filter(edge -> edge.requests() > 0)
                .map(EdgeCounters::version)
                .filter(version -> !version.isEmpty())
                .collect(Collectors.toSet());
    }
}
