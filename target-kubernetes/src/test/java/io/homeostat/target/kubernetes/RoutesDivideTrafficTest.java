package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weights go to HTTPRoutes on a real cluster. No implementation of the Gateway API is there, so its part, to say that a route was
 * accepted, is the test's; whom each weight would reach is seen in the endpoints of the Services.
 */
@Tag("cluster")
class RoutesDivideTrafficTest {

    private static final String ROUTES = "/apis/gateway.networking.k8s.io/v1/namespaces/";

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey api;

    @BeforeEach
    void open() throws Exception {
        Cluster.api()
                .call(Request.apply(
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.networking.k8s.io"
                                + "?force=true&fieldManager=test",
                        Cluster.yaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: httproutes.gateway.networking.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, a small one for tests"}
                spec:
                  group: gateway.networking.k8s.io
                  scope: Namespaced
                  names: {kind: HTTPRoute, plural: httproutes, singular: httproute, listKind: HTTPRouteList}
                  versions:
                    - name: v1
                      served: true
                      storage: true
                      subresources: {status: {}}
                      schema:
                        openAPIV3Schema:
                          type: object
                          properties:
                            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
                            spec:
                              type: object
                              properties:
                                parentRefs:
                                  type: array
                                  items: {type: object, properties: {name: {type: string}}}
                                rules:
                                  type: array
                                  x-kubernetes-list-type: atomic
                                  items:
                                    type: object
                                    properties:
                                      backendRefs:
                                        type: array
                                        x-kubernetes-list-type: atomic
                                        items:
                                          type: object
                                          properties:
                                            name: {type: string}
                                            port: {type: integer}
                                            weight: {type: integer, default: 1}
                """)));
        lab = new Lab(directory, "routes");
        api = new ObjectKey("apps", "Deployment", lab.namespace, "api");
        lab.write("environments/test.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec: {include: [apps], sync: {interval: 1s}, target: {kubernetes: {}}}
                """);
        lab.write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: gateway-api}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        declare("one");
        lab.start();
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
                metadata: {name: api, namespace: NS}
                spec:
                  replicas: 2
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c, "mkdir /tmp/www; echo %s >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www"]
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
                """.formatted(answer));
    }

    private void route(String more) throws IOException {
        lab.write("apps/shop/route.yaml", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop, namespace: NS}
                spec:
                  parentRefs: [{name: front}]
                  rules:
                    - backendRefs: [{name: api, port: 80}]
                %s
                """.formatted(more));
    }

    @Test
    void withoutARouteOrWithMoreThanWeightsItIsRefusedWithWords() throws Exception {
        lab.converge("shop");
        assertThatThrownBy(() -> lab.target().traffic().split(api, new Split(50, 0)))
                .hasMessageContaining("no HTTPRoute of its namespace leads to Service/api");
        route("");
        lab.converge("shop");
        Split byHeader = new Split(50, 0, false, List.of(new Match(false, "x-new", "yes")), null);
        assertThatThrownBy(() -> lab.target().traffic().split(api, byHeader))
                .hasMessageContaining("need a gate: annotate it enabled");
    }

    @Test
    void weightsAreTheRoutesAndTheRouteIsGitsAgainAfterwards() throws Exception {
        route("");
        lab.converge("shop");
        String declared = refs();
        assertThat(declared).isEqualTo("[[api=1]]");
        Set<String> old = endpoints("api");
        assertThat(old).hasSize(2);

        lab.target().traffic().split(api, new Split(50, 0));
        declare("two");
        lab.look();
        lab.await("the new version beside the old one", () -> {
            accept();
            Arms arms = lab.target().traffic().arms(api);
            return arms != null && arms.inEffect() && arms.canary().available() == 1;
        });
        assertThat(refs()).isEqualTo("[[api-stable=100]]");
        lab.await(
                "the stable side to have its own", () -> endpoints("api-stable").equals(old));

        lab.target().traffic().split(api, new Split(50, 20));
        lab.await("its share, when its endpoints are there", () -> refs().equals("[[api-stable=80, api-canary=20]]"));
        assertThat(arms().inEffect()).as("nobody has accepted it yet").isFalse();
        accept();
        assertThat(arms().inEffect()).isTrue();
        assertThat(arms().canary().tally()).as("no gate counts").isNull();
        lab.await(
                "the canary side to have its own", () -> endpoints("api-canary").size() == 1);
        assertThat(endpoints("api-canary")).doesNotContainAnyElementsOf(old);
        assertThat(endpoints("api-stable")).isEqualTo(old);

        route("    - backendRefs: [{name: other, port: 80}, {name: api, port: 80, weight: 3}]");
        lab.look();
        lab.await(
                "a change of the route, which goes on dividing",
                () -> refs().equals("[[api-stable=80, api-canary=20], [other=100, api-stable=240, api-canary=60]]"));
        assertThat(lab.plan("shop").hasChanges())
                .as("a divided route is no drift")
                .isFalse();
        route("");
        lab.look();
        lab.await("the change back", () -> refs().equals("[[api-stable=80, api-canary=20]]"));

        lab.startElsewhere();
        lab.await("the next agent to see the same", () -> {
            Arms now = lab.target().traffic().arms(api);
            return now != null && new Split(50, 20).equals(now.split());
        });
        assertThat(refs()).isEqualTo("[[api-stable=80, api-canary=20]]");

        lab.target().traffic().split(api, new Split(50, 0));
        assertThat(refs()).as("taken back at once").isEqualTo("[[api-stable=100]]");
        declare("one");
        lab.look();
        lab.await("it is declared again", () -> lab.isSettled("shop"));
        lab.target().traffic().split(api, null);
        lab.await("nothing to be left", () -> {
            accept();
            return refs().equals(declared)
                    && !Cluster.exists(lab.path("services", "api-stable"))
                    && !Cluster.exists(lab.path("services", "api-canary"))
                    && !Cluster.exists(lab.path("apps/v1/deployments", "api-canary"));
        });
        assertThat(Json.write(shop())).doesNotContain("homeostat.io/divided");
        assertThat(endpoints("api")).isEqualTo(old);
        lab.await("it is as Git says", () -> lab.isSettled("shop"));
    }

    @Test
    void whoCannotAnswerLosesItsShareUntilItCan() throws Exception {
        route("");
        lab.converge("shop");
        lab.target().traffic().split(api, new Split(50, 0));
        declare("two");
        lab.look();
        lab.await("the new version beside the old one", () -> {
            Arms arms = lab.target().traffic().arms(api);
            return arms != null && arms.canary().available() == 1;
        });
        lab.target().traffic().split(api, new Split(50, 20));
        lab.await("its share", () -> refs().equals("[[api-stable=80, api-canary=20]]"));

        Cluster.api()
                .call(Request.merge(
                        lab.path("apps/v1/deployments", "api-canary") + "?fieldManager=somebody",
                        Cluster.tree("{\"spec\": {\"replicas\": 0}}")));
        lab.await("the share to go back", () -> refs().equals("[[api-stable=100]]"));
        assertThat(arms().inEffect()).as("it is not as the split says").isFalse();
        lab.await("the share again, with the next pod", () -> {
            accept();
            return refs().equals("[[api-stable=80, api-canary=20]]") && arms().inEffect();
        });
        assertThat(endpoints("api-canary")).hasSize(1);
    }

    @Test
    void aRouteDoesNotGoOnDividingForNobody() throws Exception {
        route("");
        lab.converge("shop");
        lab.target().traffic().split(api, new Split(50, 0));
        declare("two");
        lab.look();
        lab.await("the route to divide", () -> refs().equals("[[api-stable=100]]"));
        lab.write("apps/shop/service.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/gate: disabled}}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        lab.look();
        lab.await(
                "the route to be as Git says",
                () -> refs().equals("[[api=1]]") && !Cluster.exists(lab.path("services", "api-stable")));
    }

    private Arms arms() throws IOException {
        return Objects.requireNonNull(lab.target().traffic().arms(api));
    }

    private Node.Mapping shop() throws IOException {
        return Cluster.get(ROUTES + lab.namespace + "/httproutes/shop");
    }

    private String refs() throws IOException {
        return shop().mapping("spec").sequence("rules").stream()
                .map(rule -> ((Node.Mapping) rule)
                        .sequence("backendRefs").stream()
                                .map(ref -> ((Node.Mapping) ref).text("name", "") + "="
                                        + ((Node.Mapping) ref).integer("weight", -1))
                                .toList())
                .toList()
                .toString();
    }

    /** Addresses of pods that a Service leads to. */
    private Set<String> endpoints(String service) throws IOException {
        return Cluster.get(lab.path("endpoints", service)).sequence("subsets").stream()
                .flatMap(subset -> ((Node.Mapping) subset).sequence("addresses").stream())
                .map(address -> ((Node.Mapping) address).text("ip", ""))
                .collect(Collectors.toSet());
    }

    /** What an implementation of the Gateway API does when it has taken in a route. */
    private void accept() throws IOException {
        Node.Mapping route = shop();
        int generation = route.mapping("metadata").integer("generation", 0);
        Node.Mapping status = Cluster.yaml("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: shop}
                status:
                  parents:
                    - parentRef: {name: front}
                      controllerName: example.org/test
                      conditions: [{type: Accepted, status: "True", observedGeneration: %d}]
                """.formatted(generation));
        try {
            Cluster.api()
                    .call(Request.merge(
                            ROUTES + lab.namespace + "/httproutes/shop/status?fieldManager=gateway", status));
        } catch (ApiFailure conflict) {
            if (!conflict.isConflict()) {
                throw conflict;
            }
        }
    }
}
