package io.homeostat.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.homeostat.converge.Charts;
import io.homeostat.model.Chart;
import io.homeostat.model.Chart.Origin;
import io.homeostat.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Renders with Helm's own engine, loaded into this process with the first chart: 28 MB to load, some 60 MB to run. */
public final class HelmCharts implements Charts {

    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*$");

    private final ChartStore store;
    private final Dependencies dependencies;

    /** Keeps charts under {@code $XDG_CACHE_HOME/homeostat/charts}; called by {@link java.util.ServiceLoader}. */
    public HelmCharts() {
        this(cache(System.getenv("XDG_CACHE_HOME")), new Remote(Credentials.ofThisUser()));
    }

    HelmCharts(Path cache, Remote remote) {
        this.store = new ChartStore(cache, remote);
        this.dependencies = new Dependencies(store);
    }

    private static Path cache(@Nullable String directory) {
        Path caches = directory == null || directory.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(directory);
        return caches.resolve("homeostat").resolve("charts");
    }

    @Override
    public String render(Chart chart, Path files) throws IOException {
        Path location = switch (chart.origin()) {
            case Origin.Directory directory -> dependencies.complete(files, files.resolve(directory.path()));
            case Origin.Repository repository -> store.fetch(repository);
            case Origin.Oci oci -> store.fetch(oci);
        };
        Path values = Files.createTempFile("homeostat-values-", ".json");
        try {
            TemplateCommand command =
                    new Helm(location).template().withName(chart.release()).withNamespace(chart.namespace());
            if (!chart.kubeVersion().isEmpty()) {
                command = command.withKubeVersion(chart.kubeVersion());
            }
            for (String file : chart.valuesFiles()) {
                Path path = files.resolve(file);
                if (!Files.isRegularFile(path)) {
                    throw new IOException("there is no values file '" + file + "'");
                }
                command = command.withValuesFile(path);
            }
            Files.write(values, Json.bytes(chart.values()));
            String definitions =
                    Objects.requireNonNullElse(new Helm(location).show().crds().call(), "");
            return definitions(definitions)
                    + Objects.requireNonNullElse(command.withValuesFile(values).call(), "");
        } catch (IllegalStateException refused) {
            throw new IOException(reason(refused, files, chart), refused);
        } finally {
            Files.deleteIfExists(values);
        }
    }

    /** Helm keeps these apart, and does not say which file each is from. */
    private static String definitions(String printed) {
        StringBuilder documents = new StringBuilder();
        for (String document : SEPARATOR.split(printed)) {
            if (!document.isBlank()) {
                documents
                        .append("---\n# Source: crds/definitions.yaml\n")
                        .append(document.strip())
                        .append('\n');
            }
        }
        return documents.toString();
    }

    /** What Helm says, without the places that only exist while rendering. */
    private static String reason(IllegalStateException refused, Path files, Chart chart) {
        String said = String.valueOf(refused.getMessage()).strip().replace(files + "/", "");
        return "the chart " + chart.origin() + " cannot be rendered: " + said;
    }
}
