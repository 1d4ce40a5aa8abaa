package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChartFilesTest {

    @Test
    void theFilesOfAChartAreNoDocumentsByThemselves() {
        Set<String> charts = ChartFiles.charts(List.of(
                "charts/shop/Chart.yaml",
                "charts/shop/templates/web.yaml",
                "charts/shop/charts/db/Chart.yaml",
                "apps/web.yaml"));

        assertThat(charts).containsExactly("charts/shop", "charts/shop/charts/db");
        assertThat(List.of(
                        "charts/shop/Chart.yaml",
                        "charts/shop/values.yaml",
                        "charts/shop/templates/web.yaml",
                        "charts/shop/templates/deep/er.yaml",
                        "charts/shop/crds/gadget.yaml",
                        "charts/shop/charts/db/Chart.yaml",
                        "charts/shop/charts/db/templates/db.yaml"))
                .allMatch(path -> ChartFiles.isPart(path, charts));
        assertThat(List.of(
                        "apps/web.yaml", "charts/application.yaml", "charts/shop/application.yaml", "templates/a.yaml"))
                .noneMatch(path -> ChartFiles.isPart(path, charts));
    }

    @Test
    void aChartMayBeTheWholeRepository() {
        Set<String> charts = Set.of(".");

        assertThat(ChartFiles.isPart("templates/web.yaml", charts)).isTrue();
        assertThat(ChartFiles.isPart("Chart.yaml", charts)).isTrue();
        assertThat(ChartFiles.isPart("application.yaml", charts)).isFalse();
    }

    @Test
    void whatHelmPrintsIsToldApartByItsSource() {
        String printed = """
                ---
                # Source: shop/templates/web.yaml
                kind: Service
                ---
                # Source: shop/templates/db.yaml
                kind: ConfigMap
                data: {a: "# Source: not/this"}
                ---
                # Source: shop/templates/web.yaml
                kind: Deployment
                """;

        assertThat(ChartRendering.bySource(printed))
                .containsOnlyKeys("shop/templates/web.yaml", "shop/templates/db.yaml");
        assertThat(ChartRendering.bySource(printed).get("shop/templates/web.yaml"))
                .isEqualTo("---\nkind: Service\n---\nkind: Deployment\n");
        assertThat(ChartRendering.difference(printed, printed)).isNull();
        assertThat(ChartRendering.difference(printed, printed.replace("not/this", "that")))
                .isEqualTo("shop/templates/db.yaml");
    }
}
