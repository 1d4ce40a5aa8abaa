package io.homeostat.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Rendering;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Document;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a directory with a chart to what an application declares, by the renderer that the agent uses. */
class ChartsOfTheRepositoryTest {

    @TempDir
    Path root;

    private Repository repository;

    @BeforeEach
    void aRepository() {
        repository = new Repository(root);
    }

    @Test
    void aChartIsRenderedWithItsValuesFilesAndValues() throws Exception {
        repository
                .chart("charts/shop", "shop", "1.0.0")
                .application("""
                        {chart: ../../charts/shop, release: my, namespace: market,
                            valuesFiles: [values.yaml, production.yaml], values: {replicas: 7}}""")
                .file("apps/shop/values.yaml", "greeting: from the first file\nreplicas: 2\n")
                .file("apps/shop/production.yaml", "greeting: from the last file\n")
                .file("apps/shop/plain.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}");

        Rendering rendering = repository.render();

        assertThat(rendering.problems()).isEmpty();
        assertThat(rendering.applications()).containsOnlyKeys("shop");
        assertThat(documents(rendering))
                .extracting(document -> document.key().toString())
                .containsExactlyInAnyOrder("market/ConfigMap/my-web", "ConfigMap/plain");
        Document web = documents(rendering).stream()
                .filter(document -> document.key().name().equals("my-web"))
                .findFirst()
                .orElseThrow();
        assertThat(web.content().mapping("data")).hasToString("{greeting: from the last file, replicas: 7}");
        assertThat(web.metadata().text("namespace")).isEqualTo("market");
        assertThat(web.at().file()).isEqualTo("apps/shop/shop/templates/web.yaml");
    }

    @Test
    void definitionsAreRenderedAndAreOfNoNamespace() throws Exception {
        repository
                .chart("charts/shop", "shop", "1.0.0")
                .file("charts/shop/crds/gadget.yaml", """
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: gadgets.example.org}
                        spec: {group: example.org}
                        """)
                .application("{chart: ../../charts/shop, namespace: market}");

        assertThat(documents(repository.render()))
                .filteredOn(document -> document.key().kind().equals("CustomResourceDefinition"))
                .singleElement()
                .satisfies(document ->
                        assertThat(document.metadata().get("namespace")).isNull());
    }

    @Test
    void whatTheTemplateSaysIsAProblemWhereTheChartIsAskedFor() throws Exception {
        repository
                .chart("charts/shop", "shop", "1.0.0")
                .file("charts/shop/templates/web.yaml", "{{ required \"say a greeting\" .Values.nothing }}")
                .application("{chart: ../../charts/shop}");

        assertThat(repository.problems())
                .singleElement()
                .asString()
                .startsWith("apps/shop/application.yaml:5:9: the chart charts/shop cannot be rendered:")
                .contains("say a greeting")
                .doesNotContain("/tmp/");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        repository.application("{chart: ./chart}");
        assertThat(repository.problems()).singleElement().asString().contains("there is no chart in 'apps/shop/chart'");

        repository.chart("apps/shop/chart", "shop", "1.0.0").application("{chart: ./chart, valuesFiles: [none.yaml]}");
        assertThat(repository.problems())
                .singleElement()
                .asString()
                .contains("there is no values file 'apps/shop/none.yaml'");
    }

    @Test
    void aChartThatSaysSomethingElseEachTimeIsRefused() throws Exception {
        repository
                .chart("apps/shop/chart", "shop", "1.0.0")
                .file("apps/shop/chart/templates/secret.yaml", """
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: made-up}
                        stringData: {password: {{ randAlphaNum 20 | quote }}}
                        """)
                .application("{chart: ./chart}");

        assertThat(repository.problems())
                .singleElement()
                .asString()
                .contains("something else each time", "shop/templates/secret.yaml");
    }

    @Test
    void whatAChartNeedsFromTheRepositoryIsLaidBesideIt() throws Exception {
        repository
                .chart("charts/common", "common", "0.1.0")
                .file("charts/common/templates/web.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: common}}")
                .chart("charts/shop", "shop", "1.0.0")
                .file("charts/shop/Chart.yaml", """
                        apiVersion: v2
                        name: shop
                        version: 1.0.0
                        dependencies:
                          - {name: common, version: 0.x.x, repository: file://../common}
                        """)
                .application("{chart: ../../charts/shop}");

        assertThat(documents(repository.render()))
                .extracting(document -> document.key().name())
                .containsExactlyInAnyOrder("common", "shop-web");
    }

    @Test
    void aDependencyDoesNotLeaveTheRepository() throws Exception {
        repository
                .chart("charts/shop", "shop", "1.0.0")
                .file("charts/shop/Chart.yaml", """
                        apiVersion: v2
                        name: shop
                        version: 1.0.0
                        dependencies:
                          - {name: passwd, version: 0.1.0, repository: file://../../../../etc}
                        """)
                .application("{chart: ../../charts/shop}");

        assertThat(repository.problems()).singleElement().asString().contains("leaves the repository");
    }

    private static List<Document> documents(Rendering rendering) {
        return rendering.applications().values().stream()
                .flatMap(application -> application.declared().stream())
                .map(Declared::document)
                .toList();
    }
}
