package io.homeostat.target.local.subset;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Completion;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Environment.ImageSource;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.SyncPolicy;
import io.homeostat.source.Snapshot;
import io.homeostat.target.local.LocalTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetTest {

    private static final Completion TARGET = LocalTarget.completion();

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: web
                    image: shop/web:1.4
                    ports: [{containerPort: 8080}]
                    readinessProbe: {httpGet: {port: 8080}}
            """;

    private static Environment environment(Map<String, ImageSource> images) {
        return new Environment(
                "test",
                "local",
                List.of("."),
                images,
                SyncPolicy.DEFAULT,
                Environment.DEFAULT_INTERVAL,
                false,
                Position.NONE);
    }

    private static final Environment MAPPED =
            environment(Map.of("shop/web", new ImageSource.Directory("services/web")));

    private static Document document(String yaml) {
        Documents.Parsed parsed = Documents.parse("web.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed.problems()).filteredOn(Problem::isError).isEmpty();
        return parsed.documents().getFirst();
    }

    private static List<String> problems(String yaml) {
        return TARGET.check(document(yaml), MAPPED).stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void anOrdinaryDeploymentIsFine() {
        assertThat(problems(DEPLOYMENT)).isEmpty();
    }

    @Test
    void eachUnsupportedFieldIsNamedWithItsPlaceAndWhatThereIs() {
        assertThat(problems(DEPLOYMENT.replace(
                        "      containers:", "      hostPID: true\n      dnsConfig: {}\n      containers:")))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith(
                                        "web.yaml:9:7: the local target does not support spec.template.spec.hostPID; "
                                                + "supported here: containers, initContainers,"),
                        second -> assertThat(second)
                                .startsWith("web.yaml:10:7: the local target does not support "
                                        + "spec.template.spec.dnsConfig"));
    }

    @Test
    void anUnmappedImageIsAnErrorThatShowsTheLineToAdd() {
        List<Problem> problems = TARGET.check(document(DEPLOYMENT), environment(Map.of()));
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("unmapped-image");
            assertThat(problem.toString()).contains("Environment.spec.images: `shop/web: dir:services/web`");
        });
    }

    @Test
    void whatIsNotEnforcedIsAWarning() {
        List<Problem> problems = TARGET.check(
                document(DEPLOYMENT.replace(
                        "      containers:", "      securityContext: {runAsNonRoot: true}\n      containers:")),
                MAPPED);
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.isError()).isFalse();
            assertThat(problem.message()).contains("spec.template.spec.securityContext is not enforced");
        });
    }

    @Test
    void loadBalancersAndOtherKindsAreErrors() {
        assertThat(problems("""
                        apiVersion: v1
                        kind: Service
                        metadata: {name: web}
                        spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
                        """))
                .containsExactly("web.yaml:4:14: the local target does not support spec.type: LoadBalancer; supported "
                        + "here: ClusterIP, NodePort, ExternalName");
        assertThat(problems("""
                        apiVersion: networking.k8s.io/v1
                        kind: Ingress
                        metadata: {name: web}
                        """))
                .singleElement()
                .asString()
                .contains(
                        "does not support networking.k8s.io/v1 Ingress; supported here: Deployment, StatefulSet, Job");
    }

    @Test
    void aHostImageNeedsACommand() {
        assertThat(TARGET.check(document(DEPLOYMENT), environment(Map.of("shop/web", new ImageSource.Host()))))
                .singleElement()
                .asString()
                .contains("container 'web' has no command");
    }

    @ParameterizedTest
    @CsvSource({
        "shop/web, shop/web:1.4, true",
        "shop/web:1.4, shop/web:1.4, true",
        "shop/web:1.5, shop/web:1.4, false",
        "localhost:5000/web, localhost:5000/web:2, true",
        "localhost:5000/web, localhost:5000/web, true",
        "shop/web, shop/web@sha256:abc, true",
        "shop/web, shop/web:1@sha256:abc, true",
        "web, shop/web, false"
    })
    void imagesAreFoundByNameWithOrWithoutTag(String mapped, String asked, boolean found) {
        Map<String, ImageSource> images = Map.of(mapped, new ImageSource.Host());
        assertThat(ImageNames.find(images, asked) != null).isEqualTo(found);
    }

    /** Content is whatever the id says. */
    private record Fixed(String contentId) implements Snapshot {
        @Override
        public String revision() {
            return "r1";
        }

        @Override
        public Origin origin() {
            return new Origin("", Instant.EPOCH, "");
        }

        @Override
        public List<File> files(String directory) {
            return List.of();
        }

        @Override
        public byte[] read(String path) {
            return new byte[0];
        }

        @Override
        public String contentId(String directory) {
            return contentId;
        }

        @Override
        public void export(String directory, Path into) {}
    }

    @Test
    void completingFillsInDefaultsAndResolvesImages() throws Exception {
        Document completed = TARGET.complete(document(DEPLOYMENT), MAPPED, new Fixed("abc"));
        assertThat(completed.spec().integer("replicas", 0)).isEqualTo(1);
        assertThat(completed.spec().integer("progressDeadlineSeconds", 0)).isEqualTo(600);
        assertThat(completed.spec().mapping("strategy").toString())
                .isEqualTo("{type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}");
        Node.Mapping template = Objects.requireNonNull(Templates.of(completed.key(), completed.content()));
        assertThat(template.mapping("metadata").mapping("annotations").text("images.homeostat.io/web"))
                .isEqualTo("dir:services/web@abc");
        assertThat(template.mapping("spec").integer("terminationGracePeriodSeconds", 0))
                .isEqualTo(30);
        assertThat(Templates.containers(template)
                        .getFirst()
                        .mapping("readinessProbe")
                        .toString())
                .isEqualTo("{httpGet: {port: 8080, path: /, scheme: HTTP}, periodSeconds: 10, timeoutSeconds: 1, "
                        + "successThreshold: 1, failureThreshold: 3}");
    }

    @Test
    void completingTwiceChangesNothing() throws Exception {
        for (String yaml : List.of(DEPLOYMENT, """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{port: 80}]}
                """, """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: c}
                spec:
                  schedule: "@hourly"
                  jobTemplate:
                    spec:
                      template:
                        spec: {restartPolicy: Never, containers: [{name: c, image: shop/web, command: [x]}]}
                """, """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: s}
                spec:
                  serviceName: s
                  selector: {matchLabels: {app: s}}
                  template:
                    metadata: {labels: {app: s}}
                    spec: {containers: [{name: c, image: shop/web}]}
                """)) {
            Document once = TARGET.complete(document(yaml), MAPPED, new Fixed("abc"));
            Document twice = TARGET.complete(once, MAPPED, new Fixed("abc"));
            assertThat(twice.content()).isEqualTo(once.content());
            assertThat(TARGET.check(once, MAPPED)).isEmpty();
        }
    }

    @Test
    void thePageAgreesWithTheList() throws Exception {
        Path page = Path.of("..", "docs", "reference", "local-target.md");
        String text = Files.readString(page);
        int begin = text.indexOf(SubsetPage.BEGIN);
        String expected = text.substring(0, Math.max(0, begin)) + SubsetPage.tables();
        if (Boolean.getBoolean("homeostat.write")) {
            Files.writeString(page, expected);
        }
        assertThat(text)
                .as(
                        "docs/reference/local-target.md is made from LocalSubset: run this test with -Dhomeostat.write=true")
                .isEqualTo(expected);
    }
}
