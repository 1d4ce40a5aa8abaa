package io.homeostat.target.kubernetes.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Succession;
import io.homeostat.model.SyncPolicy;
import io.homeostat.target.kubernetes.KubernetesCompletion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatedServiceTest {

    private static final KubernetesCompletion COMPLETION = new KubernetesCompletion();

    private static Environment environment(String image) {
        Environment.Cluster usual = Environment.Cluster.DEFAULT;
        return new Environment(
                "test",
                "kubernetes",
                List.of("."),
                Map.of(),
                SyncPolicy.DEFAULT,
                Duration.ofSeconds(1),
                false,
                new Environment.Cluster(
                        null,
                        null,
                        usual.namespace(),
                        1,
                        1,
                        List.of(),
                        List.of(),
                        new Environment.Gates(image.isEmpty() ? null : image, 2)),
                Succession.NONE,
                Position.NONE);
    }

    private static Document service(String metadata, String spec) {
        return Documents.parse("apps/api.yaml", """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: shop, %s}
                spec: {%s}
                """.formatted(metadata, spec).getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
    }

    private static final String GATED = "annotations: {homeostat.io/gate: enabled}";
    private static final String SPEC =
            "selector: {app: api}, ports: [{name: http, port: 80, targetPort: web}, {name: admin, port: 9090}]";

    private static List<Document> expanded(Document service) {
        return COMPLETION.expand(service, environment("homeostat:1"));
    }

    private static Document only(List<Document> all, String key) {
        return all.stream()
                .filter(document -> document.key().toString().equals(key))
                .findFirst()
                .orElseThrow(() -> new AssertionError(key + " is not among " + all));
    }

    @Test
    void theServiceLeadsToTheGateAndTheHiddenOneToTheInstances() {
        List<Document> all = expanded(service(GATED, SPEC));
        assertThat(all)
                .extracting(document -> document.key().toString())
                .containsExactly(
                        "shop/Service/api-origin",
                        "shop/Deployment/api-gate",
                        "shop/PodDisruptionBudget/api-gate",
                        "shop/Service/api");
        Document front = only(all, "shop/Service/api");
        Document origin = only(all, "shop/Service/api-origin");
        Document gate = only(all, "shop/Deployment/api-gate");
        assertThat(origin.spec().mapping("selector").text("app")).isEqualTo("api");
        assertThat(ports(origin, "targetPort")).containsExactly("web", "null");
        Node.Mapping labels =
                gate.spec().mapping("template").mapping("metadata").mapping("labels");
        assertThat(front.spec().mapping("selector")).isEqualTo(labels);
        assertThat(ports(front, "targetPort")).containsExactly("10080", "19090");
        assertThat(ports(front, "port")).containsExactly("80", "9090");
        assertThat(all)
                .as("they are found where the Service stands")
                .allSatisfy(document -> assertThat(document.at()).isEqualTo(front.at()));
    }

    @Test
    void theServiceComesWhenItsGateIsReady() {
        for (String wave : List.of("", ", homeostat.io/wave: \"7\"")) {
            List<Document> all = expanded(service("annotations: {homeostat.io/gate: enabled" + wave + "}", SPEC));
            int own = wave.isEmpty() ? 0 : 7;
            assertThat(all.stream()
                            .filter(document -> !document.key().name().equals("api"))
                            .map(document -> document.annotation("homeostat.io/wave")))
                    .isNotEmpty()
                    .allMatch(behind -> Integer.toString(own - 1).equals(behind));
        }
    }

    @Test
    void aPortKeepsItsPlaceWhateverComesOrGoesBesideIt() {
        List<GatePorts.Place> before = GatePorts.of(service(GATED, SPEC).spec());
        List<GatePorts.Place> after = GatePorts.of(
                service(GATED, "selector: {app: api}, ports: [{name: first, port: 8443}, {name: admin, port: 9090}]")
                        .spec());
        assertThat(after.getLast().at()).isEqualTo(before.getLast().at());
        assertThat(GatePorts.of(service(
                                        GATED,
                                        "selector: {a: b}, ports: [{name: a, port: 60001}, {name: b, port: 40001}]")
                                .spec())
                        .stream()
                        .map(GatePorts.Place::at))
                .doesNotHaveDuplicates()
                .allMatch(at -> at >= 10_000 && at < 65_536);
    }

    @Test
    void aPodOfAGateMayDoNothing() {
        Node.Mapping pod = only(expanded(service(GATED, SPEC)), "shop/Deployment/api-gate")
                .spec()
                .mapping("template")
                .mapping("spec");
        assertThat(pod.flag("automountServiceAccountToken", true)).isFalse();
        assertThat(pod.mapping("securityContext").flag("runAsNonRoot", false)).isTrue();
        Node.Mapping container = (Node.Mapping) pod.sequence("containers").getFirst();
        assertThat(container.mapping("securityContext").flag("readOnlyRootFilesystem", false))
                .isTrue();
        assertThat(container.mapping("securityContext").flag("allowPrivilegeEscalation", true))
                .isFalse();
        assertThat(container.text("image")).isEqualTo("homeostat:1");
    }

    @Test
    void howManyThereAreIsSaidByTheServiceOrTheEnvironment() {
        Document one = service("annotations: {homeostat.io/gate: enabled, homeostat.io/gate-replicas: \"1\"}", SPEC);
        assertThat(only(expanded(one), "shop/Deployment/api-gate").spec().integer("replicas", 0))
                .isEqualTo(1);
        assertThat(expanded(one)).extracting(document -> document.key().kind()).doesNotContain("PodDisruptionBudget");
        assertThat(only(expanded(service(GATED, SPEC)), "shop/Deployment/api-gate")
                        .spec()
                        .integer("replicas", 0))
                .isEqualTo(2);
    }

    @Test
    void whoAsksForNoneGetsNone() {
        for (String metadata : List.of("labels: {a: b}", "annotations: {homeostat.io/gate: disabled}")) {
            Document service = service(metadata, SPEC);
            assertThat(expanded(service)).containsExactly(service);
            assertThat(COMPLETION.check(service, environment(""))).isEmpty();
        }
    }

    @Test
    void whereThereCanBeNoneItIsSaidWhy() {
        Map<String, String> wrong = Map.of(
                "clusterIP: None, " + SPEC,
                "headless",
                "type: ExternalName, externalName: a.example.org",
                "ExternalName",
                "ports: [{port: 80}]",
                "selector",
                "selector: {app: dns}, ports: [{port: 53, protocol: UDP}]",
                "TCP");
        wrong.forEach((spec, why) -> assertThat(COMPLETION.check(service(GATED, spec), environment("homeostat:1")))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains(why));
        assertThat(COMPLETION.check(service(GATED, SPEC), environment("")))
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("spec.target.kubernetes.gate.image");
        assertThat(COMPLETION.check(service("annotations: {homeostat.io/gate: yes please}", SPEC), environment("x")))
                .hasSize(1);
    }

    private static List<String> ports(Document service, String field) {
        return service.spec().sequence("ports").stream()
                .map(port -> String.valueOf(((Node.Mapping) port).get(field)))
                .toList();
    }
}
