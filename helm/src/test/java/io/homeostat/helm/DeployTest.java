package io.homeostat.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Chart;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/}: the Kustomize base and the Helm chart install the same. */
class DeployTest {

    private static final Path DEPLOY = Path.of("..", "deploy").toAbsolutePath().normalize();
    private static final Path BASE = DEPLOY.resolve("kustomize/base");
    private static final ObjectKey AGENT = new ObjectKey("apps", "Deployment", "homeostat", "homeostat");

    @TempDir
    Path cache;

    private HelmCharts charts;

    @BeforeEach
    void helm() {
        charts = new HelmCharts(cache, new Remote(new Credentials(null)));
    }

    @Test
    void theBaseAndTheChartSayTheSame() throws Exception {
        Map<ObjectKey, Node> base = base();

        assertThat(base).containsKey(AGENT).hasSizeGreaterThan(8);
        assertThat(chart("")).isEqualTo(base);
    }

    @Test
    void theBaseNamesEveryFileOfItsDirectory() throws Exception {
        String kustomization = Files.readString(BASE.resolve("kustomization.yaml"));

        try (Stream<Path> files = Files.list(BASE)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("kustomization.yaml")))
                    .allMatch(name -> kustomization.contains("  - " + name + "\n"));
        }
    }

    @Test
    void whatMayBeChangedIsWhatIsAskedFor() throws Exception {
        assertThat(base().keySet()).noneMatch(key -> key.name().equals("homeostat-admin"));
        Map<ObjectKey, Node> chart = chart("manage: [shop, market]\nclusterAdmin: true\n");

        assertThat(chart)
                .containsKeys(
                        new ObjectKey("rbac.authorization.k8s.io", "RoleBinding", "shop", "homeostat-manage"),
                        new ObjectKey("rbac.authorization.k8s.io", "RoleBinding", "market", "homeostat-manage"));
        assertThat(chart.keySet()).anyMatch(key -> key.name().equals("homeostat-admin"));
    }

    @Test
    void theSourceIsWhatTheValuesSay() throws Exception {
        String agent = String.valueOf(chart("""
                source: {location: https://git.example.org/shop.git, reference: {semver: 1.x}, tokenSecret: git}
                environment: production
                """).get(AGENT));

        assertThat(agent)
                .contains(
                        "--source=https://git.example.org/shop.git",
                        "--semver=1.x",
                        "--token-file=/secrets/source/token",
                        "--environment=production",
                        "secretName: git");
    }

    @Test
    void anOldClusterIsSpokenToInItsWords() throws Exception {
        assertThat(rendered("", "1.20.2")).contains("policy/v1beta1");
        assertThat(rendered("", "1.21.0")).doesNotContain("policy/v1beta1");
    }

    private static Map<ObjectKey, Node> base() throws IOException {
        List<Document> documents = new ArrayList<>();
        try (Stream<Path> files = Files.list(BASE)) {
            for (Path file : files.sorted().toList()) {
                if (!file.endsWith("kustomization.yaml")) {
                    documents.addAll(parse(Files.readString(file)));
                }
            }
        }
        return byKey(documents);
    }

    private Map<ObjectKey, Node> chart(String values) throws IOException {
        return byKey(parse(rendered(values, Chart.DEFAULT_KUBE_VERSION)));
    }

    private String rendered(String values, String kubeVersion) throws IOException {
        Path file = Files.writeString(cache.resolve("values.yaml"), values);
        Chart chart = new Chart(
                new Chart.Origin.Directory("helm/homeostat"),
                "homeostat",
                "homeostat",
                List.of(file.toString()),
                Node.Mapping.EMPTY,
                kubeVersion,
                Position.NONE);
        return charts.render(chart, DEPLOY);
    }

    private static List<Document> parse(String yaml) {
        Documents.Parsed parsed = Documents.parse("deploy.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed.problems()).isEmpty();
        return parsed.documents();
    }

    private static Map<ObjectKey, Node> byKey(List<Document> documents) {
        Map<ObjectKey, Node> byKey = new TreeMap<>();
        for (Document document : documents) {
            assertThat(byKey.put(document.key(), document.content()))
                    .as("%s twice", document.key())
                    .isNull();
        }
        return byKey;
    }
}
