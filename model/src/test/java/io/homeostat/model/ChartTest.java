package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Chart.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChartTest {

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void aChartOfTheRepositoryIsADirectoryOfIt() {
        Chart chart = Objects.requireNonNull(chart("""
                chart: ../../charts/shop
                release: shop
                namespace: shop
                valuesFiles: [values.yaml, ../common.yaml]
                values: {replicas: 2}
                """));

        assertThat(problems).isEmpty();
        assertThat(chart.origin()).isEqualTo(new Origin.Directory("charts/shop"));
        assertThat(chart.release()).isEqualTo("shop");
        assertThat(chart.namespace()).isEqualTo("shop");
        assertThat(chart.valuesFiles()).containsExactly("apps/shop/values.yaml", "apps/common.yaml");
        assertThat(chart.values().integer("replicas", 0)).isEqualTo(2);
    }

    @Test
    void aReleaseIsNamedAfterItsApplicationUnlessSaid() {
        assertThat(chart("chart: ./chart"))
                .extracting(Chart::release, Chart::namespace)
                .containsExactly("web", "default");
    }

    @Test
    void aChartFromElsewhereHasAnExactVersion() {
        assertThat(chart("{chart: redis, repository: 'https://charts.example.org/stable', version: 1.2.3}"))
                .extracting(Chart::origin)
                .isEqualTo(new Origin.Repository("https://charts.example.org/stable", "redis", "1.2.3"));
        assertThat(chart("{chart: 'oci://registry.example.org:5000/charts/redis', version: 1.2.3-rc.1+b7}"))
                .extracting(Chart::origin)
                .isEqualTo(new Origin.Oci("registry.example.org:5000/charts/redis", "1.2.3-rc.1+b7"));
        assertThat(problems).isEmpty();
    }

    @Test
    void whatCouldMeanSomethingElseTomorrowIsRefusedWhereItStands() {
        refused(
                "{chart: redis, repository: 'https://charts.example.org'}",
                "application.yaml:8:13: the chart's version is missing");
        refused(
                "{chart: redis, repository: 'https://charts.example.org', version: ^1.2}",
                "'^1.2' is no exact version");
        refused("{chart: 'oci://registry.example.org/redis:1.2.3', version: 1.2.3}", "is no chart of a registry");
        refused("{chart: ./chart, version: 1.2.3}", "a chart of this repository has no version");
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        refused("{chart: ../../../chart}", "leaves the repository");
        refused("{chart: ./chart, valuesFiles: [../../../values.yaml]}", "leaves the repository");
        refused("{chart: redis, repository: charts.example.org, version: 1.2.3}", "is no chart repository");
        refused("{chart: redis, repository: 'https://u:p@charts.example.org', version: 1.2.3}", "holds a password");
        refused(
                "{chart: 'oci://a/b', repository: 'https://c', version: 1.2.3}",
                "an OCI chart is in no chart repository");
    }

    private void refused(String helm, String because) {
        problems.clear();
        chart(helm);
        assertThat(problems).singleElement().asString().contains(because);
    }

    private @Nullable Chart chart(String helm) {
        Document document = Documents.parse(
                        "apps/shop/application.yaml",
                        """
                apiVersion: homeostat.io/v1
                kind: Application
                metadata:
                  name: web
                spec:
                  path: .
                  helm:
                    %s
                """.formatted(helm.strip().replace("\n", "\n    ")).getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
        return Applications.read(document, SyncPolicy.DEFAULT, problems).chart();
    }
}
